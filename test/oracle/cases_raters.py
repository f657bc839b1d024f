"""Raters and units: complete, sparse, in pieces, linked by a single unit."""
from draw import ERROR_SHARE, border, longer, score, signed
from pgnum import NOT_NUMBERS, Num, num


def some_marks(rng, most_units, most_raters):
    """Units, raters and scores, in any order."""
    nunits, nraters = rng.randint(0, most_units), rng.randint(1, most_raters)
    style = rng.random()
    step = rng.choice((1, 1, 7, 10 ** 15))
    if style < 0.3:
        pairs = [(u, r) for u in range(nunits) for r in range(nraters)]
    elif style < 0.6:
        share = rng.random()
        pairs = [(u, r) for u in range(nunits) for r in range(nraters) if rng.random() < share]
    elif style < 0.8:                 # a chain: each unit links two raters
        pairs = [(u, r) for u in range(nunits) for r in {u % nraters, (u + 1) % nraters}]
    else:                             # two groups of raters with units of their own
        pairs = [(u, r) for u in range(nunits) for r in range(nraters) if u % 2 == r % 2 or rng.random() < 0.05]
    rng.shuffle(pairs)
    roll = rng.random()
    if roll < 0.35:
        make = lambda: score(rng)                                           # noqa: E731
    elif roll < 0.65:
        make = lambda: Num(rng.randint(1, rng.choice((2, 5))))              # noqa: E731
    elif roll < 0.75:
        same = score(rng)
        make = lambda: same if rng.random() < 0.8 else score(rng)           # noqa: E731
    elif roll < 0.9:
        make = lambda: -score(rng) if rng.random() < 0.5 else score(rng)    # noqa: E731
    else:
        make = lambda: Num(rng.randint(-10 ** 20, 10 ** 20), rng.randint(0, 9))  # noqa: E731
    missing = rng.choice((0, 0, 0.1))
    scores = [None if rng.random() < missing else longer(make(), rng.choice((0, 0, 3))) for _ in pairs]
    return [u * step - 5 for u, _ in pairs], [r * 3 - step for _, r in pairs], scores


def spoil(rng, units, raters, scores):
    kind = rng.randrange(4)
    if kind == 0 and units:
        scores[rng.randrange(len(scores))] = rng.choice(NOT_NUMBERS)
    elif kind == 1:
        rng.choice((units, raters)).append(1)
    elif kind == 2 and units:
        i = rng.randrange(len(units))
        for column in (units, raters, scores):
            column.append(column[i])
    elif units:
        scores[rng.randrange(len(scores))] = rng.choice((border(rng), signed(rng), Num(1, 30), Num(1, 31)))


def digits(rng):
    return rng.choice((0, 1, 2, 4, 6, 6, 20, 100))


def rater_severity(rng):
    units, raters, scores = some_marks(rng, 8, 7)
    shrink = rng.choice((num('0'), num('0'), num('2'), num('0.5'), num('3.70'), num('1000')))
    wanted = digits(rng)
    if rng.random() < ERROR_SHARE:
        if rng.random() < 0.3:
            shrink = rng.choice((num('-0.1'), None, *NOT_NUMBERS))
        elif rng.random() < 0.2:
            wanted = rng.choice((-1, 101, None))
        else:
            spoil(rng, units, raters, scores)
    return units, raters, scores, wanted, shrink


def rater_agreement(rng):
    units, raters, scores = some_marks(rng, 8, 5)
    wanted = digits(rng)
    if rng.random() < ERROR_SHARE:
        spoil(rng, units, raters, scores)
    return units, raters, scores, wanted
