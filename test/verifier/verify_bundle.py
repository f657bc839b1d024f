#!/usr/bin/env python3
"""Confirms a bundle of a run: works out every score, rank, tier and hash of it again.

    verify_bundle.py FILE [--head HEX]...

--head names a hash that was kept elsewhere: of a link of the chain, or of the run. Without one the
bundle is proved to be of one piece, but not to be the one that was made at the time.
Exit code: 0 if all is confirmed, 1 if not, with the first thing that is wrong, 2 if it cannot be read.

doc/proof.md has the form of bundles, doc/rubrics.md the rules. Nothing of the extension is used here:
rubrics are evaluated, and seats given, by the exact fractions of ../oracle. To take the program
elsewhere, copy rubric.py, formula.py, irrational.py, pgnum.py and quotas.py of that folder beside it.
"""
import json
import os
import re
import sys
import unicodedata
from hashlib import sha256

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'oracle'))
import quotas                                                                   # noqa: E402
import rubric as rubrics                                                        # noqa: E402
from pgnum import Num, Unclear                                                  # noqa: E402

START = '0' * 64
KEYS = {
    'perfeval_bundle': 'names state',
    'scheme': 'version hash document',
    'run': 'period starts_on ends_on digits ties hash version purpose rerun_of from_facts known assessed assessor reason '
           'installed subjects head results salt finalized final record told',
    'tier': 'code label label_zh share bound preference coefficient hash',
    'group': 'label label_zh items event_items base_node deduction_node bonus_node coefficient_item tie_nodes sealed '
             'sealed_document document hash',
    'subject': 'identity group score tier rank of basis quota eligible base coefficient deductions bonus coverage pending '
               'card outcome hash told',
    'adjustment': 'identity points at objection cancels by reason evidence hash told',
    'calibration': 'identity from tier at by reason panel evidence hash told',
    'final': 'identity score tier rank adjusted objections hash',
    'link': 'line hash told',
    'end': 'hash',
}
KEYS = {kind: [kind] + rest.split() for kind, rest in KEYS.items()}
# Keys that are there, after the others, only where there is something to say.
MORE = {'run': 'capped_seat promotion_consumes roll_up_digits', 'tier': 'cut', 'group': 'shares carry seats', 'subject': 'linkage_cap promoted lot'}
MORE = {kind: rest.split() for kind, rest in MORE.items()}
TOLD = {'run': 'nonce assessor reason', 'subject': 'nonce code name name_zh', 'adjustment': 'nonce by reason evidence',
        'calibration': 'nonce by reason panel evidence',
        'link': 'nonce by'}


class Wrong(Exception):
    pass


def need(condition, message):
    if not condition:
        raise Wrong(message)


def same(what, stated, found):
    need(stated == found and type(stated) is type(found), f'{what} is {stated!r}, and it comes to {found!r}')


# ---------------------------------------------------------------- lines and hashes

def digest(text):
    return sha256(text.encode()).hexdigest()


def step(before, line):
    return digest(before + '|' + line)


def text(value):
    """A text as a field of a line."""
    if value is None:
        return r'\N'
    for char, escape in (('\\', r'\\'), ('|', r'\p'), ('\n', r'\n'), ('\r', r'\r')):
        value = value.replace(char, escape)
    return value if value.isascii() else unicodedata.normalize('NFC', value)


def plain(value):
    """A number, truth or hash as a field of a line."""
    return r'\N' if value is None else str(value).lower() if type(value) is bool else str(value)


def numbers(values):
    return r'\N' if values is None else ','.join(map(str, values))


def hidden(nonce, value):
    return digest(nonce + '|' + text(value))


def with_more(kind, record, line):
    """A line with the fields that came later, where there are any."""
    return '|'.join([line, *(f'{key}={numbers(record[key]) if type(record[key]) is list else plain(record[key])}'
                             for key in MORE[kind] if key in record)])


def line_of(first, **fields):
    return '|'.join([*first, *(f'{name.rstrip("_")}={plain(value)}' for name, value in fields.items())])


def pad(number, digits):
    """A number's text with at least so many decimals."""
    if number is None or not digits:
        return number
    whole, _, decimals = number.partition('.')
    return whole + '.' + decimals.ljust(digits, '0')


def show(value):
    return str(Num(value.unscaled, value.scale)) if not value.scale else str(value).rstrip('0').rstrip('.')


def trimmed(number):
    return None if number is None else show(Num.parse(str(number)))


def total(*texts):
    """The sum of decimals, without zeros at its end; no number if one is missing."""
    if None in texts:
        return None
    result = Num(0)
    for number in texts:
        result = result + Num.parse(number)
    return show(result)


def head_line(scheme, run):
    return with_more('run', run, '|'.join([
        'run', text(scheme['scheme']), str(scheme['version']), scheme['hash'], text(run['period']), run['starts_on'],
        run['ends_on'], plain(run['digits']), plain(run['ties'])]))


def tier_line(t):
    return with_more('tier', t, '|'.join([
        'tier', str(t['tier']), text(t['code']), text(t['label']), text(t['label_zh']), t['share'], t['bound'],
        plain(t['preference']), plain(t['coefficient'])]))


def group_line(g):
    return with_more('group', g, '|'.join([
        'group', text(g['group']), text(g['label']), text(g['label_zh']), digest(g['document']), numbers(g['items']),
        numbers(g['event_items']), plain(g['base_node']), plain(g['deduction_node']), plain(g['bonus_node']),
        plain(g['coefficient_item']), numbers(g['tie_nodes'])]))


def result_line(run, s):
    return with_more('subject', s, line_of(
        (str(s['subject']), s['identity'], text(run['period']), plain(s['score'])), tier=s['tier'], rank=s['rank'], of=s['of'],
        group=text(s['group']), basis=s['basis'], quota=s['quota'], eligible=s['eligible'], base=s['base'],
        coefficient=s['coefficient'], deductions=s['deductions'], bonus=s['bonus'], coverage=s['coverage'], pending=s['pending'],
        card=digest(s['card']), outcome=digest(s['outcome'])))


def adjustment_line(a):
    return line_of([str(a['adjustment'])], points=a['points'], at=a['at'], objection=a['objection'], cancels=a['cancels'], by=a['by'],
                   reason=a['reason'], evidence=a['evidence'])


def calibration_line(c):
    return line_of([str(c['calibration'])], from_=c['from'], tier=c['tier'], at=c['at'], by=c['by'], reason=c['reason'], panel=c['panel'],
                   evidence=c['evidence'])


def final_line(run, f, adjustments, calibrations):
    line = final_line_before(run, f, adjustments)
    return line_of([line], calibrations=digest('\n'.join(calibrations))) if calibrations else line


def final_line_before(run, f, adjustments):
    return line_of((str(f['final']), f['identity'], text(run['period']), plain(f['score'])), tier=f['tier'], rank=f['rank'],
                   adjusted=f['adjusted'], adjustments=digest('\n'.join(adjustments)) if adjustments else None,
                   objections=f['objections'] and digest(f['objections']))


def run_fields(run, final):
    """What a link says of a run; what comes with being final is left out before."""
    line = line_of((), run=run['run'], version=run['version'], purpose=run['purpose'], rerun_of=run['rerun_of'], from_facts=run['from_facts'],
                   known=run['known'], assessed=run['assessed'], assessor=run['assessor'], reason=run['reason'],
                   installed=text(run['installed']), subjects=run['subjects'], head=run['head'], results=run['results'], salt=run['salt'])
    return line_of([line], finalized=run['finalized'], final=run['final']) if final else line


# ---------------------------------------------------------------- the file

class Bundle:
    """The records in their order, each as it must be written; the chain over all lines."""

    def __init__(self, file):
        self.file, self.number, self.chain, self.record, self.kind = file, 0, START, None, None

    def place(self):
        if type(self.record) is not dict or self.kind not in KEYS:
            return f'line {self.number}'
        code = (self.record.get('told') or {}).get('code')
        return f'line {self.number} ({self.kind} {self.record[self.kind]}{"" if code is None else ", " + code})'

    def advance(self):
        if self.record is not None:
            self.chain = step(self.chain, self.line)
        raw = self.file.readline()
        self.number += 1
        need(raw.endswith(b'\n'), 'the file ends before its time')
        try:
            self.line = raw[:-1].decode()
            self.record, self.kind = json.loads(self.line, parse_float=lambda x: need(False, f'{x} is not written as a text')), None
        except ValueError as error:
            raise Wrong(f'it is no JSON in UTF-8: {error}') from None
        need(type(self.record) is dict and self.record, 'it is no record')
        self.kind = next(iter(self.record))
        more = [key for key in MORE.get(self.kind, ()) if key in self.record]
        need(list(self.record) == KEYS.get(self.kind, []) + more, 'its keys are not those of a record of this form')
        need(None not in [self.record[key] for key in more], 'a key that may be left out says nothing')
        need(json.dumps(self.record, ensure_ascii=False, separators=(',', ':')) == self.line, 'it is not written in the canonical form')
        told = self.record.get('told')
        if told is not None:
            need(list(told) == TOLD[self.kind].split(), 'what it tells has other keys')

    def take(self, kind, many=False):
        """Each record of a kind; the next is read when the caller is done with one."""
        need(many or self.kind == kind, f'a record "{kind}" is wanted here')
        while self.kind == kind:
            yield self.record
            self.advance()
            if not many:
                return

    def one(self, kind):
        need(self.kind == kind, f'a record "{kind}" is wanted here')
        return self.record


# ---------------------------------------------------------------- what a run is worked out from

def nodes_of(document, group, part):
    """Nodes of a part of a group's tree; a node of the group's own stands before one for all."""
    tree = {}
    for node in document['nodes']:
        if node.get('group') in (None, group) and (node['node'] not in tree or node.get('group')):
            tree[node['node']] = node
    return [node for number, node in sorted(tree.items()) if node.get('part') == part]


def items_in(value):
    """Items that a rubric names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == 'item':
                yield inner
            elif key == 'items':
                yield from inner
            elif key == 'expression':
                yield from map(int, re.findall(r'\bitem *\( *(\d+) *\)', inner))
            else:
                yield from items_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from items_in(inner)


class Group:
    def __init__(self, record, scheme):
        self.code, self.record = record['group'], record
        document = json.loads(record['document'])
        self.sealed_like(document)
        self.rubric = rubrics.parse(record['document'])
        same('items', record['items'], sorted(set(items_in(document))))
        events = {i['item'] for i in scheme['indicators'] if i['fact'] == 'event'}
        same('event_items', record['event_items'], [i for i in record['items'] if i in events])
        for key, part in (('base_node', 'base'), ('deduction_node', 'deductions'), ('bonus_node', 'bonus')):
            same(key, record[key], next((n['node'] for n in nodes_of(scheme, self.code, part)), None))
        items = [n['spec']['coefficient'].get('item') for n in nodes_of(scheme, self.code, 'coefficient')
                 if isinstance(n['spec'].get('coefficient'), dict)]
        same('coefficient_item', record['coefficient_item'], min((i for i in items if i is not None), default=None))
        same('tie_nodes', record['tie_nodes'], scheme['settings'].get('tie_chain') or None)
        self.members = []

    def sealed_like(self, document):
        """The rubric as it was sealed, or the same with the parameters of the period."""
        sealed = self.record['sealed_document']
        if sealed is None:
            same('the hash of the document', self.record['sealed'], digest(self.record['document']))
            return
        same('the hash of the sealed document', self.record['sealed'], digest(sealed))
        sealed = json.loads(sealed)
        same('parameters', sorted(document.get('parameters', {})), sorted(sealed.get('parameters', {})))
        need({**document, 'parameters': 0} == {**sealed, 'parameters': 0}, 'the document is not the sealed one with other parameters')


def number_in(card, item):
    entry = card.get(item)
    return entry if entry is not None and entry[0] in '-0123456789' else None


def entries(card):
    """What a card has of each item, as it is written."""
    return {int(item): entry for item, entry in re.findall(r'"(\d+)": "?([^",}]+)"?', card)}


def coverage(card, items):
    asked = [i for i in items if card.get(i) not in ('exempt', 'not_applicable')]
    if not asked:
        return None
    seen = sum(number_in(card, i) is not None for i in asked)
    return show(Num((20000 * seen + len(asked)) // (2 * len(asked)), 4))


def evaluate(group, subject):
    """What the card comes to, beside what is stated."""
    try:
        outcome = rubrics.evaluate(group.rubric, rubrics.parse_card(subject['card']))
    except Unclear:
        raise Wrong('the documents do not say what this card comes to') from None
    same('outcome', subject['outcome'], outcome)
    card, points, head = entries(subject['card']), entries(outcome), group.record
    need(all(i in card for i in head['event_items']), 'the card lacks a count of events')
    for key, found in (('base', number_in(points, head['base_node'])), ('deductions', number_in(points, head['deduction_node'])),
                       ('bonus', number_in(points, head['bonus_node'])), ('coefficient', number_in(card, head['coefficient_item'])),
                       ('coverage', coverage(card, head['items']))):
        same(key, subject[key], found)
    flags = {}
    for item, entry in points.items():
        if rubrics.FLAG_ITEM <= item < rubrics.RANK_ITEM:
            flags.setdefault((item - rubrics.FLAG_ITEM) // rubrics.FLAG_STRIDE, []).append(int(entry))
    same('eligible', subject['eligible'], rubrics.INELIGIBLE not in flags)
    basis = points.get(rubrics.RANK_ITEM, points[0])
    return (number_in(points, 0), basis if basis[0] in '-0123456789' else None,
            [number_in(points, n) for n in head['tie_nodes'] or ()],
            max(*flags.get(rubrics.CAP_TIER, [0]), subject.get('linkage_cap', 0)), subject.get('promoted'), subject.get('lot'))


def places(members, tiers, group, run):
    """Rank, number of those with a rank, tier of the quota and tier of (basis, chain, cap, promoted, lot) each."""
    chains = {tuple(chain): tuple((c is not None, Num.parse(c) if c else Num(0)) for c in chain) for _, chain, *_ in members}
    order = sorted(set(chains.values()), key=lambda c: [(seen, number.value) for seen, number in c])
    # the lot is the last key: the lower goes first, and whoever has one before who has none
    pairs = [(order.index(chains[tuple(chain)]), lot is not None, -(lot or 0)) for _, chain, _, _, lot in members]
    order = sorted(set(pairs))
    scores = [None if basis is None else Num.parse(basis) for basis, *_ in members]
    rule = [None] * 9
    if tiers:
        wishes, cuts, own = [t['preference'] for t in tiers], [t.get('cut') for t in tiers], group.record
        parse = lambda texts: [t and Num.parse(t) for t in texts]               # noqa: E731
        rule = [parse(own['shares'].split(',') if 'shares' in own else [t['share'] for t in tiers]), run['ties'] or 'expand',
                None if None in wishes else [t for _, t in sorted((w, n) for n, w in enumerate(wishes, 1))],
                parse(own['carry'].split(',')) if 'carry' in own else None, [t['bound'] for t in tiers], own.get('seats'),
                parse(cuts) if any(cuts) else None, run.get('capped_seat'), run.get('promotion_consumes')]
    for rank, _, _, ranked, quota, tier in quotas.place_by_rule(
            scores, [Num(order.index(pair)).value for pair in pairs], *rule, [m[2] or None for m in members], [m[3] for m in members]):
        yield rank, ranked, quota, tier


# ---------------------------------------------------------------- the bundle

def verify(file, heads, say):
    bundle = Bundle(file)
    try:
        bundle.advance()
        verify_records(bundle, heads, say)
    except Exception as wrong:          # what cannot be read is not confirmed, whatever reads it
        said = str(wrong) if isinstance(wrong, Wrong) else f'it cannot be read: {type(wrong).__name__} {wrong}'
        raise Wrong(f'{bundle.place()}: {said}') from (None if isinstance(wrong, Wrong) else wrong)


def told(bundle, names, **fields):
    """What the record hides, if it is told."""
    open_ = bundle.record['told']
    need((open_ is not None) == names, 'names are told in all records or in none')
    for key, stated in fields.items() if names else ():
        same(f'the hash of {key}', stated, hidden(open_['nonce'], open_[key]))


def verify_records(bundle, heads, say):
    header = bundle.one('perfeval_bundle')
    need(header['perfeval_bundle'] == 1, 'this program reads form 1')
    names, state = header['names'], header['state']
    need(type(names) is bool and state in ('draft', 'published', 'final'), 'the header is not one of a bundle')
    bundle.advance()
    scheme = bundle.one('scheme')
    document = json.loads(scheme['document'], parse_float=str)
    same('the code in the document', document['scheme']['code'], scheme['scheme'])
    bundle.advance()

    # ---- the first lines: run, tiers, groups
    run = bundle.one('run')
    same('digits', run['digits'], document['settings'].get('round_digits'))
    for key in ('ties', 'capped_seat', 'promotion_consumes'):
        same(key, run.get(key), document['settings'].get(key))
    need((run['purpose'], run['rerun_of'] is None, run['from_facts']) in
         (('assessment', True, False), ('rerun', False, False), ('rerun', False, True)), 'it is neither an assessment nor a rerun')
    need((state == 'final') == (run['final'] is not None) == (run['finalized'] is not None), f'the run is not {state}')
    told(bundle, names, assessor=run['assessor'], reason=run['reason'])
    same('record', run['record'], digest(run_fields(run, state == 'final')))
    number, chain = 0, START

    def link(line):
        nonlocal number, chain
        number += 1
        chain = step(chain, f'{number}|{line}')
        same('hash', bundle.record['hash'], chain)

    link(head_line(scheme, run))
    bundle.advance()
    tiers, groups = [], {}
    for tier in bundle.take('tier', many=True):
        need(len(tiers) < len(document['tiers']), 'the scheme has no such tier')
        sealed = {'bound': 'exact', **document['tiers'][len(tiers)]}
        for key in ('tier', 'code', 'label', 'label_zh', 'share', 'bound', 'preference', 'coefficient', 'cut'):
            same(key, tier.get(key), trimmed(sealed.get(key)) if key in ('share', 'coefficient', 'cut') else sealed.get(key))
        link(tier_line(tier))
        tiers.append(tier)
    same('number of tiers', len(tiers), len(document['tiers']))
    for group in bundle.take('group', many=True):
        need(not groups or next(reversed(groups)).encode() < group['group'].encode(), 'groups are not in their order')
        groups[group['group']] = Group(group, document)
        link(group_line(group))
    same('head', run['head'], chain)
    same('the hash of the scheme', scheme['hash'],
         digest(scheme['document'] + ''.join(f'\n{code} {g.record["sealed"]}' for code, g in groups.items())))
    say(f'scheme {scheme["scheme"]}, version {scheme["version"]}, and run {run["run"]} of {run["period"]}, {state}: '
        f'{len(tiers)} tiers, {len(groups)} groups')

    # ---- results
    subjects, last = {}, None
    for subject in bundle.take('subject', many=True):
        number += 1
        same('number', subject['subject'], number)
        need(subject['group'] in groups, 'there is no such group')
        group = groups[subject['group']]
        told(bundle, names)
        if names:
            who = subject['told']
            same('identity', subject['identity'], digest('|'.join([who['nonce'], text(who['code']), text(who['name']), text(who['name_zh'])])))
        place = (group.code.encode(), who['code'].encode() if names else b'')
        need(last is None or last < place or not names and last == place, 'subjects are not in their order')
        last = place
        need(subject['identity'] not in subjects, 'the subject comes twice')
        need(type(subject['pending']) is int and subject['pending'] >= 0, 'pending is no count')
        score, *standing = evaluate(group, subject)
        same('score', subject['score'], pad(score, run['digits']))
        same('basis', subject['basis'], standing[0])
        chain = step(chain, result_line(run, subject))
        same('hash', subject['hash'], chain)
        subjects[subject['identity']] = (group, score, standing, subject['tier'])
        group.members.append((bundle.number, number, {k: subject[k] for k in ('rank', 'of', 'quota', 'tier')}, standing))
    same('number of subjects', len(subjects), run['subjects'])
    same('results', run['results'], chain)
    for group in groups.values():
        for (line, which, stated, _), found in zip(group.members, places([m[3] for m in group.members], tiers, group, run)):
            found = dict(zip(('rank', 'of', 'quota', 'tier'), found))
            need(stated == found, f'line {line}, subject {which}: {stated}, and ranks and quotas come to {found}')
    say(f'{len(subjects)} subjects: every card evaluated, every rank and tier worked out, every line hashed')

    # ---- adjustments and final results
    adjusted, lines, count, before = {}, {}, 0, None
    for a in bundle.take('adjustment', many=True):
        need(before is None or before < a['adjustment'], 'adjustments are not in their order')
        before = a['adjustment']
        need(a['identity'] in subjects, 'there is no such subject')
        told(bundle, names, by=a['by'], reason=a['reason'], evidence=a['evidence'])
        line = adjustment_line(a)
        same('hash', a['hash'], digest(line))
        same('points', a['points'], show(Num.parse(a['points'])))
        adjusted[a['identity']] = total(adjusted.get(a['identity'], '0'), a['points'])
        lines.setdefault(a['identity'], []).append(line)
        count += 1
    if count:
        say(f'{count} adjustments')

    # ---- calibrations: of each subject the last counts, and none opens a tier that is closed
    order = {who: place for place, who in enumerate(subjects)}
    calibrated, notes, count, before = {}, {}, 0, None
    for c in bundle.take('calibration', many=True):
        who = c['identity']
        need(who in subjects, 'there is no such subject')
        place = (order[who], c['at'], c['calibration'])
        need(before is None or before < place, 'calibrations are not in their order')
        before = place
        told(bundle, names, by=c['by'], reason=c['reason'], panel=c['panel'], evidence=c['evidence'])
        line = calibration_line(c)
        same('hash', c['hash'], digest(line))
        if calibrated.get(who) is not None:
            same('from', c['from'], calibrated[who])
        need(c['from'] in range(1, len(tiers) + 1), 'there is no tier that it comes from')
        need(c['tier'] is None or c['tier'] in range(max(1, min(subjects[who][2][2] or 1, len(tiers))), len(tiers) + 1),
             'the tier is not open to the subject')
        calibrated[who] = c['tier']
        notes.setdefault(who, []).append(line)
        count += 1
    if count:
        say(f'{count} calibrations')
    number, chain, finals = 0, run['results'], {}
    if state == 'final':
        for group in groups.values():
            moved = [(w, s) for w, s in subjects.items() if s[0] is group]
            points = [adjusted.get(w, '0') for w, _ in moved]
            found = places([(total(s[2][0], p), *s[2][1:]) for (_, s), p in zip(moved, points)], tiers, group, run)
            for (w, s), p, (rank, _, _, tier) in zip(moved, points, found):
                finals[w] = {'score': pad(total(s[1], p), run['digits']), 'tier': calibrated.get(w) or tier, 'rank': rank, 'adjusted': p}
    for (who, found) in [(w, finals[w]) for w in subjects if w in finals]:
        f = bundle.one('final')
        number += 1
        same('number', f['final'], number)
        same('identity', f['identity'], who)
        for key, value in found.items():
            same(key, f[key], value)
        chain = step(chain, final_line(run, f, lines.get(who), notes.get(who)))
        same('hash', f['hash'], chain)
        bundle.advance()
    if state == 'final':
        same('final', run['final'], chain)
        say(f'{number} final results')

    # ---- the workspace's chain
    count, chain, own, passed = 0, START, [], set()
    for link_ in bundle.take('link', many=True):
        count += 1
        same('number', link_['link'], count)
        chain = step(chain, link_['line'])
        same('hash', link_['hash'], chain)
        fields = link_['line'].split('|')
        if fields[-1].startswith('trail='):  # of what is not in the bundle
            fields.pop()
        need(len(fields) >= 13 and fields[0] == str(count), 'its line is not one of a link')
        mine = fields[1] == 'scheme' and fields[2:5] == [text(scheme['scheme']), str(scheme['version']), scheme['hash']] \
            or f'run={run["run"]}' in fields[13:14]
        told(bundle, names and mine, by=fields[10].partition('=')[2])
        if mine and fields[1] != 'scheme':
            own.append(fields[1])
            passed.clear()
            same('scheme and period', fields[2:4], [text(scheme['scheme']), text(run['period'])])
            same('what was published', fields[4], run['final'] if fields[1] == 'final' else run['results'])
            same('run', '|'.join(fields[13:]), run_fields(run, fields[1] == 'final'))
        passed.add(chain)
    same('publications of the run', own, {'draft': [], 'published': ['preliminary'], 'final': ['preliminary', 'final']}[state])
    if count:
        say(f'{count} links of the chain; its head is {chain}')

    end = bundle.one('end')
    same('number of lines', end['end'], bundle.number - 1)
    same('hash', end['hash'], bundle.chain)
    need(not bundle.file.read(1), 'something comes after the end')
    known = {run['final'] or run['results']} | (passed if own else set())
    for head in heads:
        need(head in known, f'the head {head} is not that of this run, nor of the chain from its last link on')
        say(f'head {head}: it is the one')
    if not heads:
        say('no head was given: that the bundle is the one that was made at the time is not proved')


def main(arguments):
    heads = []
    while '--head' in arguments:
        at = arguments.index('--head')
        heads += arguments[at + 1:at + 2]
        del arguments[at:at + 2]
    if len(arguments) != 1 or arguments[0].startswith('--'):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], 'rb') as file:
            verify(file, heads, print)
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    except Wrong as wrong:
        print(f'NOT CONFIRMED: {arguments[0]}: {wrong}')
        return 1
    print(f'confirmed: {arguments[0]}')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
