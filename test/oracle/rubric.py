"""Rubrics: a JSON document to a tree of rules, and a card to its results, flags and lines.

A node's value is a fraction, or the text of a status: 'missing', 'not_applicable', 'exempt',
'error:9004'. A card is a dict of item to the same.
"""
import json
from bisect import bisect_right
from fractions import Fraction
from math import gcd

import formula
from formula import Wrong
from irrational import POW10, Root, rounded, rounded_number
from pgnum import Unclear, show

MISSING, NOT_APPLICABLE, EXEMPT = 'missing', 'not_applicable', 'exempt'
(BAD_COUNT, OUT_OF_BOUNDS, BAD_TARGET, ZERO_RANGE, NO_BAND, NO_WORD, NO_PARAMETER, NO_WEIGHT,
 BAD_DOMAIN, TOO_BIG) = (f'error:{code}' for code in range(9001, 9011))
ERROR, COVERAGE, CAP_TIER, ZERO_SCORE, INELIGIBLE, PENDING, NEUTRAL, IMPUTED = range(1, 9)
FLAG_ITEM, FLAG_STRIDE, RANK_ITEM = 10 ** 9, 10 ** 7, 2 * 10 ** 9
MOST = 2 ** 127
MOST_DECIMALS, MOST_DIGITS = 38, 30
MOST_COUNT = 2 ** 63 - 1
HALF = Fraction(1, 2)

LEAVES = ('threshold', 'proportional', 'ceiling', 'events', 'awards', 'bands', 'interpolate', 'ordinal',
          'met', 'given', 'constant', 'achievement', 'improvement', 'timeliness', 'normalise', 'formula')
MEANS = ('weighted_mean', 'geometric_mean', 'harmonic_mean')
LISTS = ('deductions', 'bonus')
MANY = (*MEANS, 'sum', 'product', 'minimum', 'maximum', 'budget', *LISTS)
ONE = ('coefficient', 'clamp')

CHOICES = {
    'mode': {'linear': '按比例', 'floor': '舍去', 'ceil': '进一'},
    'better': {'higher': '越高越好', 'lower': '越低越好'},
    'zero_target': {'not_applicable': '不适用', 'full': '满分'},
    'per': {'occurrence': '每次', 'point': '每点'},
    'count_pending': {'no': '否', 'yes': '是'},
    'change': {'absolute': '增量', 'relative': '增幅'},
    'method': {'minmax': None, 'zscore': None, 'distance': None, 'percent_of_max': None},
    'clamp': {'no': '否', 'yes': '是'},
    'unused': {'scale': '折算', 'full': '满分', 'zero': '零分'},
    'effect': {'cap_tier': None, 'zero_score': None, 'ineligible': None},
}
WORD = {key: {zh or word: word for word, zh in words.items()} | {word: word for word in words}
        for key, words in CHOICES.items()}
BOUNDS = {'ge': 'ge', '以上': 'ge', 'gt': 'gt', '超过': 'gt', '以外': 'gt',
          'le': 'le', '以下': 'le', '以内': 'le', 'lt': 'lt', '不满': 'lt', '不足': 'lt'}
INSIDE = {'ge': lambda x, b: x >= b, 'gt': lambda x, b: x > b,
          'le': lambda x, b: x <= b, 'lt': lambda x, b: x < b}


# ---------------------------------------------------------------- leaves
# Each takes its settings as a dict, then its operands in the order of SETTINGS.

def at_least(low, x):
    return x if low is None or x >= low else low


def at_most(high, x):
    return x if high is None or x <= high else high


def steps(distance, step, mode):
    if distance <= 0:
        return 0
    k = Fraction(distance) / step
    return k if mode == 'linear' else k.__floor__() if mode == 'floor' else k.__ceil__()


def threshold(s, x, target, full, penalty, step, low):
    distance = target - x if s['better'] == 'higher' else x - target
    return at_least(low, full - penalty * steps(distance, step, s['mode']))


def proportional(s, x, target, full, low, high, start):
    if start is None:
        if target < 0:
            return BAD_TARGET
        if target == 0:
            if x != 0:
                return BAD_TARGET
            return full if s['zero_target'] == 'full' else NOT_APPLICABLE
        start = 0
    elif target == start:
        return ZERO_RANGE
    return full * max(low, min(high, Fraction(x - start) / (target - start)))


def ceiling(s, readings, limit, full, penalty, step, low):
    for x in readings:
        if type(x) is str and x.startswith('error'):
            return x
    seen = [x for x in readings if type(x) is not str]
    if not seen:
        return MISSING if MISSING in readings else NOT_APPLICABLE
    if s['per'] == 'occurrence':
        over = sum(x > limit for x in seen)
    else:
        over = sum(steps(x - limit, step, s['mode']) for x in seen)
    return at_least(low, full - penalty * over)


def is_count(x):
    return x >= 0 and x.denominator == 1


def events(s, x, full, penalty, low, pending, flag):
    if not is_count(x):
        return BAD_COUNT
    if type(pending) is not str:
        if not is_count(pending):
            return BAD_COUNT
        if pending > MOST_COUNT:
            raise Unclear
        if pending > 0:
            flag(PENDING, pending)
        if s['count_pending'] == 'yes':
            x += pending
    return at_least(low, full - penalty * x)


def awards(s, readings, points, cap_award, cap_kind):
    total = Fraction(0)
    for x in readings:
        if type(x) is not str:
            if x < 0:
                return BAD_COUNT
            total += at_most(cap_award, points * x)
        elif x.startswith('error'):
            return x
    return at_most(cap_kind, total)


def bands(s, x):
    if 'cuts' in s:
        return s['points'][bisect_right(s['cuts'], x)]
    for bounds, points in s['ranges']:
        if all(INSIDE[key](x, bound) for key, bound in bounds):
            return points
    return NO_BAND


def interpolate(s, x):
    xs, ys = s['xs'], s['ys']
    i = bisect_right(xs, x)
    if i == 0 or i == len(xs):
        return ys[max(0, i - 1)]
    return ys[i - 1] + (ys[i] - ys[i - 1]) * (x - xs[i - 1]) / (xs[i] - xs[i - 1])


def ordinal(s, x):
    if x.denominator != 1 or not 1 <= x <= len(s['words']):
        return NO_WORD
    return s['words'][int(x) - 1]


def met(s, x, *rest):
    *bounds, points, otherwise = rest
    inside = all(INSIDE[key](x, bound) for key, bound in zip(s['bounds'], bounds))
    return points if inside else otherwise


def given(s, x, low, high):
    if low is not None and x < low or high is not None and x > high:
        return OUT_OF_BOUNDS
    return x


def constant(s, points):
    return points


def whole(x):
    return rounded(Fraction(x), 0, 'half_up')


def achievement(s, x, threshold, benchmark, full, base):
    if s['better'] == 'lower':          # turned round: the same with every sign changed
        x, threshold, benchmark = -x, -threshold, -benchmark
        base = base if base is None or type(base) is str else -base
    if x >= benchmark:
        points = full
    elif x < threshold:
        points = 0
    else:
        points = whole((full - 1) * (x - threshold) / Fraction(benchmark - threshold) + HALF)
    if base is None or type(base) is str:
        return points
    if x <= base:
        better = 0
    elif x >= benchmark:
        better = full - 1
    else:
        better = whole(full * (x - base) / Fraction(benchmark - base) - HALF)
        better = max(0, min(full - 1, better))
    return max(points, better)


def improvement(s, x, base, rate, low, high):
    gain = x - base if s['better'] == 'higher' else base - x
    if s['change'] == 'relative':
        if base == 0:
            return ZERO_RANGE
        gain = Fraction(gain) / base
    return at_least(low, at_most(high, rate * gain))


def timeliness(s, x, due, grace, full, penalty, step, low):
    return at_least(low, full - penalty * steps(x - due - grace, step, s['mode']))


def normalise(s, x, low, high, mean, deviation, full, neutral, flag):
    method = s['method']
    if method == 'zscore':
        bottom, top = deviation, lambda z: (50 + 10 * z) * full / 100
        over = x - mean
    elif method == 'percent_of_max':
        bottom, over, top = high, x, lambda share: full * share
    else:
        bottom, over, top = high - low, x - low, lambda share: full * share
    if bottom == 0:
        flag(NEUTRAL, 1)
        return neutral
    points = top(Fraction(over) / bottom)
    return max(0, min(full, points)) if s['clamp'] == 'yes' else points


NONE = object()                         # no default: not stated is none
REQUIRED = object()
# operands in the order in which the first that is no value counts, and choices with defaults
SETTINGS = {
    'threshold': (threshold, dict(value=REQUIRED, target=REQUIRED, full_points=REQUIRED,
                                  penalty=REQUIRED, step=1, min_points=0),
                  dict(mode='linear', better='higher')),
    'proportional': (proportional, dict(value=REQUIRED, target=REQUIRED, full_points=REQUIRED, low=0,
                                        high=1, start=NONE), dict(zero_target='not_applicable')),
    'ceiling': (ceiling, dict(limit=REQUIRED, full_points=REQUIRED, penalty=REQUIRED, step=1,
                              min_points=0), dict(per=REQUIRED, mode='linear')),
    'events': (events, dict(value=REQUIRED, full_points=REQUIRED, penalty=REQUIRED, min_points=0),
               dict(count_pending='no')),
    'awards': (awards, dict(points=1, cap_award=NONE, cap_kind=NONE), {}),
    'bands': (bands, dict(value=REQUIRED), {}),
    'interpolate': (interpolate, dict(value=REQUIRED), {}),
    'ordinal': (ordinal, dict(value=REQUIRED), {}),
    'met': (met, dict(value=REQUIRED, bounds=(), points=REQUIRED, otherwise=0), {}),
    'given': (given, dict(value=REQUIRED, min=NONE, max=NONE), {}),
    'constant': (constant, dict(points=REQUIRED), {}),
    'achievement': (achievement, dict(value=REQUIRED, threshold=REQUIRED, benchmark=REQUIRED,
                                      full_points=10), dict(better='higher')),
    'improvement': (improvement, dict(value=REQUIRED, base=REQUIRED, rate=REQUIRED, min_points=0,
                                      max_points=NONE), dict(change='absolute', better='higher')),
    'timeliness': (timeliness, dict(value=REQUIRED, due=0, grace=0, full_points=REQUIRED,
                                    penalty=REQUIRED, step=1, min_points=0), dict(mode='ceil')),
    'normalise': (normalise, dict(value=REQUIRED, low=NONE, high=NONE, mean=NONE, deviation=NONE,
                                  full_points=100, neutral=50), dict(method=REQUIRED, clamp='no')),
    'limit': (None, dict(value=REQUIRED, bounds=(), tier=NONE), dict(effect=REQUIRED)),
    'budget': (None, dict(full_points=100), dict(unused='scale')),
    'deductions': (None, dict(cap_total=NONE), {}),
    'bonus': (None, dict(cap_total=NONE), {}),
    'coefficient': (None, dict(coefficient=REQUIRED, low=NONE, high=NONE, max_points=NONE,
                               otherwise=NONE), {}),
    'clamp': (None, dict(low=NONE, high=NONE), {}),
}
OPTIONAL = {'events': 'pending', 'achievement': 'base'}     # not a value: as if it were not stated
FLAGGING = ('events', 'normalise')
PAIRED = ('ge', 'gt', 'le', 'lt')


# ---------------------------------------------------------------- the tree

class Node:
    __slots__ = ('doc', 'rule', 'number', 'parent', 'children', 'rounding', 'own', 'compute',
                 'weights', 'caps', 'unbound', 'policy', 'policy_value', 'settings', 'refers')


def number_of(value):
    return Fraction(value)              # never an int: two of them would divide to a float


class Rubric:
    """The document compiled; then evaluate(card) for any number of cards."""

    def __init__(self, doc):
        if doc['rubric'] != 1:
            raise Wrong('version')
        self.parameters = doc.get('parameters') or {}
        rounding = doc.get('rounding') or {}
        self.at = rounding.get('at', 'final')
        self.digits, self.mode = rounding.get('digits', 2), rounding.get('mode', 'half_up')
        self.ranks_unrounded = rounding.get('rank_basis', 'unrounded') == 'unrounded'

        self.nodes = []                 # in document order, the limits last
        self.add(doc['root'], None)
        self.first_limit = len(self.nodes)
        for limit in doc.get('limits') or ():
            self.add({'rule': 'limit', **limit}, None)
        self.number()
        for node in self.nodes:
            self.compile(node)
        self.sort()
        self.by_number = sorted(range(len(self.nodes)), key=lambda i: self.nodes[i].number)

    def add(self, doc, parent):
        node = Node()
        index = len(self.nodes)
        self.nodes.append(node)
        node.doc, node.rule, node.parent = doc, doc['rule'], parent
        node.children = [self.add(child, index) for child in doc.get('children', ())]
        return index

    def number(self):
        taken = {node.doc['node'] for node in self.nodes if 'node' in node.doc}
        free = 1
        for i, node in enumerate(self.nodes):
            if i == 0:
                node.number = 0
                continue
            if 'node' in node.doc:
                node.number = node.doc['node']
                continue
            while free in taken:
                free += 1
            node.number, free = free, free + 1
        self.index = {node.number: i for i, node in enumerate(self.nodes)}
        if len(self.index) < len(self.nodes):
            raise Wrong('node numbers')

    # -------------------------------------------------- reading the document

    def operand(self, value, node):
        """('is', number), or ('item', item), ('node', index), or ('is', status)."""
        if value is None:
            return 'is', None
        if not isinstance(value, dict):
            return 'is', number_of(value)
        (kind, name), = value.items()
        if kind == 'item':
            return 'item', int(name)
        if kind == 'node':
            node.refers.append(self.index[name])
            return 'node', self.index[name]
        bound = self.parameters[name]
        return 'is', NO_PARAMETER if bound is None else number_of(bound)

    def constant(self, value):
        """A setting that does not depend on the card: a number, None or a status."""
        kind, value = self.operand(value, None)
        if kind != 'is':
            raise Wrong('a number expected')
        return value

    def reader(self, node):
        def read(kind, name):
            kind, ref = self.operand({kind: name}, node)
            if kind == 'is':
                return lambda values, card: ref
            if kind == 'item':
                return lambda values, card: card.get(ref, MISSING)
            return lambda values, card: values[ref]
        return read

    def compile(self, node):
        doc, rule = node.doc, node.rule
        node.refers = list(node.children)
        node.settings = choices = {
            key: WORD[key][doc.get(key, default)]
            for key, default in SETTINGS.get(rule, (0, 0, {}))[2].items()}
        if rule == 'formula':
            function = formula.compiled(doc['expression'], self.reader(node))
            node.compute = lambda node, values, card, flag: function(values, card)
        elif rule in MANY:
            self.policy(node)
            choices.update({key: self.constant(doc.get(key, None if default is NONE else default))
                            for key, default in SETTINGS.get(rule, (0, {}))[1].items()})
            node.weights = [self.constant(self.nodes[i].doc.get('weight', 1)) for i in node.children]
            node.caps = [self.constant(self.nodes[i].doc.get('cap')) for i in node.children]
            # a parameter that is not bound is an error, whatever the card says
            node.unbound = first_status(
                [choices[key] for key in SETTINGS.get(rule, (0, {}))[1]]
                + (node.caps if rule in LISTS else node.weights if weighs(node) else []))
            node.compute = inner_rule(INNER[rule])
        elif rule not in SETTINGS:
            raise Wrong(rule)
        else:
            self.operands(node, choices)
        self.round(node)

    def operands(self, node, choices):
        """The function of a rule, given its operands in order."""
        doc, rule = node.doc, node.rule
        function, table, _ = SETTINGS[rule]
        read = []
        for key, default in table.items():
            if key == 'bounds':
                pairs = bounds_of(doc)
                choices['bounds'] = [word for word, _ in pairs]
                read += [self.operand(value, node) for _, value in pairs]
            elif key == 'value':
                read.append(self.operand(doc['value'] if 'value' in doc else {'item': doc['item']},
                                         node))
            elif default is REQUIRED:
                read.append(self.operand(doc[key], node))
            else:
                read.append(self.operand(doc.get(key, None if default is NONE else default), node))
        optional = None
        if rule in OPTIONAL:
            optional = self.operand(doc.get(OPTIONAL[rule]), node)
        items = doc.get('items', [doc['item']] if 'item' in doc else None)
        self.lists(doc, rule, choices)
        if rule in BESIDE:
            node.compute = beside_rule(BESIDE[rule], read)
        else:
            node.compute = leaf_rule(rule, function, choices, read, optional,
                                     items if rule in ('ceiling', 'awards') else None)

    def lists(self, doc, rule, choices):
        numbers = lambda values: [self.constant(v) for v in values]     # noqa: E731
        if rule == 'bands' and 'cuts' in doc:
            choices['cuts'], choices['points'] = numbers(doc['cuts']), numbers(doc['points'])
        elif rule == 'bands':
            choices['ranges'] = [([(word, self.constant(v)) for word, v in bounds_of(r)],
                                  self.constant(r['points'])) for r in doc['ranges']]
        elif rule == 'interpolate':
            choices['xs'], choices['ys'] = numbers(doc['xs']), numbers(doc['ys'])
        elif rule == 'ordinal':
            choices['words'] = numbers(word['points'] for word in doc['words'])

    def policy(self, node):
        stated = node.doc.get('missing', 'zero' if node.rule in LISTS else
                              'strict' if node.rule in ('sum', 'product') else 'renormalize')
        node.policy, _, value = stated.partition(':')
        node.policy_value = Fraction(value or 0)

    def round(self, node):
        """own: stated by the node; rounding: (digits, mode) of what the parent sees."""
        own, rubric_way = node.doc.get('round'), (self.digits, self.mode)
        node.own = (own.get('digits', self.digits), own.get('mode', self.mode)) if own else None
        is_indicator = node.rule in LEAVES and not node.children
        if node.rule == 'limit':
            node.rounding = node.own = None
        elif node.own:
            node.rounding = node.own
        elif self.at == 'node' or self.at == 'indicator' and is_indicator:
            node.rounding = rubric_way
        elif self.at == 'final' and node.parent is None:
            node.rounding = rubric_way
        else:
            node.rounding = None

    def sort(self):
        """Nodes in an order in which each comes after what it looks at."""
        self.order, state = [], {}
        for start in range(len(self.nodes)):
            stack = [(start, None)]
            while stack:
                i, rest = stack.pop()
                if rest is None:
                    if state.get(i) == 'done':
                        continue
                    if state.get(i) == 'open':
                        raise Wrong(f'node {self.nodes[i].number} depends on itself')
                    state[i], rest = 'open', iter(self.nodes[i].refers)
                inner = next(rest, None)
                if inner is None:
                    state[i] = 'done'
                    self.order.append(i)
                else:
                    stack += [(i, rest), (inner, None)]

    # -------------------------------------------------- evaluation

    def evaluate(self, card):
        return Result(self, card)


def bounds_of(doc):
    """The bounds, the lower first."""
    found = [(BOUNDS[key], value) for key, value in doc.items() if key in BOUNDS]
    return sorted(found, key=lambda pair: PAIRED.index(pair[0]))


def fetch(kind, ref, values, card):
    return card.get(ref, MISSING) if kind == 'item' else values[ref] if kind == 'node' else ref


def leaf_rule(rule, function, choices, read, optional, items):
    """Reads the operands; the first that is no value is the result."""
    arguments = [value if kind == 'is' else None for kind, value in read]
    to_read = [(i, kind, value) for i, (kind, value) in enumerate(read)
               if kind != 'is' or type(value) is str]

    def compute(node, values, card, flag):
        found = arguments[:]
        for i, kind, ref in to_read:
            x = fetch(kind, ref, values, card)
            if type(x) is str:
                return x
            found[i] = x
        if optional:
            x = fetch(*optional, values, card)
            found.append(MISSING if x is None else x)
        if items is not None:
            found.insert(0, [card.get(item, MISSING) for item in items])
        if rule in FLAGGING:
            found.append(lambda kind, value: flag(kind, node, value))
        return function(choices, *found)
    return compute


def beside_rule(function, read):
    """Rules that look at the statuses of their operands themselves."""
    def compute(node, values, card, flag):
        return function(node, values, [fetch(*operand, values, card) for operand in read], flag)
    return compute


def inner_rule(function):
    def compute(node, values, card, flag):
        counted = gather(node, values, flag)
        return counted if type(counted) is str else function(node, counted)
    return compute


# ---------------------------------------------------------------- inner nodes

def gather(node, values, flag):
    """The policies: the status that results, or the children that count, as a list of
    (place among the children, value, whether it was filled in)."""
    ok, gone, unused, errors = [], [], [], []
    for at, i in enumerate(node.children):
        x = values[i]
        if type(x) is not str:
            ok.append((at, x, False))
        elif x == EXEMPT or x == NOT_APPLICABLE:
            unused.append(at)
        else:
            gone.append(at)
            if x != MISSING:
                errors.append(x)
    is_list, policy = node.rule in LISTS, node.policy
    if not ok and not is_list:
        if gone:
            return errors[0] if errors else MISSING
        return EXEMPT if all(values[i] == EXEMPT for i in node.children) else NOT_APPLICABLE
    if gone and policy == 'strict':
        return errors[0] if errors else MISSING
    if node.unbound:
        return node.unbound
    if gone and policy == 'renormalize':
        failed = not is_list and coverage(node, [at for at, _, _ in ok], gone, flag)
        if failed:
            return failed
    elif gone:
        if not is_list or policy == 'impute':
            flag(IMPUTED, node, len(gone))
        ok += [(at, node.policy_value, True) for at in gone]
    if unused and node.rule == 'budget' and node.settings['unused'] != 'scale':
        value = node.settings['full_points'] if node.settings['unused'] == 'full' else 0
        ok += [(at, value, True) for at in unused]
    ok.sort(key=lambda c: c[0])
    return ok


def weighs(node):
    return node.rule in MEANS or node.rule == 'budget'


def coverage(node, ok, gone, flag):
    weights = node.weights if weighs(node) else [1] * len(node.children)
    observed = sum(weights[at] for at in ok)
    whole_weight = observed + sum(weights[at] for at in gone)
    if whole_weight == 0:
        return NO_WEIGHT
    if observed < node.policy_value * whole_weight:
        flag(COVERAGE, node, len(gone))
        return MISSING
    return None


def first_status(values):
    return next((v for v in values if type(v) is str), None)


def weighted(node, counted):
    """(weight, value) of the children that count, and the sum of the weights, or a status."""
    weights = [node.weights[at] for at, _, _ in counted]
    total = sum(weights)
    return [(w, c[1]) for w, c in zip(weights, counted)], total if total != 0 else NO_WEIGHT


def total_of(pairs):
    """sum(w * x), over one denominator that is reduced once."""
    top, bottom = 0, 1
    for w, x in pairs:
        n, d = w.numerator * x.numerator, w.denominator * x.denominator
        if d == bottom:
            top += n
        else:
            top, bottom = top * d + n * bottom, bottom * d
    return Fraction(top, bottom)


def weighted_mean(node, counted):
    pairs, total = weighted(node, counted)
    return total if type(total) is str else total_of(pairs) / total


def positive(node, counted):
    """The pairs of a mean that takes no negative numbers; a status; or 0, because of a zero."""
    pairs, total = weighted(node, counted)
    if type(total) is str:
        return total
    pairs = [(w, x) for w, x in pairs if w != 0]
    if any(x < 0 for _, x in pairs):
        return BAD_DOMAIN
    return 0 if any(x == 0 for _, x in pairs) else pairs


def geometric_mean(node, counted):
    pairs = positive(node, counted)
    if type(pairs) is not list:
        return pairs
    scale = 1
    for w, _ in pairs:
        scale *= w.denominator // gcd(scale, w.denominator)
    powers = [int(w * scale) for w, _ in pairs]
    common = gcd(*powers)
    powers = [p // common for p in powers]
    if sum(p * max(x.numerator.bit_length(), x.denominator.bit_length())
           for p, (_, x) in zip(powers, pairs)) > formula.CLEAR_BITS:
        raise Unclear
    top = bottom = 1
    for p, (_, x) in zip(powers, pairs):
        top, bottom = top * x.numerator ** p, bottom * x.denominator ** p
    mean = Root(top, bottom, sum(powers))
    return TOO_BIG if mean.at(1)[0] >= POW10[MOST_DECIMALS] else mean


def harmonic_mean(node, counted):
    pairs = positive(node, counted)
    if type(pairs) is not list:
        return pairs
    return sum(w for w, _ in pairs) / total_of([(w, 1 / Fraction(x)) for w, x in pairs])


def summed(node, counted):
    return total_of([(1, x) for _, x, _ in counted])


def product(node, counted):
    result = Fraction(1)
    for _, x, _ in counted:
        result *= x
    return result


def budget(node, counted):
    pairs, total = weighted(node, counted)
    if type(total) is str:
        return total
    return sum(node.weights) * total_of(pairs) / (node.settings['full_points'] * total)


def listed(sign):
    def capped(node, counted):
        total = total_of([(1, at_most(node.caps[at], x)) for at, x, _ in counted])
        return sign * at_most(node.settings['cap_total'], total)
    return capped


INNER = {
    'weighted_mean': weighted_mean, 'geometric_mean': geometric_mean,
    'harmonic_mean': harmonic_mean, 'sum': summed, 'product': product,
    'minimum': lambda node, counted: min(x for _, x, _ in counted),
    'maximum': lambda node, counted: max(x for _, x, _ in counted),
    'budget': budget, 'deductions': listed(-1), 'bonus': listed(1),
}


def coefficient(node, values, operands, flag):
    x = values[node.children[0]]
    if type(x) is str:
        return x
    c, low, high, most, otherwise = operands
    unbound = first_status((low, high, most, otherwise))
    if unbound:
        return unbound
    if otherwise is not None and c in (MISSING, EXEMPT, NOT_APPLICABLE):
        c = otherwise
        flag(IMPUTED, node, 1)
    if type(c) is str:
        return c
    if low is not None and c < low or high is not None and c > high:
        return OUT_OF_BOUNDS
    return at_most(most, c * x)


def clamp(node, values, operands, flag):
    x = values[node.children[0]]
    failed = first_status((x, *operands))
    if failed:
        return failed
    low, high = operands
    return at_least(low, at_most(high, x))


STRIKES = {'cap_tier': CAP_TIER, 'zero_score': ZERO_SCORE, 'ineligible': INELIGIBLE}


def limit(node, values, operands, flag):
    failed = first_status(operands)
    if failed:
        return failed
    x, *bounds, tier = operands
    if not all(INSIDE[word](x, bound) for word, bound in zip(node.settings['bounds'], bounds)):
        return 0
    effect = node.settings['effect']
    flag(STRIKES[effect], node, tier if effect == 'cap_tier' else 1)
    return 1


BESIDE = {'coefficient': coefficient, 'clamp': clamp, 'limit': limit}


# ---------------------------------------------------------------- results

def text_of(unscaled, scale):
    """A card's number; None if a card cannot hold it."""
    text = show(unscaled, scale)
    if scale:
        text = text.rstrip('0').rstrip('.')
        if text in ('-0', ''):
            text = '0'
    if abs(unscaled) >= MOST and abs(int(text.replace('.', ''))) >= MOST:
        return None
    return text


def round_any(value, digits, mode):
    """A value at some decimals, as a whole number of the last one."""
    if isinstance(value, Root):
        return rounded_number(value, digits, mode)
    return rounded(value, digits, mode)


def longest(value):
    """All decimals of a value, or as many as a card can hold, and how many were looked at."""
    if not isinstance(value, Root) and POW10[MOST_DECIMALS] % value.denominator == 0:
        text = text_of(value.numerator * (POW10[MOST_DECIMALS] // value.denominator), MOST_DECIMALS)
        if text is not None:
            return text, max(MOST_DIGITS, len(text.partition('.')[2]))
    for digits in range(MOST_DIGITS, -1, -1):
        text = text_of(round_any(value, digits, 'half_up'), digits)
        if text is not None:
            return text, digits
    return None, 0


class Result:
    """What a card gives: values as the parents see them, and the card of results."""

    def __init__(self, rubric, card):
        self.rubric = rubric
        self.values = values = [None] * len(rubric.nodes)
        self.exact = exact = values[:]  # before rounding
        self.flags = {}
        self.struck = None              # the first limit that makes the score 0
        for i in rubric.order:
            node = rubric.nodes[i]
            value = node.compute(node, values, card, self.flag)
            if type(value) is int:
                value = Fraction(value)
            exact[i] = value
            if node.rounding and type(value) is not str:
                value = Fraction(round_any(value, *node.rounding), POW10[node.rounding[0]])
            values[i] = value
        self.unrounded = exact[0]       # as it ranks
        if type(values[0]) is not str:
            self.struck = next((i for i in range(rubric.first_limit, len(values))
                                if values[i] == 1 and rubric.nodes[i].settings['effect'] == 'zero_score'), None)
        self.show()

    def flag(self, kind, node, value):
        self.flags[kind, node.number] = value

    def shown(self, i):
        rubric, node, value = self.rubric, self.rubric.nodes[i], self.values[i]
        if type(value) is str:
            return value
        if node.rule == 'limit':
            return str(value)
        if node.own is None and rubric.at == 'none':
            text, _ = longest(value)
        else:
            digits, mode = node.own or (rubric.digits, rubric.mode)
            text = text_of(rounded(value, digits, mode), digits)
        return TOO_BIG if text is None else text

    def show(self):
        rubric = self.rubric
        self.card = card = {}
        for i in rubric.by_number:
            text = '0' if i == 0 and self.struck is not None else self.shown(i)
            number = rubric.nodes[i].number
            card[number] = text
            if text.startswith('error'):
                self.flags[ERROR, number] = int(text[6:])
        for kind, number in sorted(self.flags):
            value = self.flags[kind, number]
            text = text_of(value.numerator, 0) if value.denominator == 1 else None
            card[FLAG_ITEM + kind * FLAG_STRIDE + number] = TOO_BIG if text is None else text
        if rubric.ranks_unrounded and number_or_none(card[0]) is not None:
            rank = '0' if self.struck is not None else longest(self.unrounded)[0] or TOO_BIG
            if rank != card[0]:
                card[RANK_ITEM] = rank

    def text(self):
        return '{' + ', '.join(f'"{item}": {value if value[0] in "-0123456789" else chr(34) + value + chr(34)}'
                               for item, value in self.card.items()) + '}'

    def score(self):
        """The text of a number, or None."""
        return number_or_none(self.card[0])

    def rank_basis(self):
        return number_or_none(self.card.get(RANK_ITEM, self.card[0]))

    # -------------------------------------------------- explanation

    def explain(self):
        """(node, 'node' or 'effect', points) of every line that has points."""
        score = self.score()
        if score is None:
            return []
        self.lines = []
        self.walk(0, Fraction(1))
        if not self.lines:              # a list of which nothing counts
            self.line(0, 'node', Fraction(0))
        if self.struck is not None:
            # A leaf's line has its rounded value, other nodes' lines share the unrounded one.
            leaf = self.rubric.nodes[0].rule in LEAVES or isinstance(self.unrounded, Root)
            whole = self.values[0] if leaf else self.unrounded
            self.effect(self.rubric.nodes[self.struck].number, -whole)
        return self.spread(Fraction(score))

    def line(self, number, kind, points):
        self.lines.append((number, kind, points))

    def effect(self, number, points):
        if points != 0:
            self.line(number, 'effect', points)

    def walk(self, i, factor):
        """The lines of a node that counts: together they are factor * its value."""
        rubric, node = self.rubric, self.rubric.nodes[i]
        value, exact = self.values[i], self.exact[i]
        if isinstance(exact, Root):
            exact = value
        if node.rule in LEAVES:
            self.line(node.number, 'node', factor * value)
            return
        if i == 0:                      # its rounding is what the lines share
            value = exact
        if node.rule in ONE:
            children = [(0, self.values[node.children[0]], False)]
            shares = [1]
        else:
            children = gather(node, self.values, lambda *_: None)
            shares = shares_of(node, children)
        effect = exact - sum(share * x for share, (_, x, _) in zip(shares, children))
        self.effect(node.number, factor * effect)
        self.effect(node.number, factor * (value - exact))
        for share, (at, x, filled) in zip(shares, children):
            if filled:
                self.line(rubric.nodes[node.children[at]].number, 'node', factor * share * x)
            else:
                self.walk(node.children[at], factor * share)

    def digits(self):
        """How many decimals the lines have."""
        root = self.rubric.nodes[0]
        if root.own:
            return root.own[0]
        if self.rubric.at != 'none':
            return self.rubric.digits
        return MOST_DIGITS if self.struck is not None else longest(self.values[0])[1]

    def spread(self, score):
        digits = self.digits()
        scaled = [points * POW10[digits] for _, _, points in self.lines]
        units = [x.__floor__() for x in scaled]
        left = int(score * POW10[digits]) - sum(units)
        order = sorted(range(len(units)), key=lambda i: (units[i] - scaled[i], i))
        if not 0 <= left <= len(units):
            raise AssertionError('the lines are not the score')
        for i in order[:left]:
            units[i] += 1
        return [(number, kind, trim(show(u, digits), digits))
                for (number, kind, _), u in zip(self.lines, units)]


def trim(text, digits):
    return text.rstrip('0').rstrip('.') if digits else text


def number_or_none(text):
    return text if text[0] in '-0123456789' else None


def shares_of(node, children):
    """Factors with which the children that count make up the value, before the rule's effect."""
    rule, count = node.rule, len(children)
    if rule in MEANS or rule == 'budget':
        pairs, total = weighted(node, children)
        factor = Fraction(1) / total
        if rule == 'budget':
            factor *= Fraction(sum(node.weights)) / node.settings['full_points']
        return [w * factor for w, _ in pairs]
    if rule in ('product', 'minimum', 'maximum'):
        return [Fraction(1, count)] * count
    return [-1 if rule == 'deductions' else 1] * count


# ---------------------------------------------------------------- text

def parse(text):
    """A rubric from its text, numbers exact."""
    return Rubric(json.loads(text, parse_float=Fraction))


def parse_card(text):
    entries = json.loads(text, parse_float=Fraction)
    return {int(item): MISSING if value is None else value if type(value) is str else Fraction(value)
            for item, value in entries.items()}


def evaluate(rubric, card):
    """The results as a scorecard's text, of a rubric and a card that are parsed."""
    return rubric.evaluate(card).text()
