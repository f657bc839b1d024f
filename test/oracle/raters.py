"""Severity and agreement of raters, from their definitions (formulas 4.15, 4.16)."""
from fractions import Fraction
from itertools import permutations

from pgnum import NOT_NUMBERS, ZERO, check, check_finite, check_setting, rounded

RANGE = '22003'
SUBSCRIPT = '2202E'
LIMIT_DIGITS = 30


def checked(units, raters, scores, digits):
    check_setting(digits)
    check(0 <= digits <= 100)
    check(len(raters) == len(units) and len(scores) == len(units), sqlstate=SUBSCRIPT)
    check_finite(*scores)
    scale = 0
    for x in scores:
        if x is not None:
            s = x.scale
            while s > 0 and x.unscaled % 10 ** (x.scale - s + 1) == 0:
                s -= 1
            scale = max(scale, s)
    check(scale <= LIMIT_DIGITS and
          all(x is None or abs(x.value) * 10 ** scale < 10 ** LIMIT_DIGITS for x in scores), sqlstate=RANGE)
    marks = {}
    for u, r, x in zip(units, raters, scores):
        if x is not None:
            check((u, r) not in marks, 'twice')
            marks[u, r] = x.value
    return marks


def solved(matrix, right):
    """Gauss and Jordan."""
    n = len(matrix)
    rows = [list(map(Fraction, row)) + [Fraction(b)] for row, b in zip(matrix, right)]
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k] != 0:
                times = rows[i][k]
                rows[i] = [x - times * y for x, y in zip(rows[i], rows[k])]
    return [row[-1] for row in rows]


def components(marks):
    """Sets of raters, in the order of their smallest."""
    parts = []
    for u in {u for u, _ in marks}:
        joined = {r for v, r in marks if v == u}
        rest = []
        for part in parts:
            if part & joined:
                joined |= part
            else:
                rest.append(part)
        parts = [*rest, joined]
    return sorted(parts, key=min)


def severities(marks, members):
    """Least squares with a Lagrange multiplier for the sum of the raters."""
    own = {k: x for k, x in marks.items() if k[1] in members}
    names = sorted({('u', u) for u, _ in own} | {('r', r) for r in members})
    at = {name: i for i, name in enumerate(names)}
    n = len(names) + 1
    matrix = [[0] * n for _ in range(n)]
    right = [Fraction(0)] * n
    for (u, r), x in own.items():
        i, j = at['u', u], at['r', r]
        matrix[i][i] += 1
        matrix[j][j] += 1
        matrix[i][j] += 1
        matrix[j][i] += 1
        right[i] += x
        right[j] += x
    for r in members:
        matrix[-1][at['r', r]] = matrix[at['r', r]][-1] = 1
    x = solved(matrix, right)
    return {r: x[at['r', r]] for r in members}


def rater_severity(units, raters, scores, digits, shrink):
    check_setting(digits, shrink)
    check(0 <= digits <= 100)
    check(shrink not in NOT_NUMBERS and ZERO <= shrink)
    marks = checked(units, raters, scores, digits)
    rows = []
    for number, members in enumerate(components(marks), 1):
        found = severities(marks, members) if len(members) > 1 else None
        for r in members:
            own = [x for (_, s), x in marks.items() if s == r]
            n = len(own)
            constant = n > 1 and len(set(own)) == 1
            rows.append((r, ' '.join((
                str(r), str(number), str(n),
                rounded(found[r], digits) if found else '-',
                rounded(found[r] * n / (n + shrink.value), digits) if found else '-',
                't' if found else 'f', 't' if constant else 'f'))))
    return ';'.join(text for _, text in sorted(rows)) or None


# ---------------------------------------------------------------- agreement

def table(marks):
    """Units that all raters marked, as rows."""
    raters = sorted({r for _, r in marks})
    units = sorted({u for u, _ in marks})
    return [[marks[u, r] for r in raters] for u in units if all((u, r) in marks for r in raters)], len(raters)


def mean(values):
    return Fraction(sum(values), len(values)) if not isinstance(values[0], Fraction) else sum(values) / len(values)


def correlations(rows, k):
    n = len(rows)
    grand = mean([x for row in rows for x in row])
    columns = list(zip(*rows))
    ssr = k * sum((mean(row) - grand) ** 2 for row in rows)
    ssc = n * sum((mean(list(column)) - grand) ** 2 for column in columns)
    sst = sum((x - grand) ** 2 for row in rows for x in row)
    msr, msc = ssr / (n - 1), ssc / (k - 1)
    mse, msw = (sst - ssr - ssc) / ((n - 1) * (k - 1)), (sst - ssr) / (n * (k - 1))
    return {'icc_1': (msr - msw, msr + (k - 1) * msw), 'icc_1k': (msr - msw, msr),
            'icc_a1': (msr - mse, msr + (k - 1) * mse + Fraction(k, n) * (msc - mse)),
            'icc_ak': (msr - mse, msr + (msc - mse) / n),
            'icc_c1': (msr - mse, msr + (k - 1) * mse), 'icc_ck': (msr - mse, msr)}


def mean_ranks(values):
    return [Fraction(sum(1 for w in values if w < v) * 2 + values.count(v) + 1, 2) for v in values]


def kendall(rows, m):
    n = len(rows)
    columns = [list(column) for column in zip(*rows)]
    ranks = [mean_ranks(column) for column in columns]
    sums = [sum(r[i] for r in ranks) for i in range(n)]
    s = sum((x - mean(sums)) ** 2 for x in sums)
    ties = sum(column.count(v) ** 3 - column.count(v) for column in columns for v in set(column))
    return 12 * s, Fraction(m * m * (n ** 3 - n) - m * ties)


def alpha(groups, difference):
    """From coincidences, as Krippendorff has it."""
    values = [x for group in groups for x in group]
    n = len(values)
    observed = sum(Fraction(1, len(group) - 1) * difference(x, y)
                   for group in groups for x, y in permutations(group, 2)) / n
    expected = sum(difference(x, y) for x, y in permutations(values, 2)) / Fraction(n * (n - 1))
    return expected - observed, expected


def metrics(groups):
    values = [x for group in groups for x in group]
    middle = {v: Fraction(2 * sum(1 for w in values if w < v) + values.count(v), 2) for v in values}
    return {'alpha_nominal': lambda x, y: Fraction(x != y),
            'alpha_ordinal': lambda x, y: (middle[x] - middle[y]) ** 2,
            'alpha_interval': lambda x, y: (x - y) ** 2,
            'alpha_ratio': lambda x, y: Fraction(0) if x == y else ((x - y) / (x + y)) ** 2}


NAMES = ('icc_1', 'icc_1k', 'icc_a1', 'icc_ak', 'icc_c1', 'icc_ck', 'kendall_w',
         'alpha_nominal', 'alpha_ordinal', 'alpha_interval', 'alpha_ratio')


def rater_agreement(units, raters, scores, digits):
    marks = checked(units, raters, scores, digits)
    rows, k = table(marks)
    groups = [[x for (v, _), x in sorted(marks.items()) if v == u] for u in sorted({u for u, _ in marks})]
    groups = [group for group in groups if len(group) > 1]
    if k < 2:
        rows = []
    parts = {}
    if k > 1 and len(rows) > 1:
        parts.update(correlations(rows, k))
        parts['kendall_w'] = kendall(rows, k)
    if k > 1 and len(groups) > 1:
        for name, difference in metrics(groups).items():
            if name == 'alpha_ratio' and min(x for group in groups for x in group) < 0:
                parts[name] = 'negative_scores'
            elif name == 'alpha_ratio' and len({x for group in groups for x in group}) > 100:
                parts[name] = 'many_values'
            else:
                parts[name] = alpha(groups, difference)
    result = []
    for name in NAMES:
        part = parts.get(name)
        count = len(groups) if name.startswith('alpha') else len(rows)
        if part is None:
            text = 'few_raters' if k < 2 else 'few_units'
        elif isinstance(part, str):
            text = part
        else:
            text = 'no_variance' if part[1] <= 0 else rounded(part[0] / part[1], digits)
        result.append(f'{name} {text} {count} {k}')
    return ';'.join(result)
