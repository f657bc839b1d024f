"""The scalar rules: one score from one value (formulas 4.1 to 4.4, 4.6, 4.10)."""
import calendar
from datetime import date, timedelta

from pgnum import (NULL_NOT_ALLOWED, ONE, Num, Refused, Unclear, ZERO, check, check_finite,
                   check_length, check_setting, exact, fraction_of, quotient)


def score_threshold(value, target, full, penalty, step=ONE, mode='linear', floor=ZERO,
                    better='higher'):
    check_setting(full, penalty, step, mode, better)
    check_finite(value, target, floor)
    check(mode in ('linear', 'floor', 'ceil'), mode)
    check(better in ('higher', 'lower'), better)
    check(ZERO < step)
    check(ZERO <= penalty)
    check(floor is None or floor <= full)
    if value is None or target is None:
        return None
    distance = target - value if better == 'higher' else value - target
    if distance <= ZERO:
        return exact(full)
    if mode == 'linear':
        # one fraction for the whole rule, so that it is rounded once
        top, bottom = full * step - penalty * distance, step
    else:
        steps = fraction_of(distance, step)
        whole = steps.numerator // steps.denominator        # floor
        if mode == 'ceil' and steps.denominator != 1:
            whole += 1
        top, bottom = full - penalty * Num(whole), ONE
    if floor is not None and fraction_of(top, bottom) < floor.value:
        return exact(floor)
    return quotient(top, bottom)


def score_proportional(value, target, full, low=ZERO, high=ONE):
    check_setting(full, low, high)
    check_finite(value, target)
    check(low <= high)
    if value is None or target is None:
        return None
    check(ZERO <= target)
    if target == ZERO:
        check(value == ZERO, 'nothing was planned, something was done')
        return None                                         # not applicable
    share = fraction_of(value, target)
    if share <= low.value:
        return exact(full * low)
    if share >= high.value:
        return exact(full * high)
    return quotient(full * value, target)


def score_events(count, full, penalty, floor=ZERO):
    check_setting(full, penalty)
    check_finite(count, floor)
    check(ZERO <= penalty)
    check(floor is None or floor <= full)
    if count is None:
        return None
    check(ZERO <= count and count.value.denominator == 1, 'a count is a whole number')
    points = full - penalty * count
    if floor is not None and points < floor:
        points = floor
    return exact(points)


def check_ascending(points):
    check(all(a < b for a, b in zip(points, points[1:])), 'not ascending')


def score_bands(value, cuts, points):
    check_setting(cuts, points)
    check_setting(*cuts, *points)
    check_finite(value)
    check_length(len(points) == len(cuts) + 1)
    check_ascending(cuts)
    if value is None:
        return None
    return str(points[sum(cut <= value for cut in cuts)])   # as given, zeros and all


def score_interpolate(value, xs, ys):
    check_setting(xs, ys)
    check_setting(*xs, *ys)
    check_finite(value)
    check_length(len(xs) == len(ys) and xs)
    check_ascending(xs)
    if value is None:
        return None
    if value <= xs[0]:
        return exact(ys[0])
    if xs[-1] <= value:
        return exact(ys[-1])
    i = max(i for i, x in enumerate(xs) if x <= value)
    width = xs[i + 1] - xs[i]
    return quotient(ys[i] * width + (value - xs[i]) * (ys[i + 1] - ys[i]), width)


def difficulty_adjust(score, coefficient, cap=None):
    check_finite(score, coefficient, cap)
    check(coefficient is None or ZERO <= coefficient)
    if score is None or coefficient is None:
        return None
    product = score * coefficient
    return exact(product if cap is None or product < cap else cap)


EFFECTS = {'full': ONE, 'half': Num(5, 1), 'exempt': ZERO}


def prededuct_refund(points, rectified, effect='full', cap=Num(80, 2)):
    check_setting(effect, cap)
    check_finite(points, rectified)
    check(effect in EFFECTS, effect)
    check(ZERO <= cap <= ONE)
    check(rectified is None or ZERO <= rectified <= ONE)
    check(points is None or ZERO <= points)
    if points is None or rectified is None:
        return None
    return exact(cap * rectified * points * EFFECTS[effect])


def add_months(day, months):
    """30 November + 3 months is the last day of February."""
    month = day.year * 12 + day.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def prededuct_refund_dated(points, rectified, effect, cap, notice, accepted, months, days):
    """The term is given as whole months and whole days."""
    if notice is None:
        raise Refused(NULL_NOT_ALLOWED)
    check(months >= 0 and days >= 0)
    if accepted is not None:
        check(notice <= accepted)
    refund = prededuct_refund(points, rectified, effect, cap)
    if accepted is None or accepted > add_months(notice, months) + timedelta(days=days):
        if refund is None:
            raise Unclear               # nothing observed, and too late as well
        return '0'
    return refund
