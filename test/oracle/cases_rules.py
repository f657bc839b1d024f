"""Arguments for the scalar rules. About one case in twenty is an error, with one fault only."""
from datetime import date, timedelta

import rules
from draw import (ERROR_SHARE, ascending, below_one, digits, divisor, longer, maybe_null, nudged,
                  number, score, signed, spoilt)
from pgnum import NOT_NUMBERS, ONE, Num, ZERO, num


def difficulty_adjust(rng):
    x, c, cap = signed(rng), number(rng), None
    if rng.random() < 0.6:
        cap = rng.choice((x * c, nudged(rng, x * c), signed(rng), Num(100), Num(10000, 2)))
    if rng.random() < ERROR_SHARE:
        if rng.random() < 0.5:
            c = -c if c != ZERO else Num(-1, rng.randint(0, 30))
        else:
            x, c, cap = spoilt(rng, (x, c, cap), nullable=(0, 1, 2))
    else:
        x, c = maybe_null(rng, x), maybe_null(rng, c)
    return x, c, cap


def score_threshold(rng):
    target, full, step = signed(rng), signed(rng), divisor(rng)
    penalty = number(rng)
    better = rng.choice(('higher', 'lower'))
    mode = rng.choice(('linear', 'linear', 'floor', 'ceil'))
    away = step * Num(rng.choice((0, 1, 2, 3, 7, 10)))
    value = rng.choice((target, nudged(rng, target), target - away, nudged(rng, target - away),
                        target + away, nudged(rng, target + away), score(rng), signed(rng)))
    if rng.random() < 0.6:                                  # an everyday rule
        target, full, penalty = score(rng), score(rng) + Num(50), score(rng, 2)
        value = rng.choice((target, score(rng), target - away, nudged(rng, target - away)))
        if rng.random() < 0.6:                              # that still leaves points
            value = target - score(rng, 20) if better == 'higher' else target + score(rng, 20)
            step = rng.choice((step, Num(rng.randint(1, 99), 1)))
    floor = rng.choice((ZERO, Num(0, 2), full, full - number(rng), -number(rng), None))
    if floor is not None and not floor <= full:
        floor = -longer(full, 1)
    if floor is not None and not floor <= full:
        floor = None
    if rng.random() < 0.1:                                  # all options as by default
        step, mode, floor, better = ONE, 'linear', ZERO, 'higher'
        full = full if ZERO <= full else -full
    if rng.random() < ERROR_SHARE:
        kind = rng.randrange(6)
        if kind == 0:
            step = rng.choice((ZERO, Num(0, 5), -step))
        elif kind == 1:
            penalty = Num(-1, rng.randint(0, 40))
        elif kind == 2:
            floor = full + number(rng) + Num(1, 20)
        elif kind == 3:
            mode, better = rng.choice((('round', better), ('', better), (mode, 'up'), (mode, ''),
                                       (None, better), (mode, None)))
        elif kind == 4:
            value, target, full, penalty, step = spoilt(
                rng, (value, target, full, penalty, step), nullable=(0, 1))
        else:
            floor = rng.choice(NOT_NUMBERS)
    else:
        value, target = maybe_null(rng, value), maybe_null(rng, target)
    return value, target, full, penalty, step, mode, floor, better


def score_proportional(rng):
    target, full = divisor(rng), signed(rng)
    low = rng.choice((ZERO, ZERO, num('0.5'), num('0.60'), number(rng), -number(rng)))
    high = rng.choice((ONE, ONE, num('1.15'), num('1.50'), low, low + number(rng)))
    if not low <= high:
        high = low + number(rng)
    value = rng.choice((target, target * low, target * high, nudged(rng, target * high),
                        nudged(rng, target * low), score(rng), signed(rng), Num(0, 3)))
    if rng.random() < 0.5:                                  # within the clamp: a real fraction
        low, high = rng.choice(((ZERO, ONE), (ZERO, num('1.15')), (num('0.2'), Num(3))))
        target = rng.choice((target, score(rng) + ONE))
        value = rng.choice((target * Num(rng.randint(1, 99), 2), target - target * below_one(rng),
                            nudged(rng, target * num('0.5')), target - ONE))
    if rng.random() < 0.02:
        target, value = Num(0, rng.randint(0, 3)), Num(0, rng.randint(0, 3))
    if rng.random() < ERROR_SHARE:
        kind = rng.randrange(4)
        if kind == 0:
            target, value = Num(0, rng.randint(0, 3)), ONE
        elif kind == 1:
            target = -target
        elif kind == 2:
            low = high + Num(1, rng.randint(0, 30))
        else:
            value, target, full, low, high = spoilt(
                rng, (value, target, full, low, high), nullable=(0, 1))
    else:
        value, target = maybe_null(rng, value), maybe_null(rng, target)
    return value, target, full, low, high


def score_events(rng):
    count = rng.choice((Num(rng.randint(0, 12)), Num(rng.randint(0, 12)), Num(digits(rng, 30)),
                        longer(Num(rng.randint(0, 99)), 3), Num(2 ** 63)))
    full, penalty = signed(rng), number(rng)
    floor = rng.choice((ZERO, full, full - penalty * count, nudged(rng, full - penalty * count),
                        full - number(rng), None))
    if floor is not None and not floor <= full:
        floor = None
    if rng.random() < ERROR_SHARE:
        kind = rng.randrange(5)
        if kind == 0:
            count = rng.choice((num('0.5'), num('3.000001'), -Num(1), Num(1, 60)))
        elif kind == 1:
            penalty = Num(-1, rng.randint(0, 40))
        elif kind == 2:
            floor = full + Num(1, rng.randint(0, 40))
        elif kind == 3:
            count, full, penalty = spoilt(rng, (count, full, penalty), nullable=(0,))
        else:
            floor = rng.choice(NOT_NUMBERS)
    else:
        count = maybe_null(rng, count)
    return count, full, penalty, floor


def score_bands(rng):
    cuts = ascending(rng, rng.randint(0, 6), rng.choice((score, signed)))
    points = [signed(rng) for _ in range(len(cuts) + 1)]
    near = rng.choice(cuts) if cuts else ONE
    value = rng.choice((near, longer(near, 2), nudged(rng, near), nudged(rng, near), signed(rng)))
    if rng.random() < ERROR_SHARE:
        kind = rng.randrange(4)
        if kind == 0:
            points.append(ONE)
        elif kind == 1 and len(cuts) > 1:
            cuts[-1] = longer(cuts[0], 1)
        elif kind == 2 and cuts:
            cuts = spoilt(rng, cuts)
        else:
            points = spoilt(rng, points)
    else:
        value = maybe_null(rng, value)
    return value, cuts, points


def score_interpolate(rng):
    make = rng.choice((score, score, signed))
    xs = ascending(rng, rng.randint(1, 6), make)
    ys = [make(rng) if rng.random() < 0.8 else signed(rng) for _ in xs]
    i = rng.randrange(len(xs))
    value = rng.choice((xs[i], nudged(rng, xs[i]), signed(rng), make(rng)))
    if rng.random() < 0.5 and len(xs) > 1:                  # inside a segment
        i = rng.randrange(len(xs) - 1)
        value = xs[i] + (xs[i + 1] - xs[i]) * Num(rng.randint(1, 99), 2)
    if rng.random() < ERROR_SHARE:
        kind = rng.randrange(5)
        if kind == 0:
            ys.append(ONE)
        elif kind == 1 and len(xs) > 1:
            xs[-1] = xs[0]
        elif kind == 2:
            xs = spoilt(rng, xs)
        elif kind == 3:
            ys = spoilt(rng, ys)
        else:
            xs, ys = rng.choice((([], []), (None, ys), (xs, None)))
    else:
        value = maybe_null(rng, value)
    return value, xs, ys


def refund_arguments(rng):
    points = number(rng)
    rectified = Num(rng.randint(0, 100), 2) if rng.random() < 0.7 else below_one(rng)
    cap = rng.choice((num('0.80'), num('0.8'), ONE, ZERO, num('1.000'), below_one(rng)))
    return points, rectified, rng.choice(('full', 'half', 'exempt')), cap


def spoil_refund(rng, points, rectified, effect, cap):
    kind = rng.randrange(5)
    if kind == 0:
        points = Num(-1, rng.randint(0, 40))
    elif kind == 1:
        rectified = rng.choice((Num(-1, 5), ONE + Num(1, rng.randint(0, 30))))
    elif kind == 2:
        effect = rng.choice(('FULL', 'none', '', None))
    elif kind == 3:
        cap = rng.choice((Num(-1, 2), num('1.01'), None, *NOT_NUMBERS))
    else:
        points, rectified = spoilt(rng, (points, rectified), nullable=(0, 1))
    return points, rectified, effect, cap


def prededuct_refund(rng):
    arguments = refund_arguments(rng)
    if rng.random() < ERROR_SHARE:
        return spoil_refund(rng, *arguments)
    return maybe_null(rng, arguments[0]), *arguments[1:]


def prededuct_refund_dated(rng):
    """The term goes to SQL as months and days."""
    arguments = refund_arguments(rng)
    notice = date(rng.randint(1995, 2035), rng.randint(1, 12), 1) + timedelta(
        days=rng.choice((-1, -2, -3, 0, 14, 27)))           # month ends above all
    months, days = rng.choice(((3, 0), (3, 0), (3, 0), (1, 0), (0, 90), (0, 0), (12, 0), (1, 15)))
    deadline = rules.add_months(notice, months) + timedelta(days=days)
    accepted = rng.choice((notice, deadline, deadline + timedelta(days=1), deadline - timedelta(
        days=1), notice + timedelta(days=rng.randint(0, 200)), None))
    if accepted is not None and accepted < notice:
        accepted = notice
    if rng.random() < ERROR_SHARE:
        kind = rng.randrange(4)
        if kind == 0:
            notice = None
        elif kind == 1:
            accepted = notice - timedelta(days=rng.choice((1, 400)))
        elif kind == 2:
            months, days = rng.choice(((-1, 0), (0, -1)))
        else:
            arguments = spoil_refund(rng, *arguments)
    return *arguments, notice, accepted, months, days
