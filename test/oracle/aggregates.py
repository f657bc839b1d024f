"""The aggregates: one value from many rows (formulas 4.5, 4.6)."""
from pgnum import (INVALID_VALUE, NOT_NUMBERS, ONE, Num, Refused, Unclear, ZERO,
                   check, check_finite, check_setting, core_division, num, quotient)

HUNDRED = Num(100)


def total(numbers):
    """core's sum(): exact, at the largest scale that came by."""
    result = ZERO
    for n in numbers:
        result = result + n
    return result


def constant(settings):
    """A rule's setting may not change inside a group. 0.8 and 0.80 are the same setting, and
    the longer one counts, so that the order of the rows does not."""
    check_setting(*settings)
    check(all(s == settings[0] for s in settings), 'changes inside the group')
    return max(settings, key=lambda s: s.scale) if isinstance(settings[0], Num) else settings[0]


def parse_missing(text):
    """Policy and its number, if it takes one."""
    if text in ('strict', 'zero', 'renormalize'):
        return text, None
    policy, colon, argument = text.partition(':')
    check(colon and policy in ('renormalize', 'impute'), text)
    check(argument not in NOT_NUMBERS, text)
    try:
        number = Num.parse(argument)
    except ValueError:
        raise Refused(INVALID_VALUE, text) from None
    check(policy == 'impute' or ZERO <= number <= ONE, text)
    return policy, number


def weighted_score(scores, weights, missing=None):
    """missing: one policy per row, as the aggregate is given it."""
    if not scores:
        return None
    policy, number = parse_missing(constant(missing or ['renormalize'] * len(scores)))
    check_setting(*weights)
    check_finite(*scores)
    check(all(ZERO <= w for w in weights))

    rows = list(zip(scores, weights))
    observed = [(x, w) for x, w in rows if x is not None]
    if not observed:
        return None
    if policy == 'strict':
        if len(observed) < len(rows):
            if total(w for _, w in observed) == ZERO:
                raise Unclear           # NULL for the gap, or an error for the weights
            return None
    elif policy == 'renormalize':
        if number is not None and len(observed) < len(rows):
            weight, whole = total(w for _, w in observed), total(weights)
            if weight == ZERO and ZERO < whole and ZERO < number:
                raise Unclear           # NULL for the coverage, or an error for the weights
            if weight < number * whole:
                return None
        rows = observed
    else:
        fill = ZERO if policy == 'zero' else number
        rows = [(fill if x is None else x, w) for x, w in rows]
    weight = total(w for _, w in rows)
    check(weight != ZERO, 'the weights that count sum to 0')
    return core_division(total(w * x for x, w in rows), weight)


def middle(values, drop):
    """The sum without the `drop` smallest and largest, and how many that leaves.
    The scale is that of all values, so that it does not depend on ties."""
    ordered = sorted(values, key=lambda v: v.value)
    kept = total(ordered[drop:len(ordered) - drop])
    scale = max(v.scale for v in values)
    return Num(kept.at(scale), scale), len(values) - 2 * drop


def trimmed_mean(values, drops=None):
    """drops: drop_each per row."""
    if not values:
        return None
    drop = constant(drops or [1] * len(values))
    check(0 <= drop)
    check_finite(*values)
    observed = [v for v in values if v is not None]
    if not observed:
        return None
    check(len(observed) > 2 * drop)
    kept, count = middle(observed, drop)
    return quotient(kept, Num(count))


def recognition_coefficient(difficulties, accuracies, lows, highs, drops=None, shares=None):
    """Every argument per row, as the aggregate is given them."""
    rows = len(difficulties)
    if not rows:
        return None
    low, high = constant(lows), constant(highs)
    drop = constant(drops or [0] * rows)
    share = constant(shares or [Num(5, 1)] * rows)
    check(ZERO <= low <= high)
    check(drop >= 0)
    check(ZERO <= share <= ONE)
    check_finite(*difficulties, *accuracies)
    experts = [(d, a) for d, a in zip(difficulties, accuracies) if d is not None and a is not None]
    for d, a in experts:
        check(ZERO <= d <= HUNDRED and ZERO <= a <= HUNDRED)
    if not experts:
        return None
    check(len(experts) > 2 * drop)
    kept, count = middle([share * d + (ONE - share) * a for d, a in experts], drop)
    hundreds = HUNDRED * Num(count)
    return quotient(low * hundreds + (high - low) * kept, hundreds)
