"""Cases from a seed: one tab-separated file per family, the expected text in the last columns.

An error is expected as '!' and its SQLSTATE. NULL is \\N, as COPY reads it. Each family has a
generator of its own, so that the number of cases of one does not move those of another.
"""
import os
import random
from itertools import islice
from multiprocessing import Pool

import aggregates
import cards
import cases_cards
import cases_raters
import quotas
import raters
import rules
from cases_aggregates import (recognition_coefficient, recognition_window, trimmed_mean,
                              trimmed_window, weighted_score, weighted_window)
from cases_quotas import (allocate_amount, forced_distribution, place_by_rule, seat_quota, settle_tier, tier_by_seats,
                          tier_quota, tier_quota_chain)
from cases_rules import (difficulty_adjust, prededuct_refund, prededuct_refund_dated, score_bands,
                         score_events, score_interpolate, score_proportional, score_threshold)
from draw import divisor, signed
from pgnum import NOT_NUMBERS, Refused, Unclear, core_division


def core_division_case(rng):
    return signed(rng), divisor(rng)


def one_by_one(make, *functions):
    """A family from a maker of arguments and the functions to expect results of."""
    def cases(rng):
        while True:
            arguments = make(rng)
            try:
                yield *arguments, *expected(functions, arguments)
            except Unclear:
                pass
    return cases


def chains(rng):
    while True:
        for arguments in tier_quota_chain(rng):
            try:
                yield *arguments, *expected((quotas.tier_quota, quotas.tier_carry), arguments)
            except Unclear:
                break


def frames_only(make):
    """A family whose maker already works out what to expect."""
    def cases(rng):
        while True:
            try:
                yield make(rng)
            except (Refused, Unclear):
                pass
    return cases


def expected(functions, arguments):
    try:
        return [function(*arguments) for function in functions]
    except Refused as error:
        return ['!' + error.sqlstate for _ in functions]


def standing_result(function):
    """The chain: without a key in ORDER BY all equal scores are ties."""
    def result(scores, keys, *rest):
        *rest, chain = rest
        if not scores:
            return None                 # array_agg over no rows
        if any(s in NOT_NUMBERS for s in scores if isinstance(s, str)):
            raise Refused('22023')
        return function(scores, [None] * len(keys) if chain == 'none' else keys, *rest)
    return result


def flat(function):
    """What a function gives for each row, one after the other."""
    return lambda *arguments: [value for row in function(*arguments) for value in row]


# family: its part of all cases, and its cases
FAMILIES = {
    'core_division': (3, one_by_one(core_division_case, core_division)),
    'difficulty_adjust': (5, one_by_one(difficulty_adjust, rules.difficulty_adjust)),
    'score_threshold': (12, one_by_one(score_threshold, rules.score_threshold)),
    'score_proportional': (9, one_by_one(score_proportional, rules.score_proportional)),
    'score_events': (4, one_by_one(score_events, rules.score_events)),
    'score_bands': (4, one_by_one(score_bands, rules.score_bands)),
    'score_interpolate': (8, one_by_one(score_interpolate, rules.score_interpolate)),
    'prededuct_refund': (4, one_by_one(prededuct_refund, rules.prededuct_refund)),
    'prededuct_refund_dated': (3, one_by_one(prededuct_refund_dated, rules.prededuct_refund_dated)),
    'weighted_score': (13, one_by_one(weighted_score, aggregates.weighted_score)),
    'trimmed_mean': (7, one_by_one(trimmed_mean, aggregates.trimmed_mean)),
    'recognition_coefficient': (5, one_by_one(recognition_coefficient,
                                              aggregates.recognition_coefficient)),
    'weighted_window': (3, frames_only(weighted_window)),
    'trimmed_window': (2, frames_only(trimmed_window)),
    'recognition_window': (1, frames_only(recognition_window)),
    'tier_quota': (6, one_by_one(tier_quota, quotas.tier_quota, quotas.tier_carry)),
    'tier_quota_chain': (4, chains),
    'seat_quota': (4, one_by_one(seat_quota, quotas.seat_quota)),
    'allocate_amount': (4, one_by_one(allocate_amount, quotas.allocate_amount)),
    'forced_distribution': (7, one_by_one(forced_distribution,
                                          standing_result(quotas.forced_distribution))),
    'tier_by_seats': (4, one_by_one(tier_by_seats, standing_result(quotas.tier_by_seats))),
    'settle_tier': (6, one_by_one(settle_tier, standing_result(quotas.settle_tier))),
    'rater_severity': (4, one_by_one(cases_raters.rater_severity, raters.rater_severity)),
    'rater_agreement': (3, one_by_one(cases_raters.rater_agreement, raters.rater_agreement)),
    'place_by_rule': (7, one_by_one(place_by_rule, standing_result(flat(quotas.place_by_rule)))),
    'scorecard_text': (2, one_by_one(cases_cards.scorecard_text, cards.scorecard_text)),
    'scorecard_agg': (2, one_by_one(cases_cards.scorecard_agg, cards.scorecard_agg)),
    'scorecard_latest': (2, one_by_one(cases_cards.scorecard_latest, cards.scorecard_latest)),
    'scorecard_merge': (2, one_by_one(cases_cards.scorecard_merge, cards.merge, cards.value_of,
                                      cards.status_of)),
    'scorecard_sum': (2, one_by_one(cases_cards.scorecard_sum, cards.scorecard_sum)),
    'scorecard_mean': (3, one_by_one(cases_cards.scorecard_mean, cards.scorecard_mean)),
    'scorecard_min': (1, one_by_one(cases_cards.scorecard_sum, cards.scorecard_min)),
    'scorecard_max': (1, one_by_one(cases_cards.scorecard_sum, cards.scorecard_max)),
    'scorecard_last': (1, one_by_one(cases_cards.scorecard_last, cards.scorecard_last)),
}


def field(value):
    """COPY's text format; nothing here needs its escapes."""
    if value is None:
        return '\\N'
    if isinstance(value, list) and not isinstance(value, cases_cards.Cards):
        return '{' + ','.join('NULL' if v is None else '""' if v == '' else str(v)
                              for v in value) + '}'
    return str(value)


def write_family(job):
    name, folder, seed, count = job
    rng = random.Random(f'{seed} {name}')
    with open(os.path.join(folder, name + '.tsv'), 'w', encoding='ascii') as out:
        for number_, case in enumerate(islice(FAMILIES[name][1](rng), count), 1):
            out.write('\t'.join((str(number_), *map(field, case))) + '\n')
    return name, count


def write(folder, seed, cases):
    os.makedirs(folder, exist_ok=True)
    whole = sum(part for part, _ in FAMILIES.values())
    jobs = [(name, folder, seed, max(1, -(-cases * part // whole)))
            for name, (part, _) in FAMILIES.items()]
    with Pool(2) as pool:
        return pool.map(write_family, jobs, chunksize=1)
