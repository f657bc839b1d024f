#!/usr/bin/env python3
"""Draws by lot, worked out from a record's text alone, and a maker of cases for it.

  draws.py --check < RECORD            what is drawn, as the record's lines "result"
  draws.py --out FILE [--cases N] [--seed S]
                                       a tab-separated file: number, record, seed text, replaced places, what to expect

Small matchings are found by trying all, so that "the first full matching in the order of the
tickets" is taken at its word.
"""
import argparse
import hashlib
import os
import random
import sys

ALL = 14        # up to so many pairs, try all


class Refused(Exception):
    """No draw, with this SQLSTATE."""


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Record:
    def __init__(self, lines):
        self.rows = [line.split('|') for line in lines]
        self.kind = self.said('draw')[0][2]
        self.take = int(self.said('take')[0][0]) if self.said('take') else None
        each, most = self.said('each')[0] if self.said('each') else ('', '')
        self.each = int(each or 1)
        self.most = int(most) if most else None
        self.members = self.said('member')
        self.units = self.said('unit')

    def said(self, word):
        return [row[1:] for row in self.rows if row[0] == word]


def unique(ids):
    if len(set(ids)) < len(ids):
        raise Refused('23505')


def pool_candidates(record, seed):
    """(ticket, id, unit, stratum) in order, and the places drawn as indexes."""
    strata = record.said('stratum')
    rows = sorted((sha(f'{seed}|{m[0]}'), m[0], '', m[3] if strata else '') for m in record.members
                  if not strata or m[3] in [s[0] for s in strata])
    drawn = []
    for stratum, seats in strata or [['', record.take]]:
        own = [n for n, row in enumerate(rows) if row[3] == stratum]
        if int(seats) > len(own):
            raise Refused('22023')
        drawn += own[:int(seats)]
    return rows, drawn


def work_candidates(record, seed):
    rows = sorted((sha(f'{seed}|{u[3]}|{u[0]}'), u[3], u[0], '') for u in record.units)
    works = sorted((sha(f'{seed}|{m[0]}'), m[0]) for m in record.members)
    own = {work: [n for n, row in enumerate(rows) if row[1] == work] for _, work in works}
    if record.take > len(works) or any(len(n) < record.each for n in own.values()):
        raise Refused('22023')
    return rows, [n for _, work in works[:record.take] for n in own[work][:record.each]]


def pair_candidates(record, seed):
    apart = [word for word, in record.said('apart')]
    recused = record.said('recused')
    rows = sorted((sha(f'{seed}|{i[0]}|{u[0]}'), i[0], u[0], '')
                  for i in record.members for u in record.units
                  if not ('unit' in apart and i[1] and i[1] == u[1])
                  and not ('region' in apart and i[2] and i[2] == u[2])
                  and [i[0], u[0]] not in recused)
    pairs = [(row[1], row[2]) for row in rows]
    units = [u[0] for u in record.units]
    most = min(record.most or len(units), len(units))
    drawn = (try_all if len(pairs) <= ALL else one_by_one)(pairs, units, record.each, most)
    if drawn is None:
        raise Refused('23514')
    return rows, drawn


def try_all(pairs, units, each, most):
    """Of all full matchings the first: the one that takes the earliest pair in which any two differ."""
    def rest(n, open_places, load):
        if not any(open_places.values()):
            return []
        if n == len(pairs):
            return None
        inspector, unit = pairs[n]
        if open_places[unit] and load.get(inspector, 0) < most:
            found = rest(n + 1, {**open_places, unit: open_places[unit] - 1},
                         {**load, inspector: load.get(inspector, 0) + 1})
            if found is not None:
                return [n] + found
        return rest(n + 1, open_places, load)
    return rest(0, {unit: each for unit in units}, {})


def one_by_one(pairs, units, each, most):
    """Pair by pair: taken if a full matching is left, which is looked for anew each time."""
    who = {unit: [i for i, u in pairs if u == unit] for unit in units}

    def full(taken):
        has = {i: set() for i, _ in pairs}
        for inspector, unit in taken:
            has[inspector].add(unit)
        kept = {i: set(u) for i, u in has.items()}

        def serve(unit, seen):
            for i in who[unit]:
                if i in seen or unit in has[i]:
                    continue
                seen.add(i)
                if len(has[i]) < most:
                    has[i].add(unit)
                    return True
                for other in sorted(has[i] - kept[i]):
                    if serve(other, seen):
                        has[i].remove(other)
                        has[i].add(unit)
                        return True
            return False
        return all(serve(unit, set()) for unit in units
                   for _ in range(each - sum(u == unit for _, u in taken)))

    if not full([]):
        return None
    drawn, taken = [], []
    for n, (inspector, unit) in enumerate(pairs):
        if (sum(u == unit for _, u in taken) < each and sum(i == inspector for i, _ in taken) < most
                and full(taken + [(inspector, unit)])):
            taken.append((inspector, unit))
            drawn.append(n)
    return drawn


def draw(lines, seed_text, replaced=()):
    """The places: (place, id, unit, stratum, ticket, replaces)."""
    record, seed = Record(lines), sha(seed_text)
    unique([m[0] for m in record.members])
    unique([(u[0], u[3] if record.kind == 'work' else '') for u in record.units])
    if not record.members or record.kind == 'inspection' and not record.units:
        raise Refused('P0002')
    rows, drawn = {'inspection': pair_candidates, 'work': work_candidates}.get(
        record.kind, pool_candidates)(record, seed)
    first = len(drawn)
    for count, old in enumerate(replaced, 1):
        if not 1 <= old <= len(drawn) or old in replaced[:count - 1]:
            raise Refused('22023')
        gone = rows[drawn[old - 1]]
        holding = [rows[n] for place, n in enumerate(drawn, 1) if place not in replaced[:count]]
        for n, row in enumerate(rows):
            if n in drawn:
                continue
            if record.kind == 'inspection':
                fits = row[2] == gone[2] and (record.most is None or sum(
                    r[1] == row[1] for r in holding) < min(record.most, len(record.units)))
            elif record.kind == 'work':
                fits = row[1] == gone[1]
            else:
                fits = row[3] == gone[3]
            if fits:
                drawn.append(n)
                break
        else:
            raise Refused('P0002')
    return [(place, rows[n][1], rows[n][2], rows[n][3], rows[n][0],
             replaced[place - first - 1] if place > first else '')
            for place, n in enumerate(drawn, 1)]


# ---- cases

def name(rng, letter, n):
    return rng.choice((f'{letter}{n:02d}', f'{letter}{n}', f'{letter} {n}', f'{"专单工"["EUW".index(letter)]}{n}', f'{letter}-{n}%'))


def case(rng):
    kind = rng.choice(('expert', 'unit', 'inspection', 'inspection', 'inspection', 'work'))
    lines = [f'draw|1|d{rng.randrange(10 ** 6)}|{kind}']
    regions = [''] + [f'R{n}' for n in range(rng.randint(1, 4))]
    offices = [''] + [f'V{n}' for n in range(rng.randint(1, 6))]
    count = rng.choice((1, 2, 3, 4, 6, 9, 14))
    members = [name(rng, 'E', n) for n in range(count)]
    strata = [f'S{n}' for n in range(rng.randint(1, 3))]
    if kind in ('expert', 'unit'):
        stratum_of = [rng.choice(strata) for _ in members]
        if rng.random() < 0.5:
            seats = [rng.randint(0, max(1, stratum_of.count(s)) + (rng.random() < 0.05)) for s in strata]
            lines += [f'take|{sum(seats)}'] + [f'stratum|{s}|{n}' for s, n in zip(strata, seats)]
        else:
            lines += [f'take|{rng.randint(1, count + (rng.random() < 0.1))}']
        lines += [f'member|{m}|{rng.choice(offices)}|{rng.choice(regions)}|{s}' for m, s in zip(members, stratum_of)]
    elif kind == 'work':
        members = [name(rng, 'W', n) for n in range(count)]
        each = rng.randint(1, 3)
        lines += [f'take|{rng.randint(1, count)}', f'each|{each}|']
        lines += [f'member|{m}|||' for m in members]
        for m in members:
            units = rng.sample(range(9), rng.randint(each, 6) if rng.random() < 0.98 else 0)
            lines += [f'unit|U{u}|||{m}' for u in units]
    else:
        units = [name(rng, 'U', n) for n in range(rng.choice((1, 2, 3, 5, 8, 12)))]
        each = rng.choice((1, 1, 1, 2, 2, 3))
        if rng.random() < 0.15:     # tight and long enough for paths over several units
            count, each = rng.randint(8, 25), rng.choice((2, 2, 3))
            members = [name(rng, 'E', n) for n in range(count)]
            units = [name(rng, 'U', n) for n in range(rng.randint(8, 25))]
            regions, offices = [f'R{n}' for n in range(6)], [f'V{n}' for n in range(8)]
        need = -(-len(units) * each // count)
        most = rng.choice(('', need, need, need, need + 1, need + 1, need + 2))
        lines += [f'each|{each}|{most}'] + [f'apart|{w}' for w in ('unit', 'region') if rng.random() < 0.7]
        lines += [f'member|{m}|{rng.choice(offices)}|{rng.choice(regions)}|' for m in members]
        lines += [f'unit|{u}|{rng.choice(offices[1:])}|{rng.choice(regions)}|' for u in units]
        recusals = {(rng.choice(members), rng.choice(units)) for _ in range(rng.choice((0, 0, 1, count, 4 * count)))}
        lines += [f'recused|{i}|{u}' for i, u in sorted(recusals)]
    if rng.random() < 0.01:
        lines.append(next(line for line in lines if line.startswith('member|')))
    seed = f'{lines[0].split("|")[2]}|lottery={rng.randrange(10 ** 9)}|close=涨{rng.randrange(10 ** 4) / 100}'
    replaced = []
    try:
        first = len(draw(lines, seed))
        for n in range(rng.choice((0, 0, 1, 1, 2, 4))):
            left = [place for place in range(1, first + n + 1) if place not in replaced]
            replaced.append(rng.choice(left) if left and rng.random() < 0.97 else rng.randint(0, first + 2))
        places = draw(lines, seed, replaced)
        expected = ';'.join('|'.join(map(str, place)) for place in places)
    except Refused as error:
        expected = f'!{error}'
    return '\\n'.join(lines), seed, '{' + ','.join(map(str, replaced)) + '}', expected


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--out')
    parser.add_argument('--cases', type=int, default=3000)
    parser.add_argument('--seed', default=os.environ.get('PERFEVAL_SEED') or '20250101')
    options = parser.parse_args()
    if options.check:
        lines = sys.stdin.read().rstrip('\n').split('\n')
        record = Record(lines)
        replaced = [int(row[5]) for row in record.said('result') if row[5]]
        end = next(n for n, line in enumerate(lines) if line.startswith('commitment|'))
        if lines[end] != 'commitment|' + sha('\n'.join(lines[:end])):
            sys.exit('the lines have another hash')
        for place in draw(lines[:end], '|'.join(record.said('seed')[0]), replaced):
            print('|'.join(map(str, ('result', *place))))
    elif options.out:
        rng = random.Random(options.seed)
        with open(options.out, 'w', encoding='utf-8') as out:
            for n in range(options.cases):
                print(n, *case(rng), sep='\t', file=out)
    else:
        parser.error('--check or --out')


if __name__ == '__main__':
    main()
