"""Whole seats from shares, tiers from seats (formulas 4.13, 4.14)."""
from fractions import Fraction
from math import floor, ceil

from pgnum import (OUT_OF_RANGE, Unclear, ZERO, check, check_finite, check_length, check_setting,
                   exact_fraction, show)

BOUNDS = ('exact', 'at_most', 'at_least')
MOST_SEATS = 2 ** 63 - 1              # seats and cents are counted in a bigint
TIES = ('expand', 'contract', 'middle', 'error')


def hand_out(seats, quotas, preference):
    """One seat after another to the tier with the largest quota minus seats, from 0 up.
    Ties go by preference, a list of positions counted from 0."""
    def given(level):
        """Seats handed out while the largest rest is level + 1 or more: whoever has the
        quota q then has floor(q) - level. No tie matters up to there."""
        return [max(0, floor(q) - level) for q in quotas]

    # the lowest level that does not hand out too many; the last few go one by one
    low, high = 0, max(0, max(floor(q) for q in quotas))
    while low < high:
        level = (low + high) // 2
        if sum(given(level)) <= seats:
            high = level
        else:
            low = level + 1
    result = given(low)
    for _ in range(seats - sum(result)):
        best = min(preference, key=lambda t: (result[t] - quotas[t], preference.index(t)))
        result[best] += 1
    return result


def check_preference(preference, length):
    """From the SQL list, first served first and counted from 1, to positions from 0."""
    check_setting(*preference)
    check_length(len(preference) == length)
    check(sorted(preference) == list(range(1, length + 1)), 'not a permutation')
    return [p - 1 for p in preference]


def exact_target(shares, bounds, tier):
    """Where a bounded tier's fraction goes: the next exact tier below, else above. A
    share of 0 is a tier without seats, and takes nothing."""
    takers = [t for t, b in enumerate(bounds) if b == 'exact' and shares[t] != ZERO]
    below = [t for t in takers if t > tier]
    above = [t for t in takers if t < tier]
    check(below or above)
    return below[0] if below else above[-1]


def tier_plan(n, shares, preference=None, carry=None, bounds=None):
    """Seats and carry of each tier; None, None for an unknown n."""
    check_setting(shares)
    check_setting(*shares)
    check(shares)
    check(all(ZERO <= s for s in shares))
    check(sum(s.value for s in shares) == 1)
    tiers = range(len(shares))
    if preference is None:
        # the second-lowest first, then upwards, the lowest last
        preference = [*reversed(range(1, len(shares))), len(shares)]
    preference = check_preference(preference, len(shares))
    if bounds is None:
        bounds = ['exact' for _ in tiers]
    check_setting(*bounds)
    check_length(len(bounds) == len(shares))
    check(all(b in BOUNDS for b in bounds))
    check('exact' in bounds)
    if carry is None:
        carry = [ZERO for _ in tiers]
    check_setting(*carry)
    check_length(len(carry) == len(shares))
    check(sum(c.value for c in carry) == 0)
    check(all(c == ZERO or (b == 'exact' and s != ZERO)
              for c, b, s in zip(carry, bounds, shares)))
    if n is None:
        return None, None
    check(n >= 0)

    quotas = [n * s.value + c.value for s, c in zip(shares, carry)]
    seats = [0 for _ in tiers]
    for tier in tiers:
        if bounds[tier] == 'exact':
            continue
        seats[tier] = (floor if bounds[tier] == 'at_most' else ceil)(quotas[tier])
        moved = quotas[tier] - seats[tier]
        if moved:
            quotas[exact_target(shares, bounds, tier)] += moved
    check(sum(seats[t] for t in tiers if bounds[t] == 'at_least') <= n, 'more than n')
    if sum(seats) > n:
        raise Unclear                   # floors and ceilings together ask for too much
    exact_tiers = [t for t in tiers if bounds[t] == 'exact']
    order = [exact_tiers.index(t) for t in preference if t in exact_tiers]
    given = hand_out(n - sum(seats), [quotas[t] for t in exact_tiers], order)
    left = [Fraction(0) for _ in tiers]
    for tier, got in zip(exact_tiers, given):
        seats[tier] = got
        left[tier] = quotas[tier] - got
    return seats, left


def tier_quota(*arguments):
    return tier_plan(*arguments)[0]


def tier_carry(*arguments):
    left = tier_plan(*arguments)[1]
    return left and [exact_fraction(c) for c in left]


def split(seats, weights, preference):
    check_setting(*weights)
    check(weights)
    check(all(ZERO <= w for w in weights))
    whole = sum(w.value for w in weights)
    check(whole > 0)
    return hand_out(seats, [seats * w.value / whole for w in weights], preference)


def seat_quota(seats, weights, preference=None):
    check_setting(weights)
    if preference is None:
        preference = list(range(1, len(weights) + 1))       # earlier first
    order = check_preference(preference, len(weights))
    if seats is None:
        check(weights)
        return None
    check(seats >= 0)
    return split(seats, weights, order)


def allocate_amount(amount, weights, scale=2):
    check_setting(weights, scale)
    check_finite(amount)
    if amount is None:
        return None
    units = amount.value * 10 ** scale
    check(units.denominator == 1, 'the amount does not fit the scale')
    check(abs(units) <= MOST_SEATS, 'too many units', OUT_OF_RANGE)
    shares = split(abs(units.numerator), weights, range(len(weights)))
    sign = -1 if units < 0 else 1                           # a refund mirrors a payment
    return [show(sign * s, scale) for s in shares]


# ---------------------------------------------------------------- positions to tiers

def chain_key(key):
    """ORDER BY key DESC NULLS LAST; without a key all rows are peers."""
    return (1, 0) if key is None else (0, -key)


def place(scores, keys, seats, ties, bounds=None):
    """The tier of every row, counted from 1; None where the score is."""
    check_setting(ties)
    check(ties in TIES, ties)
    tiers = range(len(seats))
    bounds = bounds or ['exact' for _ in tiers]
    by_position = [t for t in tiers for _ in range(seats[t])]
    cuts = [sum(seats[:t + 1]) for t in tiers]              # the cut below each tier

    groups = {}                                             # rows that nothing tells apart
    for row, (score, key) in enumerate(zip(scores, keys)):
        if score is not None:
            groups.setdefault((-score.value, chain_key(key)), []).append(row)
    result = [None for _ in scores]
    first = 0                                               # positions counted from 0
    for group in sorted(groups):
        rows = groups[group]
        last = first + len(rows) - 1
        spanned = sorted(set(by_position[first:last + 1]))
        # nobody comes into an at_most tier by a tie: its lower cut always contracts
        closed = [t for t in tiers if bounds[t] == 'at_most' and first < cuts[t] <= last]
        if closed:
            spanned = [t for t in spanned if t > closed[-1]]
        check(ties != 'error' or len(spanned) == 1, 'a tie across a cut')
        if ties == 'contract':
            tier = spanned[-1]
        elif ties == 'middle':
            tier = max(spanned, key=lambda t: (seats[t], -t))
        else:
            tier = spanned[0]
        for row in rows:
            result[row] = tier + 1
        first = last + 1
    return result


def forced_distribution(scores, keys, shares, ties='expand', preference=None, carry=None,
                        bounds=None):
    observed = sum(s is not None for s in scores)
    seats = tier_quota(observed, shares, preference, carry, bounds)
    return place(scores, keys, seats, ties, bounds)


def tier_by_seats(scores, keys, seats, ties='expand'):
    check_setting(seats)
    check_setting(*seats)
    check(all(s >= 0 for s in seats))
    check(sum(seats) == sum(s is not None for s in scores), 'as many seats as scores')
    return place(scores, keys, seats, ties)


# ---------------------------------------------------------------- caps, refill, promotions, drops

MOST_TIERS = 1000


def settle_tier(scores, keys, quota, tiers, caps, promoted, refill, consumes, ties='expand'):
    """Formulas 4.14, one rule after the other, on runs of rows that nothing tells apart."""
    check_setting(tiers, refill, consumes, ties)
    check(1 <= tiers <= MOST_TIERS, tiers, OUT_OF_RANGE)
    check(ties in TIES, ties)

    runs = {}
    tier, cap, lift = {}, {}, {}
    for row, score in enumerate(scores):
        if score is None or quota[row] is None:
            continue
        for number in (quota[row], caps[row], promoted[row]):
            check(number is None or number >= 1, 'tiers count from 1', OUT_OF_RANGE)
        runs.setdefault((-score.value, chain_key(keys[row])), []).append(row)
        tier[row] = min(quota[row], tiers)
        cap[row] = min(caps[row] or 1, tiers)
        lift[row] = min(promoted[row], tiers) if promoted[row] else None
    order = [runs[key] for key in sorted(runs)]

    def held(t):
        return sum(1 for row in tier if tier[row] == t)

    seats = {t: held(t) for t in range(1, tiers + 2)}

    def tie_rises(better, worse):
        check(ties != 'error', 'a tie')
        return ties == 'expand' or ties == 'middle' and seats[better] >= seats[worse]

    for row in tier:
        tier[row] = max(tier[row], cap[row])

    for t in range(1, tiers) if refill else ():
        for run in order:
            free = seats[t] - held(t)
            if free <= 0:
                break
            able = [row for row in run if tier[row] > t and cap[row] <= t]
            if len(able) > free and not tie_rises(t, min(tier[row] for row in able)):
                break
            for row in able:
                tier[row] = t

    risen = set()
    came = {t: 0 for t in seats}
    for row, to in lift.items():
        if to is not None and cap[row] <= to <= tier[row]:
            came[to] += to < tier[row]
            risen.add(row)
            tier[row] = to

    for t in range(1, tiers) if consumes else ():
        leave = min(came[t], held(t) - seats[t])
        for run in reversed(order):
            if leave <= 0:
                break
            able = [row for row in run if tier[row] == t and row not in risen]
            if len(able) > leave and tie_rises(t, t + 1):
                break
            for row in able:
                tier[row] = t + 1
            leave -= len(able)
    return [tier.get(row) for row in range(len(scores))]


# ---------------------------------------------------------------- all of it by a rule

SEAT_WAYS = ('kept', 'refilled', 'apart')


def place_by_rule(scores, keys, shares, ties, preference, carry, bounds, seats, cuts, capped_seat, consumes,
                  caps, promoted):
    """Rank, dense rank, how many share it, how many are ranked, tier by quota and tier of each row."""
    tiers = shares and len(shares)
    if tiers:
        check_setting(*shares)
        check(ties in TIES, ties)
        check(capped_seat is None or capped_seat in SEAT_WAYS, capped_seat)
        caps = [cap and min(cap, tiers) for cap in caps]
    apart = [tiers and tiers > 1 and capped_seat == 'apart' and cap == tiers and score is not None
             for score, cap in zip(scores, caps)]
    held = [None if out else score for score, out in zip(scores, apart)]
    ranked = sorted((-score.value, chain_key(key)) for score, key in zip(held, keys) if score is not None)
    quota = tier = [None] * len(scores)
    if tiers:
        by_score = [None if score is None or cuts is None else
                    max([0, *(t for t, cut in enumerate(cuts, 1) if cut is not None and score.value < cut.value and t < tiers)]) + 1
                    for score in held]
        if all(share.value == 0 for share in shares):
            quota = by_score if cuts is not None else [score and 1 for score in held]
        else:
            if seats is not None and sum(seats) == len(ranked):
                tier_quota(0, shares, preference, carry, bounds)
            else:
                seats = tier_quota(len(ranked), shares, preference, carry, bounds)
            quota = place(held, keys, seats, ties, bounds)
            if cuts is not None:
                caps = [max(cap or 1, low or 1) for cap, low in zip(caps, by_score)]
        tier = settle_tier(held, keys, quota, tiers, caps, promoted, capped_seat == 'refilled', bool(consumes), ties)
    result = []
    for score, key, out, by_quota, final in zip(held, keys, apart, quota, tier):
        if score is None:
            result.append([None, None, None, len(ranked), None, tiers if out else None])
            continue
        this = (-score.value, chain_key(key))
        result.append([ranked.index(this) + 1, len({r for r in ranked if r <= this}), ranked.count(this), len(ranked), by_quota, final])
    return result
