"""The formula sheet's vectors, evaluated by this oracle before it judges anybody."""
from datetime import date
from itertools import permutations

import cards
import raters
import vectors_rubrics
from aggregates import recognition_coefficient, trimmed_mean, weighted_score
from pgnum import (Num, ONE, Refused, core_division, division_scale, exact, num, nums, quotient)
from quotas import allocate_amount, forced_distribution, place, seat_quota, tier_carry, tier_quota
from rules import (difficulty_adjust, prededuct_refund, prededuct_refund_dated, score_bands,
                   score_events, score_interpolate, score_proportional, score_threshold)

S721 = nums('0.20', '0.70', '0.10')
S3331 = nums('0.30', '0.30', '0.30', '0.10')


def trimmed(text):
    """weighted_score keeps core's zeros; the vectors are written without them."""
    return exact(num(text))


class Report:
    def __init__(self):
        self.ran = 0
        self.failed = []

    def same(self, what, got, expected):
        self.ran += 1
        if got != expected:
            self.failed.append(f'{what}: got {got}, expected {expected}')

    def refuses(self, what, sqlstate, function, *arguments):
        try:
            got = function(*arguments)
        except Refused as error:
            got = '!' + error.sqlstate
        self.same(what, got, '!' + sqlstate)


def numbers(r):
    # texts that PostgreSQL prints for these divisions
    for a, b, text in (('1', '3', '0.33333333333333333333'), ('1', '1', '1.00000000000000000000'),
                       ('10', '4', '2.5000000000000000'), ('0', '5', '0.00000000000000000000'),
                       ('81.0', '1.0', '81.0000000000000000'), ('-2', '3', '-0.66666666666666666667'),
                       ('10000', '3', '3333.3333333333333333')):
        r.same(f'core {a}/{b}', core_division(num(a), num(b)), text)
    r.same('scale cap', division_scale(Num(1, 1000), Num(3)), 1000)
    r.same('terminating', quotient(*nums('17', '2')), '8.5')
    r.same('terminating zeros', quotient(*nums('100.00', '10')), '10')
    r.same('zero', quotient(*nums('0.000', '7')), '0')
    r.same('half away from zero', quotient(Num(-2), Num(3)), '-0.66666666666666666667')
    r.same('many decimals', quotient(ONE, Num(2 ** 40)), str(Num(5 ** 40, 40)))
    r.same('longest terminating', len(quotient(ONE, Num(2 ** 16383))), 16385)
    r.same('too long to terminate', len(quotient(ONE, Num(2 ** 16384))), 1002)


def thresholds(r):
    for mode, expected in (('linear', '10 9.8 8 5 0 0'), ('floor', '10 10 8 6 0 0'),
                           ('ceil', '10 8 8 4 0 0')):
        for x, points in zip(nums('95', '94.9', '94', '92.5', '90', '89'), expected.split()):
            r.same(f'4.1 {mode} {x}', score_threshold(x, *nums('95', '10', '2'), mode=mode), points)
    for step, penalty in (('0', '2'), ('-1', '2'), ('1', '-2')):
        r.refuses(f'4.1 step {step} penalty {penalty}', '22023', score_threshold,
                  *nums('90', '95', '10', penalty, step))
    r.same('4.1 missing', score_threshold(None, *nums('95', '10', '2')), None)
    # 4.4: deductions over the months, out of 10 points each
    for mode, expected in (('linear', '5.1'), ('ceil', '9'), ('floor', '3')):
        lost = sum(10 - num(score_threshold(x, *nums('1', '10', '3'), mode=mode, better='lower')).value
                   for x in nums('0.8', '1.0', '1.2', '2.5'))
        r.same(f'4.4 {mode}', lost, num(expected).value)


def proportions_and_events(r):
    r.same('4.2 17/20', score_proportional(*nums('17', '20', '10')), '8.5')
    r.same('4.2 23/20', score_proportional(*nums('23', '20', '10')), '10')
    r.same('4.2 cap 1.15', score_proportional(*nums('23', '20', '10', '0', '1.15')), '11.5')
    r.same('4.2 0/0', score_proportional(*nums('0', '0', '10')), None)
    r.refuses('4.2 1/0', '22023', score_proportional, *nums('1', '0', '10'))
    r.refuses('4.2 t<0', '22023', score_proportional, *nums('1', '-1', '10'))
    for count, points in zip('0123', '10 5 0 0'.split()):
        r.same(f'4.3 n={count}', score_events(*nums(count, '10', '5')), points)
    r.same('4.3 no floor', score_events(*nums('3', '10', '5', None)), '-5')


def weighted(r):
    def score(scores, weights, missing='renormalize'):
        result = weighted_score(nums(*scores), nums(*weights), [missing] * len(scores))
        return result and trimmed(result)

    r.same('4.5 text', weighted_score(nums('90', '80', '70'), nums('.4', '.3', '.3')),
           '81.0000000000000000')
    for scores, weights, expected in (
            (('90', '80', '70'), ('.4', '.3', '.3'), '81'),
            (('85', '95', '60'), ('.6', '.2', '.2'), '82'),
            (('81', '82'), ('50', '50'), '81.5'), (('81', '82'), ('60', '40'), '81.4'),
            (('81', '82'), ('55', '45'), '81.45'), (('90', '80', '70'), ('40', '40', '20'), '82'),
            (('88', '92'), ('60', '40'), '89.6'), (('95', '80'), ('30', '70'), '84.5')):
        r.same(f'4.5 {scores}', score(scores, weights), expected)
    panel = ('90', '80', None), ('40', '40', '20')
    for missing, expected in (('strict', None), ('zero', '68'), ('renormalize', '85'),
                              ('renormalize:0.8', '85'), ('renormalize:0.81', None),
                              ('impute:70', '82')):
        r.same(f'4.5 {missing}', score(*panel, missing), expected)
    for policy in ('strict', 'zero', 'renormalize', 'impute:5'):
        r.same(f'4.5 all missing {policy}', score((None, None), ('1', '2'), policy), None)
        r.same(f'4.5 no row {policy}', score((), (), policy), None)
    for share, weight in (('13.3333333333333333', '10'), ('33.3333333333333333', '25'),
                          ('53.3333333333333333', '40')):
        r.same(f'4.5 HVBP {weight}', core_division(*nums(f'{weight}00', '75')), share)
    for rows in permutations(zip(nums('94.2', '86.7', '75.5', '85.8', '92.4'),
                                 nums('.25', '.35', '.2', '.1', '.1'))):
        r.same('4.5 order', trimmed(weighted_score(*zip(*rows))), '86.815')
    for scores, weights in ((('1',), ('0',)), (('1',), ('-1',)), ((None, '1'), ('-1', '1'))):
        r.refuses(f'4.5 {weights}', '22023', weighted_score, nums(*scores), nums(*weights))
    r.refuses('4.5 NULL weight', '22004', weighted_score, nums('1'), [None])
    r.refuses('4.5 changing policy', '22023', weighted_score, nums('1', '2'), nums('1', '1'),
              ['zero', 'strict'])


def recognition(r):
    def coefficient(low, high):
        return recognition_coefficient(nums('80', '90', '100'), nums('70', '80', '90'),
                                       nums(low, low, low), nums(high, high, high))

    r.same('4.6 r', coefficient('0', '1'), '0.85')
    r.same('4.6 c', coefficient('0.8', '1.2'), '1.14')
    r.same('4.6 81.6', difficulty_adjust(*nums('96', '0.85')), '81.6')
    r.same('4.6 109.44', difficulty_adjust(*nums('96', '1.14')), '109.44')
    r.same('4.6 capped', difficulty_adjust(*nums('96', '1.14', '100')), '100')
    r.refuses('4.6 over 100', '22023', recognition_coefficient, nums('101'), nums('1'), nums('0'),
              nums('1'))
    r.same('trimmed mean', trimmed_mean(nums('1', '2', '6', None, '100')), '4')
    r.refuses('trimmed mean of two', '22023', trimmed_mean, nums('1', '2'))


def bands(r):
    # a known suite leaves a hole between 3.33 and 3.34; half-open bands cannot
    for value, expected in (('3.3299', '1.0'), ('3.33', '2.00'), ('3.335', '2.00'), ('3.34', '3')):
        r.same(f'bands {value}', score_bands(num(value), nums('3.33', '3.34'),
                                             nums('1.0', '2.00', '3')), expected)
    for value, expected in (('-1', '0'), ('5', '25'), ('10', '50'), ('11', '100'), ('12', '100'),
                            ('10.333', '66.65')):
        r.same(f'interpolate {value}', score_interpolate(num(value), nums('0', '10', '11'),
                                                         nums('0', '50', '100.0')), expected)
    r.same('MIPS decile', score_interpolate(*nums('26'), nums('24', '36'), nums('4', '5')),
           '4.1666666666666667')


def refunds(r):
    r.same('4.10 full', prededuct_refund(*nums('2', '1')), '1.6')
    r.same('4.10 part', prededuct_refund(*nums('2', '0.625')), '1')
    r.same('4.10 half', prededuct_refund(*nums('2', '1'), 'half'), '0.8')
    r.same('4.10 exempt', prededuct_refund(*nums('2', '1'), 'exempt'), '0')
    for notice, accepted, refund in (
            (date(2023, 11, 30), date(2024, 2, 29), '1.6'), (date(2023, 11, 30), date(2024, 3, 1), '0'),
            (date(2022, 11, 30), date(2023, 2, 28), '1.6'), (date(2022, 11, 30), date(2023, 3, 1), '0'),
            (date(2024, 1, 15), date(2024, 4, 15), '1.6'), (date(2024, 1, 15), None, '0')):
        r.same(f'4.10 {notice} {accepted}', prededuct_refund_dated(
            *nums('2', '1'), 'full', num('0.80'), notice, accepted, 3, 0), refund)
    r.refuses('4.10 backwards', '22023', prededuct_refund_dated, *nums('2', '1'), 'full',
              num('0.80'), date(2024, 1, 2), date(2024, 1, 1), 3, 0)


def seats(r):
    def table(name, shares, wanted, **options):
        for n, expected in wanted.items():
            got = tier_quota(n, shares, options.get('preference'), None, options.get('bounds'))
            r.same(f'4.13 {name} n={n}', '/'.join(map(str, got)), expected)

    default = '0/1/0 0/2/0 1/2/0 1/3/0 1/4/0 1/4/1 1/5/1 1/6/1 2/6/1 2/7/1 2/8/1 2/9/1'
    table('20/70/10', S721, dict(enumerate(default.split(), 1)))
    table('middle first', S721, dict(enumerate(default.split(), 1)), preference=[2, 1, 3])
    table('top first', S721, {2: '1/1/0', 8: '2/5/1', 12: '3/8/1'}, preference=[1, 2, 3])
    table('at_most top', S721, {1: '0/1/0', 2: '0/2/0', 3: '0/3/0', 4: '0/4/0', 5: '1/4/0',
                                9: '1/7/1'}, bounds=['at_most', 'exact', 'exact'])
    table('at_most top and bottom', S721, {6: '1/5/0', 9: '1/8/0'},
          bounds=['at_most', 'exact', 'at_most'])
    lines = '0010 0110 1110 1111 1220 2220 2221 2231 2331 3331'.split()
    table('30/30/30/10', S3331, {n: '/'.join(line) for n, line in enumerate(lines, 1)})
    table('B first', S3331, {1: '0/1/0/0', 2: '0/1/1/0', 5: '1/2/2/0'}, preference=[2, 3, 1, 4])
    table('n=0', S721, {0: '0/0/0'})
    table('SAP', nums('0.30', '0.40', '0.20', '0.10'), {19: '6/7/4/2'})
    r.same('4.13 weights', seat_quota(19, nums('30', '40', '20', '10')), [6, 7, 4, 2])
    for goods, bound, counts in (('exact', ['exact', 'exact'], '0 1 1 2 2 2 3 3 4 4'),
                                 ('at_most', ['at_most', 'exact'], '0 0 1 1 2 2 2 3 3 4')):
        got = [tier_quota(n, nums('0.4', '0.6'), None, None, bound)[0] for n in range(1, 11)]
        r.same(f'4.12 {goods}', ' '.join(map(str, got)), counts)
    library = nums('0.32', '0.32', '0.36')
    r.same('4.13 library 1,2,3', tier_quota(5, library, [1, 2, 3]), [2, 1, 2])
    r.same('4.13 library default', tier_quota(5, library), [1, 2, 2])
    for shares in (nums('0.2', '0.7'), nums('0.2', '0.9', '-0.1')):
        r.refuses(f'4.13 {shares}', '22023', tier_quota, 5, shares)
    r.refuses('4.13 no exact tier', '22023', tier_quota, 5, nums('0.5', '0.5'), None, None,
              ['at_most', 'at_least'])
    r.refuses('4.13 at_least over n', '22023', tier_quota, 1, nums('0.3', '0.3', '0.4'), None,
              None, ['at_least', 'at_least', 'exact'])
    for amount, weights, expected in (('100.00', '1 1 1', '33.34 33.33 33.33'),
                                      ('-100.00', '1 1 1', '-33.34 -33.33 -33.33'),
                                      ('0', '1 2', '0.00 0.00'), ('0.01', '0 5 5', '0.00 0.01 0.00')):
        r.same(f'money {amount}', allocate_amount(num(amount), nums(*weights.split())),
               expected.split())


def carries(r):
    def years(n, shares, count, bounds=None):
        carry, history = None, []
        for _ in range(count):
            arguments = n, shares, None, carry, bounds
            given = tier_quota(*arguments)
            carry = [num(c) for c in tier_carry(*arguments)]
            history.append((given, [str(c) for c in carry]))
        return history

    history = years(4, S721, 5)
    r.same('4.13 carry seats', [h[0] for h in history],
           [[1, 3, 0], [0, 3, 1], [1, 3, 0], [1, 2, 1], [1, 3, 0]])
    r.same('4.13 carries', [h[1] for h in history],
           [['-0.2', '-0.2', '0.4'], ['0.6', '-0.4', '-0.2'], ['0.4', '-0.6', '0.2'],
            ['0.2', '0.2', '-0.4'], ['0', '0', '0']])
    history = years(1, S721, 10)
    r.same('4.13 ten years', [h[0].index(1) for h in history], [1, 1, 0, 1, 1, 2, 1, 1, 0, 1])
    history = years(1, S3331, 10)
    r.same('4.13 CBAD', ''.join('ABCD'[h[0].index(1)] for h in history), 'CBADCBACBA')
    history = years(1, S721, 20, ['exact', 'exact', 'at_most'])
    r.same('4.13 bounded bottom', sum(h[0][2] for h in history), 0)
    r.same('4.13 n=0', years(0, S721, 1)[0], ([0, 0, 0], ['0', '0', '0']))


def ties(r):
    def tiers(scores, seats, policy, keys=None, bounds=None):
        keys = keys or [None] * len(scores.split())
        return place(nums(*scores.split()), keys, seats, policy, bounds)

    r.same('4.14 expand', tiers('95 95 90', [1, 2], 'expand'), [1, 1, 2])
    r.same('4.14 contract', tiers('95 95 90', [1, 2], 'contract'), [2, 2, 2])
    r.same('4.14 chain', tiers('95 95 90', [1, 2], 'error', [1, 2, 1]), [2, 1, 2])
    r.refuses('4.14 error', '22023', tiers, '95 95 90', [1, 2], 'error')
    ten = ' '.join(['7'] * 10)
    for policy, tier in (('expand', 1), ('contract', 3), ('middle', 2)):
        r.same(f'4.14 ten equal {policy}', tiers(ten, [2, 7, 1], policy), [tier] * 10)
    r.same('4.14 later cuts stay', tiers('95 95 90 80', [1, 3, 0], 'expand'), [1, 1, 2, 2])
    r.same('4.14 contract 1/3/0', tiers('95 95 90 80', [1, 3, 0], 'contract'), [2, 2, 2, 2])
    r.same('4.14 middle, equal tiers', tiers('9 9 9 9', [2, 2], 'middle'), [1] * 4)
    r.same('4.14 at_most contracts', tiers('9 9 9 8 7', [1, 2, 2], 'expand', None,
                                           ['at_most', 'exact', 'exact']), [2, 2, 2, 3, 3])
    r.same('4.14 NULL', forced_distribution(nums('1', None, '2', '2.0', '3'), [None] * 5,
                                            nums('0.25', '0.50', '0.25')), [3, None, 2, 2, 1])


def scorecards(r):
    for text, expected in (
            ('{}', '{}'), (' { "3":1, "1" : 2.50 } ', '{"1": 2.5, "3": 1}'), ('{"1": -0.0}', '{"1": 0}'),
            ('{"2": "error:7", "1": "exempt"}', '{"1": "exempt", "2": "error:7"}')):
        r.same(f'card {text}', cards.scorecard_text(text), expected)
    for text in ('', '{', '{}{}', '{"1": 1,}', '{"1": 1 "2": 2}', '{"1": 1, "1": 1}', '{"a": 1}', '{1: 1}',
                 '{"1": 1e2}', '{"1": "ok"}', '{"1": "error"}', '{"1": 0.%039d}' % 1):
        r.refuses(f'card {text}', '22P02', cards.scorecard_text, text)
    r.same('rows', cards.scorecard_agg([3, 1, 2], nums('95.50', None, '0'), [None, None, 'ok']),
           '{"1": "missing", "2": 0, "3": 95.5}')
    r.refuses('rows twice', '21000', cards.scorecard_agg, [1, 1], nums('1', '2'), [None, None])
    r.refuses('rows NaN', '22023', cards.scorecard_agg, [1], nums('NaN'), [None])
    r.same('latest', cards.scorecard_latest([1, 2, 1, 1], nums('1', None, '3', '2'), [None, 'exempt', None, None], [5, 9, 5, 4], [7, 1, 8, 9]),
           '{"1": 3, "2": "exempt"}')
    r.refuses('latest twice', '21000', cards.scorecard_latest, [1, 1], nums('1', '2'), [None, None], [5, 5], [7, 7])
    r.same('merge', cards.merge('{"1": 1, "2": 2}', '{"2": "missing", "3": 3}'),
           '{"1": 1, "2": "missing", "3": 3}')
    periods = ['{"1": 90, "2": "missing", "3": "error:7", "4": "exempt"}', None,
               '{"1": 80.5, "2": "exempt", "3": 1, "5": 4}', '{"1": 70, "3": "error:2", "4": "exempt"}']
    rest = '"2": "missing", "3": "error:2", "4": "exempt", "5": 4}'
    r.same('sum', cards.scorecard_sum(periods), '{"1": 240.5, ' + rest)
    r.same('mean', cards.scorecard_mean(periods, [2] * 4, ['half_up'] * 4), '{"1": 80.17, ' + rest)
    r.same('min', cards.scorecard_min(periods), '{"1": 70, ' + rest)
    r.same('max', cards.scorecard_max(periods), '{"1": 90, ' + rest)
    r.same('last', cards.scorecard_last(periods, [3, 9, 2, 1]),
           '{"1": 90, "2": "missing", "3": "error:7", "4": "exempt", "5": 4}')
    r.refuses('last twice', '21000', cards.scorecard_last, ['{"1": 1}', '{"1": 2}'], [1, 1])
    r.same('no card', cards.scorecard_sum([None]), None)
    r.refuses('mean changes', '22023', cards.scorecard_mean, ['{}', '{}'], [1, 2], ['ceil'] * 2)
    for numbers, modes in (('1 2', '2 2 1 2'), ('2 3', '3 2 2 3'), ('-1 -2', '-2 -2 -2 -1'),
                           ('-2 -3', '-3 -2 -3 -2'), ('1 0 0', '0 0 0 1'), ('-1 0 0', '0 0 -1 0')):
        got = [cards.scorecard_mean(['{"1": %s}' % n for n in numbers.split()], [0] * len(numbers.split()),
                                    [mode] * len(numbers.split())) for mode in cards.MODES]
        r.same(f'mean of {numbers}', got, ['{"1": %s}' % m for m in modes.split()])


def severity_and_agreement(r):
    def severity(units, names, scores, digits=0, shrink='0'):
        return raters.rater_severity(units, names, nums(*scores), digits, num(shrink))

    def agreement(scores, *statistics):
        units = [u for u, row in enumerate(scores) for _ in row]
        names = [j for row in scores for j in range(len(row))]
        found = dict(line.split()[:2] for line in raters.rater_agreement(
            units, names, [num(x) for row in scores for x in row], 6).split(';'))
        return [found[s] for s in statistics]

    r.same('complete', severity([1, 2, 1, 2], [1, 1, 2, 2], ('90', '80', '80', '70')), '1 1 2 5 5 t f;2 1 2 -5 -5 t f')
    r.same('linked', severity([1, 2, 2, 3], [1, 1, 2, 2], ('90', '80', '70', '90')), '1 1 2 5 5 t f;2 1 2 -5 -5 t f')
    r.same('shrunk', severity([1, 2, 2, 3], [1, 1, 2, 2], ('90', '80', '70', '90'), 1, '2'),
           '1 1 2 5.0 2.5 t f;2 1 2 -5.0 -2.5 t f')
    r.same('not linked', severity([1, 2], [1, 2], ('90', '80')), '1 1 1 - - f f;2 2 1 - - f f')
    r.same('constant', severity([1, 2, 1, 2], [1, 1, 2, 2], ('90', '90', '80', '70')), '1 1 2 8 8 t t;2 1 2 -8 -8 t f')
    icc = ((90, 80), (80, 70), (70, 60))
    r.same('icc', agreement(icc, 'icc_c1', 'icc_a1', 'alpha_interval'), ['1.000000', '0.666667', '0.545455'])
    r.same('W', agreement(((1, 1, 3), (2, 2, 2), (3, 3, 1)), 'kendall_w'), ['0.111111'])
    for more in ((), ((7,),)):
        r.same('alpha', agreement(((1, 1), (2, 2), (3, 4)) + more, 'alpha_interval'), ['0.878049'])
    r.same('one unit', agreement(((1, 2),), 'icc_c1', 'alpha_nominal'), ['few_units'] * 2)
    r.same('one rater', agreement(((1,), (2,)), 'kendall_w', 'alpha_nominal'), ['few_raters'] * 2)
    r.same('all the same', agreement(((5, 5), (5, 5)), *raters.NAMES), ['no_variance'] * 11)


def run():
    report = Report()
    for group in (numbers, thresholds, proportions_and_events, weighted, recognition, bands,
                  refunds, seats, carries, ties, severity_and_agreement, scorecards, *vectors_rubrics.GROUPS):
        group(report)
    return report
