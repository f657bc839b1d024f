"""Roots, logarithms and exponentials, rounded correctly: whole numbers only, and bounds on both
sides where a number has no end.

A number here is positive and known by how it floors: at(k) gives floor(number * k), and whether
that is the number itself.
"""
from fractions import Fraction
from functools import lru_cache
from math import isqrt, log2

POW10 = [10 ** n for n in range(101)]
EXACT_ROOTS = 300                     # roots up to this are worked out by whole numbers at once


def rounded(value, digits, mode):
    """A fraction at some decimals, as a whole number of the last one."""
    whole, rest = divmod(value.numerator * POW10[digits], value.denominator)
    if rest:
        if mode == 'ceil':
            whole += 1
        elif mode != 'floor':
            over = 2 * rest - value.denominator
            if over > 0:
                whole += 1
            elif over == 0:
                whole += whole & 1 if mode == 'half_even' else whole >= 0
    return whole


def rounded_number(number, digits, mode, negative=False):
    """The same of a number that is known by its floors."""
    twice, exact = number.at(2 * POW10[digits])
    whole, half = twice >> 1, twice & 1
    if half or not exact:
        if mode == 'floor':
            whole += negative
        elif mode == 'ceil':
            whole += not negative
        elif half:
            whole += whole & 1 if exact and mode == 'half_even' else 1
    return -whole if negative else whole


def root(n, degree):
    """The floor of a root: Newton from above."""
    if degree == 1 or n < 2:
        return n
    if degree == 2:
        return isqrt(n)
    bits = n.bit_length()
    cut = max(0, bits - 60)
    exponent = (log2(n >> cut) + cut) / degree
    whole = int(exponent)
    guess = int(2.0 ** (exponent - whole) * 2 ** 52)
    guess = (guess + (guess >> 30) + 1 << whole >> 52) + 1
    while True:
        power = guess ** (degree - 1)
        better = ((degree - 1) * guess + n // power) // degree
        if better >= guess:
            return guess
        guess = better


class Root:
    """(n / d) ** (1 / degree) of what is positive."""
    def __init__(self, n, d, degree):
        self.n, self.d, self.degree = n, d, degree

    def at(self, k):
        if self.degree > EXACT_ROOTS:
            found = self.by_bounds(k)
            if found is not None:
                return found, False
        return self.by_whole_numbers(k)

    def by_whole_numbers(self, k):
        top = self.n * k ** self.degree
        floor = root(top // self.d, self.degree)
        return floor, floor ** self.degree * self.d == top

    def by_bounds(self, k):
        bits = k.bit_length() + abs(self.n.bit_length() - self.d.bit_length()) // self.degree + 32
        for _ in range(3):              # what these cannot tell may well be the very number
            low, high = ln_bounds(self.n, self.d, bits)
            low = exp_bounds(low, self.degree << bits, bits)[0]
            high = exp_bounds(high, self.degree << bits, bits)[1]
            low, high = low * k // 1, high * k // 1
            if low == high:
                return low
            bits *= 2
        return None


class Ln:
    """|ln(n / d)|, n and d positive and not equal."""
    def __init__(self, n, d):
        self.n, self.d = max(n, d), min(n, d)

    def at(self, k):
        bits = k.bit_length() + 32
        while True:
            low, high = ln_bounds(self.n, self.d, bits)
            if low * k >> bits == high * k >> bits:
                return low * k >> bits, False
            bits *= 2


class Exp:
    """e ** (n / d), n not 0."""
    def __init__(self, n, d):
        self.n, self.d = n, d

    def at(self, k):
        bits = k.bit_length() + max(0, 3 * self.n // (2 * self.d)) + 32
        while True:
            low, high = (bound * k // 1 for bound in exp_bounds(self.n, self.d, bits))
            if low == high:
                return low, False
            bits *= 2


def atanh_series(n, d, bits):
    """atanh(n / d) * 2 ** bits for |n / d| <= 1/3, and how far it may be off."""
    y = (n << bits) // d
    square = y * y >> bits
    total, power, count = 0, y, 0
    while power not in (0, -1):
        total += power // (2 * count + 1)
        power = power * square >> bits
        count += 1
    # each power is off by less than 3, and so is what the series leaves out
    return total, 4 * count + 8


@lru_cache(None)
def ln2(bits):
    value, off = atanh_series(1, 3, bits)
    return 2 * value, 2 * off


def ln_bounds(n, d, bits):
    """Below and above ln(n / d) * 2 ** bits."""
    bits += 16
    shift = n.bit_length() - d.bit_length()
    n, d = (n, d << shift) if shift >= 0 else (n << -shift, d)
    if 3 * n > 4 * d:
        shift, d = shift + 1, 2 * d
    value, off = atanh_series(n - d, n + d, bits)
    two, two_off = ln2(bits)
    value, off = 2 * value + shift * two, 2 * off + abs(shift) * two_off
    return value - off >> 16, -(-(value + off) >> 16)


def exp_bounds(n, d, bits):
    """Fractions below and above e ** (n / d)."""
    two, two_off = ln2(bits)
    x = (n << bits) // d
    shift = (2 * x + two) // (2 * two)
    rest = x - shift * two              # at most about ln(2) / 2 in size
    off = 1 + abs(shift) * two_off
    total, term, count = 0, 1 << bits, 0
    while term not in (0, -1):
        total += term
        count += 1
        term = (term * rest >> bits) // count
    # the terms are off by less than 3 each; the rest's own error grows by less than 3/2
    off = 2 * off + 4 * count + 8
    scale = Fraction(2) ** (shift - bits)
    return max(total - off, 0) * scale, (total + off) * scale
