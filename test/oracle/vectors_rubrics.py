"""The formula sheet's vectors as rubrics, cases worked by hand, and the irrational functions
against decimal's."""
import decimal
import json
import random
from fractions import Fraction

import formula
import rubric as rubrics
from irrational import Exp, Ln, POW10, Root, rounded_number

PLAIN = {'at': 'none'}


def made(root, rounding=None, **rest):
    """A rubric from a document with its numbers as texts or whole numbers."""
    doc = {'rubric': 1, 'root': root, **({'rounding': rounding} if rounding else {}), **rest}
    return rubrics.parse(json.dumps(doc))


def result(root, card, rounding=PLAIN, **rest):
    values = card.split() if isinstance(card, str) else card
    values = {i: Fraction(v) if v[0] in '-0123456789' else v for i, v in enumerate(values, 1)}
    return made(root, rounding, **rest).evaluate(values)


def shown(root, card, rounding=PLAIN, item=0, **rest):
    """The score, or the status, of the card whose items are 1, 2, ..."""
    return result(root, card, rounding, **rest).card[item]


def given(*items, **more):
    return [{'rule': 'given', 'item': i, **more} for i in items]


def weighted(weights, rule='weighted_mean', **more):
    children = [{'rule': 'given', 'item': i, 'weight': w} for i, w in enumerate(weights, 1)]
    return {'rule': rule, 'children': children, **more}


def leaves(r):
    node = {'rule': 'threshold', 'item': 1, 'target': 95, 'full_points': 10, 'penalty': 2}
    for mode, expected in (('linear', '10 9.8 8 5 0 0'), ('floor', '10 10 8 6 0 0'), ('ceil', '10 8 8 4 0 0')):
        for x, points in zip('95 94.9 94 92.5 90 89'.split(), expected.split()):
            r.same(f'4.1 {mode} {x}', shown({**node, 'mode': mode}, x), points)
    r.same('4.1 no floor', shown({**node, 'min_points': None}, '89'), '-2')
    r.same('4.1 lower', shown({**node, 'better': '越低越好', 'step': 0.5}, '96.25'), '5')
    r.same('4.1 missing', shown(node, 'missing'), 'missing')

    node = {'rule': 'proportional', 'item': 1, 'target': {'item': 2}, 'full_points': 10}
    for card, expected in (('17 20', '8.5'), ('23 20', '10'), ('0 0', 'not_applicable'), ('1 0', 'error:9003'),
                           ('1 -1', 'error:9003'), ('exempt missing', 'exempt'), ('1 error:5', 'error:5')):
        r.same(f'4.2 {card}', shown(node, card), expected)
    r.same('4.2 cap', shown({**node, 'high': 1.15}, '23 20'), '11.5')
    r.same('4.2 0/0 full', shown({**node, 'zero_target': 'full', 'high': 2}, '0 0'), '10')
    r.same('4.2 start', shown({**node, 'start': 50}, '75 100'), '5')
    r.same('4.2 s=t', shown({**node, 'start': {'item': 3}}, '75 100 100'), 'error:9004')
    r.same('4.2 lower', shown({**node, 'target': 20, 'start': 50}, '40'), '3.333333333333333333333333333333')

    node = {'rule': 'events', 'item': 1, 'full_points': 10, 'penalty': 5, 'pending': {'item': 2}}
    for card, expected in (('0', '10'), ('1', '5'), ('2', '0'), ('3', '0'), ('-1', 'error:9001'),
                           ('1.5', 'error:9001'), ('1 2', '5'), ('1 0.5', 'error:9001'), ('1 error:3', '5')):
        r.same(f'4.3 {card}', shown(node, card), expected)
    r.same('4.3 no floor', shown({**node, 'min_points': None}, '3'), '-5')
    r.same('4.3 pending counted', shown({**node, 'min_points': None, 'count_pending': 'yes'}, '1 2'), '-5')
    r.same('4.3 pending flag', result(node, '1 2').flags, {(rubrics.PENDING, 0): 2})
    kinds = [[1, 2], [3], [4], [5]]
    for cap, expected in (('cap_kind', '3'), ('cap_award', '3.3')):
        bonus = {'rule': 'bonus', 'children': [{'rule': 'awards', 'items': items, cap: 1} for items in kinds]}
        r.same(f'4.3 {cap}', shown(bonus, '0.6 0.7 1 missing 3'), expected)
        r.same(f'4.3 {cap} total', shown({**bonus, 'cap_total': 2}, '0.6 0.7 1 missing 3'), '2')
    r.same('4.3 negative', shown(bonus['children'][0], '1 -1'), 'error:9001')

    node = {'rule': 'ceiling', 'items': [1, 2, 3, 4], 'limit': 1, 'full_points': 0, 'penalty': 3, 'min_points': None}
    for per, mode, expected in (('occurrence', 'linear', '-6'), ('point', 'linear', '-5.1'),
                                ('point', 'ceil', '-9'), ('point', 'floor', '-3')):
        r.same(f'4.4 {per} {mode}', shown({**node, 'per': per, 'mode': mode}, '0.8 1.0 1.2 2.5'), expected)
    node['per'] = 'point'
    for card, expected in (('exempt missing', 'missing'), ('exempt not_applicable exempt exempt', 'not_applicable'),
                           ('5 error:4 error:3', 'error:4'), ('2 exempt', '-3')):
        r.same(f'4.4 {card}', shown(node, card), expected)

    for x, expected in (('-1', '0'), ('5', '25'), ('10', '50'), ('11', '100'), ('12', '100'), ('10.333', '66.65')):
        node = {'rule': 'interpolate', 'item': 1, 'xs': [0, 10, 11], 'ys': [0, 50, 100]}
        r.same(f'interpolate {x}', shown(node, x), expected)
    node = {'rule': 'interpolate', 'item': 1, 'xs': [24, 36], 'ys': [4, 5]}
    r.same('MIPS', shown(node, '26', {'digits': 4}), '4.1667')
    for x, expected in (('3.3299', '1'), ('3.33', '2'), ('3.335', '2'), ('3.34', '3')):
        node = {'rule': 'bands', 'item': 1, 'cuts': [3.33, 3.34], 'points': [1, 2, 3]}
        r.same(f'bands {x}', shown(node, x), expected)
    gates = [{'超过': 100000000, 'points': 2}, {'以上': 5000000, '以下': 100000000, 'points': 1}]
    for x, expected in (('4999999.99', 'error:9005'), ('5000000', '1'), ('100000000', '1'), ('100000000.01', '2')):
        r.same(f'4.7 gates {x}', shown({'rule': 'bands', 'item': 1, 'ranges': gates}, x), expected)
    r.same('4.7 else', shown({'rule': 'bands', 'item': 1, 'ranges': [*gates, {'points': 0}]}, '0'), '0')
    words = [{'word': w, 'points': p} for w, p in (('好', 100), ('中', 60), ('差', 0))]
    for x, expected in (('1', '100'), ('3', '0'), ('4', 'error:9006'), ('0', 'error:9006'), ('1.5', 'error:9006')):
        r.same(f'ordinal {x}', shown({'rule': 'ordinal', 'item': 1, 'words': words}, x), expected)
    for x, expected in (('3', '5'), ('3.1', '-1'), ('2', '-1'), ('2.0001', '5')):
        node = {'rule': 'met', 'item': 1, 'gt': 2, '以内': 3, 'points': 5, 'otherwise': -1}
        r.same(f'met {x}', shown(node, x), expected)
    r.same('given', [shown({'rule': 'given', 'item': 1, 'min': 0, 'max': 10}, x) for x in ('0', '10', '10.1', '-1')],
           ['0', '10', 'error:9002', 'error:9002'])
    node = {'rule': 'timeliness', 'item': 1, 'due': {'item': 2}, 'grace': 2, 'full_points': 10, 'penalty': 2}
    for card, expected in (('5 5', '10'), ('7 5', '10'), ('7.5 5', '8'), ('9.5 5', '4'), ('20 5', '0')):
        r.same(f'timeliness {card}', shown(node, card), expected)
    for change, expected in (('absolute', '30'), ('relative', '0.5')):
        node = {'rule': 'improvement', 'item': 1, 'base': {'item': 2}, 'rate': 1, 'change': change}
        r.same(f'improvement {change}', shown(node, '90 60'), expected)
    r.same('improvement /0', shown(node, '90 0'), 'error:9004')
    node |= {'better': 'lower', 'change': 'absolute', 'max_points': 20}
    r.same('improvement lower', shown(node, '60 90'), '20')


def norms(r):
    def points(method, x, **settings):
        return result({'rule': 'normalise', 'item': 1, 'method': method, **settings}, x)

    for x, expected in (('10', '0'), ('20', '33.333333333333333333333333333333'), ('40', '100')):
        r.same(f'4.8 minmax {x}', points('minmax', x, low=10, high=40).score(), expected)
    r.same('4.8 goalposts', points('minmax', '50', low=10, high=40, clamp='yes').score(), '100')
    r.same('4.8 lower', points('minmax', '10', low=40, high=10).score(), '100')
    r.same('4.8 T', points('zscore', '30', mean=20, deviation=4).score(), '75')
    r.same('4.8 distance', points('distance', '20', low=10, high=50, full_points=1).score(), '0.25')
    r.same('4.8 of max', points('percent_of_max', '20', high=80).score(), '25')
    for method, settings in (('minmax', {'low': 3, 'high': 3}), ('zscore', {'mean': 1, 'deviation': 0}),
                             ('percent_of_max', {'high': 0})):
        found = points(method, '7', **settings)
        r.same(f'4.8 {method} neutral', (found.score(), found.flags), ('50', {(rubrics.NEUTRAL, 0): 1}))
    node = {'rule': 'achievement', 'item': 1, 'base': {'item': 2}, 'threshold': 50, 'benchmark': 90}
    for card, expected in (('50 40', '2'), ('55 40', '3'), ('70 40', '6'), ('90 40', '10'), ('49 40', '1'),
                           ('49 60', '0'), ('50', '1'), ('55', '2'), ('70', '5'), ('90 95', '10'),
                           ('missing 40', 'missing')):
        r.same(f'4.8 achievement {card}', shown(node, card), expected)
    node |= {'threshold': -50, 'benchmark': -90, 'better': 'lower'}
    for card, expected in (('-50 -40', '2'), ('-55 -40', '3'), ('-70 -40', '6'), ('-90 -40', '10'), ('-49', '0')):
        r.same(f'4.8 lower {card}', shown(node, card), expected)
    # 4.7: 1 - (845.76 / 600) / (1000 / 500), and spending against the schedule
    change = {'rule': 'formula', 'expression': '1 - (item(1) / item(2)) / (item(3) / item(4))'}
    r.same('4.7 reduction', shown(change, '845.76 600 1000 500'), '0.2952')
    r.same('4.7 no base', shown(change, '845.76 600 0 500'), 'error:9004')
    progress = {'rule': 'proportional', 'item': 1, 'target': {'item': 2}, 'full_points': 100}
    r.same('4.7 progress', shown(progress, '42 50'), '84')


def trees(r):
    for card, weights, expected in (
            ('90 80 70', (.4, .3, .3), '81'), ('85 95 60', (.6, .2, .2), '82'), ('81 82', (50, 50), '81.5'),
            ('81 82', (60, 40), '81.4'), ('81 82', (55, 45), '81.45'), ('90 80 70', (40, 40, 20), '82'),
            ('88 92', (60, 40), '89.6'), ('95 80', (30, 70), '84.5'),
            ('94.2 86.7 75.5 85.8 92.4', (.25, .35, .2, .1, .1), '86.815')):
        r.same(f'4.5 {card}', shown(weighted(weights), card), expected)
    for missing, expected in (('strict', 'missing'), ('zero', '68'), ('renormalize', '85'), ('renormalize:0.8', '85'),
                              ('renormalize:0.81', 'missing'), ('impute:70', '82')):
        panel = weighted((40, 40, 20), missing=missing)
        r.same(f'4.5 {missing}', shown(panel, '90 80'), expected)
        r.same(f'4.5 {missing}, all', shown(panel, ''), 'missing')
        r.same(f'4.5 {missing}, error', shown(panel, 'missing error:4'), 'error:4')
        r.same(f'4.5 {missing}, exempt', shown(panel, '90 80 exempt'), '85')
        r.same(f'4.5 {missing}, none due', shown(panel, 'exempt not_applicable exempt'), 'not_applicable')
        r.same(f'4.5 {missing}, all exempt', shown(panel, 'exempt exempt exempt'), 'exempt')
    r.same('4.5 flags', [result(weighted((40, 40, 20), missing=m), '90 80').flags for m in ('zero', 'renormalize:0.9')],
           [{(rubrics.IMPUTED, 0): 1}, {(rubrics.COVERAGE, 0): 1}])
    r.same('4.5 no weight', shown(weighted((0, 0)), '1 2'), 'error:9008')
    # the means of (4, 9), weights 1 and 1, then 1 and 3
    for weights, expected in (((1, 1), ('6.5', '6', '5.538462')), ((1, 3), ('7.75', '7.348469', '6.857143'))):
        found = [shown(weighted(weights, rule, round={'digits': 6}), '4 9') for rule in rubrics.MEANS]
        r.same(f'4.9 means {weights}', tuple(found), expected)
    for rule in rubrics.MEANS[1:]:
        mean = weighted((1, 3), rule, round={'digits': 2})
        r.same(f'4.9 {rule}', [shown(mean, card) for card in ('0 9', '-1 9', '4 9 1')][:2], ['0', 'error:9009'])
        r.same(f'4.9 {rule}, no weight', shown(weighted((0, 1), rule, round={'digits': 2}), '-4 9'), '9')
    for rule, expected in (('sum', '13'), ('product', '36'), ('minimum', '4'), ('maximum', '9')):
        r.same(rule, shown({'rule': rule, 'children': given(1, 2)}, '4 9'), expected)
    # 4.6: 0.8 .. 1.2 by 0.85, and the cap
    node = {'rule': 'coefficient', 'coefficient': {'item': 2}, 'children': given(1)}
    for card, expected in (('96 0.85', '81.6'), ('96 1.14', '109.44'), ('96 missing', 'missing'),
                           ('exempt 1', 'exempt')):
        r.same(f'4.6 {card}', shown(node, card), expected)
    r.same('4.6 cap', shown({**node, 'max_points': 100}, '96 1.14'), '100')
    r.same('4.6 line', result({**node, 'max_points': 100}, '96 1.14', {}).explain(),
           [(0, 'effect', '4'), (1, 'node', '96')])
    r.same('4.6 line uncapped', result(node, '96 0.85', {}).explain(), [(0, 'effect', '-14.4'), (1, 'node', '96')])
    r.same('4.6 otherwise', shown({**node, 'otherwise': 1}, '96'), '96')
    r.same('4.6 bounds', shown({**node, 'low': 0.8, 'high': 1.2}, '96 1.21'), 'error:9002')
    # a budget of 20 of 100 points, one indicator without its 5
    for unused, expected in (('scale', '17.333333333333333333333333333333'), ('full', '18'), ('zero', '13')):
        node = weighted((10, 5, 5), 'budget', unused=unused)
        r.same(f'budget {unused}', shown(node, '80 100 exempt'), expected)
    # base, deductions, bonus, clamp
    whole = {'rule': 'clamp', 'low': 0, 'high': 105, 'children': [{'rule': 'sum', 'children': [
        {'rule': 'given', 'item': 1},
        {'rule': 'deductions', 'cap_total': 5, 'children': [{'rule': 'given', 'item': 2, 'cap': 3}, *given(3)]},
        {'rule': 'bonus', 'children': [{'rule': 'given', 'item': 4, 'cap': 6}]}]}]}
    for card, expected in (('90 4 1 2', '88'), ('90 4 9', '85'), ('102 0 0 9', '105'), ('1 4 4', '0'), ('90', '90')):
        r.same(f'order {card}', shown(whole, card), expected)
    r.same('lines', result(whole, '102 4 9 9', {}).explain(),
           [(2, 'node', '102'), (3, 'effect', '8'), (4, 'node', '-4'), (5, 'node', '-9'), (6, 'effect', '-3'),
            (7, 'node', '9')])
    # 4.11
    limits = [{'rule': 'limit', 'effect': 'cap_tier', 'tier': 3, 'item': 2, '以上': 1},
              {'rule': 'limit', 'effect': 'zero_score', 'item': 2, '超过': 1}]
    for card, score, flags in (('90 0', '90', []), ('90 1', '90', [(3, 1)]), ('90 2', '0', [(3, 1), (4, 2)]),
                               ('missing 2', None, [(3, 1), (4, 2)])):
        found = result(given(1)[0], card, limits=limits)
        r.same(f'4.11 {card}', (found.score(), sorted(found.flags)), (score, flags))
    r.same('4.11 lines', result(given(1)[0], '90 2', {}, limits=limits).explain(),
           [(0, 'node', '90'), (2, 'effect', '-90')])


def roundings(r):
    node = {'rule': 'sum', 'children': [{'rule': 'sum', 'children': given(1)}]}
    r.same('once', shown(node, '84.445', {'digits': 1}), '84.4')
    node['children'][0]['round'] = {'digits': 2}
    r.same('twice', shown(node, '84.445', {'digits': 1}), '84.5')
    for mode, expected in (('half_up', '5.2'), ('ceil', '5.2'), ('half_even', '4.8'), ('floor', '4.8')):
        r.same(f'by line {mode}', shown({'rule': 'sum', 'children': given(1, 1, 1, 1)}, '1.25',
                                        {'at': 'indicator', 'digits': 1, 'mode': mode}), expected)
    for mode, expected in (('half_up', '3 -3'), ('half_even', '2 -2'), ('floor', '2 -3'), ('ceil', '3 -2')):
        r.same(mode, ' '.join(shown(given(1)[0], x, {'digits': 0, 'mode': mode}) for x in ('2.5', '-2.5')), expected)
    r.same('card', made(weighted((1, 2))).evaluate({1: Fraction(1), 2: 'missing'}).text(),
           '{"0": 1, "1": 1, "2": "missing"}')
    r.same('rank', made(weighted((1, 2))).evaluate({1: Fraction(1), 2: Fraction(2)}).text(),
           '{"0": 1.67, "1": 1, "2": 2, "2000000000": 1.666666666666666666666666666667}')
    r.same('too big', shown({'rule': 'product', 'children': given(1, 1)}, [str(10 ** 30)]), 'error:9010')
    r.same('fits', shown({'rule': 'product', 'children': given(1, 2)}, [str(10 ** 37), '0.' + '3' * 30]),
           str(3333333333333333333333333333330000000))
    for a, expected in ((3, '3'), (None, 'error:9007')):
        node = {'rule': 'constant', 'points': {'parameter': 'a'}}
        r.same(f'parameter {a}', shown(node, '', parameters={'a': a}), expected)
    r.same('node reference', shown({'rule': 'sum', 'children': [
        {'rule': 'given', 'item': 1, 'node': 5}, {'rule': 'given', 'value': {'node': 5}}]}, '1.5'), '3')
    r.same('thirds', result({'rule': 'weighted_mean', 'children': given(1, 2, 3)}, '10 10 10', {}).explain(),
           [(1, 'node', '3.34'), (2, 'node', '3.33'), (3, 'node', '3.33')])


# of a card in which item 2 is exempt, and there is no item 9
FORMULAS = '''
1 + 2 * 3 -> 7
(1 + 2) * 3 -> 9
10 - 2 - 3 -> 5
12 / 2 / 3 -> 2
-2 * 3 -> -6
--2 -> 2
2 - -3 -> 5
min(3, 1, 2) -> 1
max(3) -> 3
clamp(5, 1, 3) -> 3
clamp(2, 5, 3) -> 5
abs(-4) -> 4
round(2.345, 2) -> 2.35
round(-2.345, 2, floor) -> -2.35
round(2.5, 0, half_even) -> 2
floor(-1.2) -> -2
ceil(1.2) -> 2
power(2, 10, 0) -> 1024
power(2, 0.5, 4) -> 1.4142
power(8, -2/3, 2) -> 0.25
power(-2, -3, 2, floor) -> -0.13
power(-2, -3, 2, ceil) -> -0.12
power(-2, -3, 2, half_even) -> -0.12
power(0, 2, 0) -> 0
power(0, 0, 0) -> error:9009
power(-8, 1/3, 0) -> error:9009
power(2, 10001, 0) -> error:9010
power(10, 38, 0) -> error:9010
power(0.1, 38, 30, ceil) -> 0.000000000000000000000000000001
sqrt(0.0625, 2, half_even) -> 0.25
sqrt(0.000625, 3, half_even) -> 0.025
sqrt(6.25, 0, half_even) -> 2
sqrt(12.25, 0, half_even) -> 4
sqrt(6.25, 0) -> 3
sqrt(6.2499999999999999, 0) -> 2
sqrt(-1, 0) -> error:9009
ln(1, 5) -> 0
ln(2, 6) -> 0.693147
ln(0.5, 4, ceil) -> -0.6931
ln(0, 2) -> error:9009
exp(0, 0) -> 1
exp(1, 5, floor) -> 2.71828
exp(-200, 30, ceil) -> 0.000000000000000000000000000001
exp(200.1, 0) -> error:9010
exp(88, 0) -> error:9010
1 / 0 -> error:9004
if(1 < 2, 5, 1 / 0) -> 5
if(item(9) > 1, 1, 2) -> missing
if(observed(item(9)), item(9), 7) -> 7
coalesce(item(9), item(2), 3) -> 3
coalesce(item(9), item(2)) -> missing
item(2) + item(9) -> exempt
item(9) + item(2) -> missing
if(not 1 > 2 and 1 = 1.0 or 1 <> 1, 1, 2) -> 1
if(1 > 2 or 1 <= 1, 1, 2) -> 1
parameter(a) + parameter('b c') -> 5
min(1 / 0, item(2)) -> error:9004
if(item(9) > 1 and 1 > 2, 1, 2) -> missing
'''


def formulas(r):
    for text, expected in (line.split(' -> ') for line in FORMULAS.strip().split('\n')):
        got = shown({'rule': 'formula', 'expression': text}, ['1', 'exempt'], parameters={'a': 2, 'b c': 3})
        r.same(text, got, expected)
    children = [{'rule': 'given', 'item': 1, 'node': 7}]
    node = {'rule': 'formula', 'expression': 'node(7) * 2', 'children': children}
    r.same('formula of a child', shown(node, '4.5'), '9')
    for text in ('1 +', '1 < 2', '1 < 2 < 3', 'round(1)', 'round(1, 31)', 'power(2, 2)', 'observed(1)', 'nothing(1)',
                 '(1', '1)', '"a"', 'not 1'):
        try:
            formula.compiled(text, lambda kind, name: None)
            r.same(text, 'read', 'refused')
        except (formula.Wrong, IndexError):
            r.same(text, 'refused', 'refused')


def irrational(r):
    """Against decimal, which rounds ln, exp and square roots correctly by its own means."""
    rng = random.Random(1)
    context = decimal.Context(prec=110, rounding=decimal.ROUND_HALF_EVEN, Emax=10 ** 6, Emin=-10 ** 6)
    modes = {'half_up': decimal.ROUND_HALF_UP, 'half_even': decimal.ROUND_HALF_EVEN, 'floor': decimal.ROUND_FLOOR,
             'ceil': decimal.ROUND_CEILING}
    for _ in range(300):
        x = decimal.Decimal(rng.randrange(1, 10 ** rng.randint(1, 20))).scaleb(-rng.randint(0, 20))
        y = Fraction(x)
        digits, mode = rng.choice((0, 2, 10, 30)), rng.choice(formula.MODES)
        degree = rng.choice((2, 3, 7, 310, 1000, 9999))

        def check(name, number, wanted, negative=False):
            wanted = wanted.quantize(decimal.Decimal(1).scaleb(-digits), modes[mode], context)
            got = Fraction(rounded_number(number, digits, mode, negative), POW10[digits])
            r.same(f'{name} of {x}, {digits} {mode}', got, Fraction(wanted))
        check(f'root {degree}', Root(y.numerator, y.denominator, degree),
              context.power(x, context.divide(decimal.Decimal(1), degree)))
        check('sqrt', Root(y.numerator, y.denominator, 2), context.sqrt(x))
        if y != 1:
            check('ln', Ln(y.numerator, y.denominator), context.ln(x), y < 1)
        if abs(y) < 100:
            x = x if rng.random() < 0.5 else -x
            y = Fraction(x)
            check('exp', Exp(y.numerator, y.denominator), context.exp(x))
    for degree in (301, 1000, 5000):    # bounds against whole numbers
        number = Root(rng.randrange(1, 10 ** 9), rng.randrange(1, 10 ** 9), degree)
        k = 2 * 10 ** 8
        r.same(f'root {degree}', number.by_bounds(k), number.by_whole_numbers(k)[0])
    power = Root(3 ** 400, 2 ** 400, 400)
    r.same('exact root', [rounded_number(power, 0, mode) for mode in formula.MODES], [2, 2, 1, 2])
    r.same('exact root', power.at(10), (15, True))


GROUPS = leaves, norms, trees, roundings, formulas, irrational
