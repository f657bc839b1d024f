"""Groups of rows for the aggregates, and rows with the frames of a window over them."""
import aggregates
from draw import (ERROR_SHARE, below_one, border, divisor, longer, maybe_null, nudged, number,
                  score, signed)
from pgnum import NOT_NUMBERS, ONE, Num, ZERO, core_division, num


def weights_for(rng, count):
    style = rng.random()
    if style < 0.3:
        return [Num(rng.randint(0, 10), 1) for _ in range(count)]
    if style < 0.6:
        return [Num(rng.randint(1, 60)) for _ in range(count)]
    if style < 0.7:
        return [rng.choice((ZERO, Num(0, 2), num('0.25'), num('1.50'))) for _ in range(count)]
    if style < 0.8:
        return [border(rng) for _ in range(count)]
    return [number(rng) for _ in range(count)]


def group_size(rng):
    roll = rng.random()
    return rng.randint(0, 3) if roll < 0.25 else rng.randint(4, 10) if roll < 0.99 else \
        rng.randint(20, 200)


def some_scores(rng, count):
    make = rng.choice((score, score, signed, signed, border))
    values = [make(rng) for _ in range(count)]
    if count > 1 and rng.random() < 0.2:
        values[-1] = rng.choice((-values[0], values[0], longer(values[0], 3)))  # cancel, or tie
    missing = rng.choice((0, 0, 0.2, 0.6))
    return [maybe_null(rng, v, missing) for v in values]


def policy(rng, scores, weights):
    roll = rng.random()
    if roll < 0.4:
        return 'renormalize'
    if roll < 0.5:
        return 'zero'
    if roll < 0.6:
        return 'strict'
    if roll < 0.8:
        return f'impute:{signed(rng)}'
    # a floor at the very coverage, or next to it
    whole = aggregates.total(weights)
    seen = aggregates.total(w for x, w in zip(scores, weights) if x is not None)
    floor = rng.choice((ZERO, ONE, num('0.5'), num('0.60'), num('1.00')))
    if ZERO < whole and rng.random() < 0.6:
        share = num(core_division(seen, whole))
        floor = rng.choice((share, nudged(rng, share)))
        if not ZERO <= floor <= ONE:
            floor = ONE
    return f'renormalize:{floor}'


WRONG_POLICIES = ('', 'average', 'renormalize:1.01', 'renormalize:-0.1', 'renormalize:x', 'impute:',
                  'impute:abc', 'impute:NaN', 'impute', 'zero:1', 'strict:0')


def weighted_score(rng):
    count = group_size(rng)
    scores, weights = some_scores(rng, count), weights_for(rng, count)
    missing = [policy(rng, scores, weights)] * count
    if count and rng.random() < ERROR_SHARE:
        kind, i = rng.randrange(6), rng.randrange(count)
        if kind == 0:
            weights[i] = rng.choice((None, *NOT_NUMBERS))
        elif kind == 1:
            weights[i] = -divisor(rng)
        elif kind == 2:
            scores[i] = rng.choice(NOT_NUMBERS)
        elif kind == 3:
            missing = [rng.choice(WRONG_POLICIES)] * count
        elif kind == 4:
            missing[i] = None if rng.random() < 0.5 else 'impute:3.14159'
        else:
            weights = [Num(0, rng.randint(0, 3)) for _ in weights]
    return scores, weights, missing


def trimmed_mean(rng):
    count = group_size(rng)
    values = some_scores(rng, count)
    if rng.random() < 0.3:                                  # ties, some shown longer
        some = [signed(rng) for _ in range(3)]
        values = [longer(rng.choice(some), rng.choice((0, 0, 2))) for _ in values]
    observed = sum(v is not None for v in values)
    drop = rng.randint(0, min(5, max(0, (observed - 1) // 2)))
    drops = [drop] * count
    if count and rng.random() < ERROR_SHARE:
        kind, i = rng.randrange(4), rng.randrange(count)
        if kind == 0:
            drops = [rng.choice(((observed + 1) // 2, 2 ** 30, 2 ** 31 - 1))] * count
        elif kind == 1:
            drops = [-1] * count
        elif kind == 2:
            drops[i] = rng.choice((None, drop + 1))
        else:
            values[i] = rng.choice(NOT_NUMBERS)
    return values, drops


def recognition_coefficient(rng):
    count = group_size(rng)
    make = rng.choice((score, score, lambda r: below_one(r) * Num(100)))
    difficulties = [make(rng) for _ in range(count)]
    accuracies = [score(rng) for _ in range(count)]
    if rng.random() < 0.3:
        difficulties = [maybe_null(rng, v, 0.3) for v in difficulties]
        accuracies = [maybe_null(rng, v, 0.2) for v in accuracies]
    low = rng.choice((ZERO, num('0.8'), num('0.80'), number(rng)))
    high = low + rng.choice((ONE, num('0.4'), ZERO, number(rng)))
    share = rng.choice((num('0.5'), num('0.5'), num('0.50'), ZERO, ONE, num('0.3'), below_one(rng)))
    experts = sum(d is not None and a is not None for d, a in zip(difficulties, accuracies))
    drop = rng.choice((0, 0, rng.randint(0, min(5, max(0, (experts - 1) // 2)))))
    lows, highs, drops, shares = [low] * count, [high] * count, [drop] * count, [share] * count
    if count and rng.random() < 0.05:                       # the same setting, shown longer
        row = rng.choice((lows, highs, shares))
        row[rng.randrange(count)] = longer(row[0], rng.choice((1, 2)))
    if count and rng.random() < ERROR_SHARE:
        kind, i = rng.randrange(7), rng.randrange(count)
        if kind == 0:
            difficulties[i], accuracies[i] = num('100.0000001'), Num(50)
        elif kind == 1:
            difficulties[i], accuracies[i] = Num(50), rng.choice((Num(-1, 9), *NOT_NUMBERS))
        elif kind == 2:
            lows, highs = [low + ONE] * count, [low] * count
        elif kind == 3:
            shares = [rng.choice((num('1.1'), num('-0.1'), None, 'NaN'))] * count
        elif kind == 4:
            drops = [rng.choice(((experts + 1) // 2, -1, None, 2 ** 31 - 1))] * count
        elif kind == 5:
            lows = [-Num(1, rng.randint(0, 9))] * count
        else:
            row = rng.choice((lows, highs, shares))
            row[i] = rng.choice((None, row[i] + Num(1, 30)))
    return difficulties, accuracies, lows, highs, drops, shares


def frames(values, before, after):
    """ROWS BETWEEN ...: the rows each row's frame holds; None is UNBOUNDED."""
    for i in range(len(values)):
        first = 0 if before is None else i - before
        yield values[max(0, first):max(0, i + after + 1)]


# UNBOUNDED PRECEDING to CURRENT ROW, 2 PRECEDING to 1 FOLLOWING, 1 to 3 FOLLOWING (may be empty)
FRAMES = ((None, 0), (2, 1), (-1, 3))


def window_results(rows, function):
    """One expected array per frame."""
    return [[function(frame) for frame in frames(rows, *bounds)] for bounds in FRAMES]


def weighted_window(rng):
    count = rng.randint(1, 9)
    scores = some_scores(rng, count)
    # no weight of 0: a frame that holds nothing else would be an error
    weights = [w if w != ZERO else ONE for w in weights_for(rng, count)]
    missing = policy(rng, scores, weights)
    return scores, weights, missing, *window_results(
        list(zip(scores, weights)),
        lambda f: aggregates.weighted_score([x for x, _ in f], [w for _, w in f], [missing] * len(f)))


def trimmed_window(rng):
    values = some_scores(rng, rng.randint(1, 9))
    return values, *window_results(values, lambda f: aggregates.trimmed_mean(f, [0] * len(f)))


def recognition_window(rng):
    count = rng.randint(1, 9)
    ds = [maybe_null(rng, score(rng), 0.1) for _ in range(count)]
    accuracies = [score(rng) for _ in range(count)]
    low = num(rng.choice(('0', '0.80')))
    high = low + num(rng.choice(('1', '0.4')))
    return ds, accuracies, low, high, *window_results(
        list(zip(ds, accuracies)), lambda f: aggregates.recognition_coefficient(
            [d for d, _ in f], [a for _, a in f], [low] * len(f), [high] * len(f)))
