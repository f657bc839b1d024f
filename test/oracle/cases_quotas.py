"""Shares, seats, money and standings."""
import quotas
from cases_aggregates import weights_for
from draw import ERROR_SHARE, digits, longer, maybe_null, score, signed, spoilt
from pgnum import NOT_NUMBERS, ONE, Num, Refused, Unclear, ZERO, num


def some_shares(rng):
    """Decimals that sum to exactly 1, a zero share among them now and then."""
    roll = rng.random()
    if roll < 0.25:
        return [num(s) for s in rng.choice((('0.20', '0.70', '0.10'), ('0.2', '0.7', '0.1'), (
            '0.30', '0.30', '0.30', '0.10'), ('0.4', '0.6'), ('1',), ('0.25', '0.50', '0.25')))]
    scale = rng.choice((1, 1, 2, 2, 2, 3, 4, 20, 45))
    whole = 10 ** scale
    cuts = sorted(rng.randint(0, whole) for _ in range(rng.randint(0, 6)))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, whole])]
    return [longer(Num(p, scale), rng.choice((0, 0, 0, 2))) for p in parts]


def some_preference(rng, count):
    return None if rng.random() < 0.5 else rng.sample(range(1, count + 1), count)


def some_bounds(rng, count):
    if rng.random() < 0.6 or count < 2:
        return None
    bounds = [rng.choice(('exact', 'exact', 'at_most', 'at_least')) for _ in range(count)]
    bounds[rng.randrange(count)] = 'exact'
    return bounds


def some_carry(rng, shares, bounds):
    """Sums to 0, on exact tiers that have a share."""
    open_tiers = [i for i, s in enumerate(shares)
                  if s != ZERO and (bounds is None or bounds[i] == 'exact')]
    if rng.random() < 0.6 or len(open_tiers) < 2:
        return None
    carry = [Num(0, rng.randint(0, 2)) for _ in shares]
    scale = rng.choice((1, 1, 2, 3, 20, 40))
    most = rng.choice((10 ** scale, 3 * 10 ** scale, 10 ** (scale + rng.randint(2, 15))))
    for _ in open_tiers:
        a, b = rng.sample(open_tiers, 2)
        moved = Num(rng.randint(-most, most), scale)
        carry[a], carry[b] = carry[a] + moved, carry[b] - moved
    return carry


def how_many(rng):
    return rng.choice((rng.randint(0, 12), rng.randint(0, 12), rng.randint(0, 120),
                       rng.randint(0, 10 ** 6), 2 ** 31 - 1))


def tier_quota(rng):
    shares = some_shares(rng)
    count = len(shares)
    bounds = some_bounds(rng, count)
    preference, carry = some_preference(rng, count), some_carry(rng, shares, bounds)
    n = how_many(rng)
    if rng.random() < ERROR_SHARE:
        carry = bounds = None                               # they may be a fault of their own
        kind, i = rng.randrange(9), rng.randrange(count)
        if kind == 0:
            shares[i] = shares[i] + Num(1, rng.randint(0, 50))
        elif kind == 1 and count > 1:
            shares[i], shares[i - 1] = Num(-1, 3), shares[i] + shares[i - 1] + Num(1, 3)
        elif kind == 2:
            n = rng.choice((-1, -2 ** 31))
        elif kind == 3:
            preference = rng.choice((list(range(count)), list(range(1, count)), [1] * (count + 1),
                                     [*range(2, count + 1), None]))
        elif kind == 4:
            carry = [Num(1, rng.randint(0, 40))] + [ZERO] * (count - 1)
        elif kind == 5:
            bounds = rng.choice((['at_most'] * count, ['exact'] * (count + 1),
                                 ['exact'] * (count - 1) + ['most']))
        elif kind == 6 and count > 2:
            n = 1
            bounds = ['at_least'] * (count - 1) + ['exact']
        elif kind == 7 and count > 1:
            bounds = ['at_most'] + ['exact'] * (count - 1)
            carry = [num('0.5'), num('-0.5')] + [ZERO] * (count - 2)
        else:
            shares = rng.choice((None, [], spoilt(rng, shares)))
    else:
        n = maybe_null(rng, n, 0.02)
    return n, shares, preference, carry, bounds


def tier_quota_chain(rng):
    """Years in a row, each with the carry that the last one left."""
    shares = some_shares(rng)
    bounds, preference = some_bounds(rng, len(shares)), some_preference(rng, len(shares))
    carry, steady = None, rng.random() < 0.5
    n = rng.randint(0, 12)
    for _ in range(rng.randint(4, 12)):
        if not steady:
            n = rng.randint(0, 30)
        arguments = n, shares, preference, carry, bounds
        yield arguments
        try:
            carry = [num(c) for c in quotas.tier_carry(*arguments)]
        except (Refused, Unclear):
            return


def seat_quota(rng):
    count = rng.randint(1, 8)
    weights = weights_for(rng, count)
    if rng.random() < 0.2:                                  # equal claims
        weights = [longer(weights[0], rng.choice((0, 1))) for _ in weights]
    seats = rng.choice((how_many(rng), how_many(rng), 2 ** 63 - 1, rng.randint(0, 10 ** 18)))
    preference = some_preference(rng, count)
    if rng.random() < ERROR_SHARE:
        kind = rng.randrange(4)
        if kind == 0:
            seats = -1
        elif kind == 1:
            weights = [Num(0, 2) for _ in weights]
        elif kind == 2:
            weights[rng.randrange(count)] = rng.choice((-ONE, Num(-1, 40), None, *NOT_NUMBERS))
        else:
            preference = list(range(count))
    else:
        seats = maybe_null(rng, seats, 0.02)
        if all(w == ZERO for w in weights):
            weights[0] = ONE
    return seats, weights, preference


def allocate_amount(rng):
    count = rng.randint(1, 8)
    weights = weights_for(rng, count)
    if rng.random() < 0.2:
        weights = [longer(weights[0], rng.choice((0, 1))) for _ in weights]
    if all(w == ZERO for w in weights):
        weights[-1] = ONE
    scale = rng.choice((2, 2, 2, 0, 1, 3, 8, 20))
    units = digits(rng, rng.choice((1, 3, 6, 12, 15, 18)))
    if rng.random() < 0.05:                                 # the last that fit, and those that do not
        units = quotas.MOST_SEATS + rng.choice((-1, 0, 0, 1, 2, 10 ** 20))
    spare = rng.randint(0, scale)                           # decimals not used
    amount = Num(units, scale) if units % 10 ** spare else Num(units // 10 ** spare, scale - spare)
    if rng.random() < 0.3:
        spare = min(spare, max(0, 18 - len(str(units))))
        amount = Num(units, scale - spare)
    if rng.random() < 0.2:
        amount = -amount
    if rng.random() < 0.1:
        amount = longer(amount, scale + 3 - amount.scale)   # zeros beyond the scale do fit
    if rng.random() < ERROR_SHARE:
        amount = Num(digits(rng, 4), scale)                 # in range, so one fault only
        kind = rng.randrange(4)
        if kind == 0:
            amount = amount + Num(1, scale + rng.randint(1, 20))
        elif kind == 1:
            weights = [Num(0, 2) for _ in weights]
        elif kind == 2:
            weights[rng.randrange(count)] = rng.choice((-ONE, Num(-1, 40), None, *NOT_NUMBERS))
        else:
            amount = rng.choice(NOT_NUMBERS)
    else:
        amount = maybe_null(rng, amount, 0.02)
    return amount, weights, scale


def some_standings(rng):
    """Scores with ties, and the key of a second ORDER BY for some of them."""
    count = rng.choice((rng.randint(0, 2), rng.randint(3, 12), rng.randint(3, 12), rng.randint(10, 40)))
    levels = [rng.choice((score, signed))(rng) for _ in range(rng.choice((1, 2, 4, 8, 40)))]
    scores = [longer(rng.choice(levels), rng.choice((0, 0, 1))) for _ in range(count)]
    if rng.random() < 0.3:
        scores = [maybe_null(rng, s, 0.2) for s in scores]
    keys = [rng.randint(1, rng.choice((1, 3, 50))) for _ in range(count)]
    if rng.random() < 0.2:
        keys = [maybe_null(rng, k, 0.3) for k in keys]
    return scores, keys


CHAINS = ('none', 'key', 'score and key', 'score upwards and key')


def some_ties(rng):
    return rng.choice(('expand', 'expand', 'contract', 'middle', 'middle', 'error'))


def forced_distribution(rng):
    scores, keys = some_standings(rng)
    shares = some_shares(rng)
    bounds = some_bounds(rng, len(shares))
    preference, carry = some_preference(rng, len(shares)), some_carry(rng, shares, bounds)
    ties, chain = some_ties(rng), rng.choice(CHAINS)
    if scores and rng.random() < ERROR_SHARE:
        carry = bounds = None                               # they may be a fault of their own
        kind = rng.randrange(5)
        if kind == 0:
            shares[0] = shares[0] + Num(1, 3)
        elif kind == 1:
            ties = rng.choice(('up', '', None))
        elif kind == 2:
            scores[rng.randrange(len(scores))] = rng.choice(NOT_NUMBERS)
        elif kind == 3:
            preference = [1] * (len(shares) + 1)
        else:
            shares = None
    return scores, keys, shares, ties, preference, carry, bounds, chain


def tier_by_seats(rng):
    scores, keys = some_standings(rng)
    left, seats = sum(s is not None for s in scores), []
    while left or not seats or rng.random() < 0.3:          # a tier without seats here and there
        seats.append(rng.randint(0, left))
        left -= seats[-1]
    ties, chain = some_ties(rng), rng.choice(CHAINS)
    if scores and rng.random() < ERROR_SHARE:
        kind = rng.randrange(4)
        if kind == 0:
            seats[-1] += 1
        elif kind == 1:
            seats = [*seats, -1, 1]
        elif kind == 2:
            ties = rng.choice(('up', '', None))
        else:
            seats = rng.choice((None, [*seats, None]))
    return scores, keys, seats, ties, chain


def place_by_rule(rng):
    scores, keys = some_standings(rng)
    shares = some_shares(rng)
    tiers, observed = len(shares), sum(s is not None for s in scores)
    bounds = some_bounds(rng, tiers)
    preference, carry = some_preference(rng, tiers), some_carry(rng, shares, bounds)
    seats = cuts = None
    if rng.random() < 0.3:                                  # for as many as there are, nearly
        at = sorted(rng.randint(0, observed) for _ in shares[1:])
        seats = [b - a for a, b in zip([0, *at], [*at, observed])]
        if rng.random() < 0.2:
            seats[rng.randrange(tiers)] += 1
    if rng.random() < 0.4:
        known = [s for s in scores if s is not None] or [ONE]
        cuts = [None if rng.random() < 0.4 else longer(rng.choice(known) + Num(rng.randint(-1, 1), 3), rng.choice((0, 1)))
                for _ in shares]
        if rng.random() < 0.4:                              # cuts alone
            shares, carry, bounds, seats = [ZERO for _ in shares], None, None, None
    share = rng.choice((0, 0.1, 0.4))
    caps = [rng.randint(1, tiers + 1) if rng.random() < share else None for _ in scores]
    share = rng.choice((0, 0, 0.1, 0.3))
    promoted = [rng.randint(1, rng.choice((1, tiers + 1))) if rng.random() < share else None for _ in scores]
    capped_seat, consumes = rng.choice((None, 'kept', 'refilled', 'refilled', 'apart')), rng.choice((None, False, True))
    ties, chain = some_ties(rng), rng.choice(CHAINS)
    if scores and rng.random() < ERROR_SHARE:
        kind = rng.randrange(3)
        if kind == 0:
            ties = rng.choice(('up', ''))
        elif kind == 1:
            capped_seat = 'taken'
        else:
            scores[rng.randrange(len(scores))] = rng.choice(NOT_NUMBERS)
    return scores, keys, shares, ties, preference, carry, bounds, seats, cuts, capped_seat, consumes, caps, promoted, chain


def settle_tier(rng):
    scores, keys = some_standings(rng)
    tiers = rng.choice((1, 2, 3, 3, 4, 6))
    rows = range(len(scores))
    quota = [rng.randint(1, tiers) for _ in rows]
    if rng.random() < 0.7:                                  # as scores would have them
        best = sorted(rows, key=lambda row: (scores[row] is None, -(scores[row] or ZERO).value, row))
        for place_, row in enumerate(best):
            quota[row] = 1 + place_ * tiers // len(best)
    if rng.random() < 0.1:
        quota = [maybe_null(rng, t, 0.2) for t in quota]
    share = rng.choice((0, 0.1, 0.4))
    caps = [rng.randint(1, tiers + 1) if rng.random() < share else None for _ in rows]
    share = rng.choice((0, 0, 0.1, 0.3))
    promoted = [rng.randint(1, rng.choice((1, tiers + 1))) if rng.random() < share else None for _ in rows]
    refill, consumes = rng.random() < 0.7, rng.random() < 0.7
    ties, chain = some_ties(rng), rng.choice(CHAINS)
    if scores and rng.random() < ERROR_SHARE:
        kind = rng.randrange(6)
        if kind == 0:
            tiers = rng.choice((0, -1, 1001, None))
        elif kind == 1:
            ties = rng.choice(('up', '', None))
        elif kind == 2:
            refill = None
        elif kind == 3:
            consumes = None
        else:
            row = rng.randrange(len(scores))
            scores[row], quota[row] = ONE, 1
            rng.choice((quota, caps, promoted))[row] = rng.choice((0, -3))
    return scores, keys, quota, tiers, caps, promoted, refill, consumes, ties, chain
