"""Decimals as PostgreSQL's numeric sees them: an exact value and a display scale.

Everything here follows the published rules of core's numeric arithmetic (the
scale of a sum, a product and a division); none of it follows the engine's C.
"""
import sys
from fractions import Fraction

sys.set_int_max_str_digits(0)       # cases of thousands of digits are wanted

MIN_SIG_DIGITS = 16                 # NUMERIC_MIN_SIG_DIGITS
DIGITS_PER_WORD = 4                 # numeric counts in base 10000
MAX_DISPLAY_SCALE = 1000            # NUMERIC_MAX_DISPLAY_SCALE
MAX_DECIMALS = 16383                # NUMERIC_DSCALE_MAX
MAX_WHOLE_DIGITS = 131072           # what a numeric holds before the point


class Refused(Exception):
    """The rule refuses its input with this SQLSTATE."""

    def __init__(self, sqlstate, why=''):
        super().__init__(f'{sqlstate} {why}')
        self.sqlstate = sqlstate


class Unclear(Exception):
    """The formulas do not say; the generator leaves such a case out."""


NULL_NOT_ALLOWED = '22004'
INVALID_VALUE = '22023'
OUT_OF_RANGE = '22003'
WRONG_LENGTH = '2202E'              # an array of the wrong length, as core says it


class Num:
    """unscaled / 10**scale, shown with `scale` decimals."""
    __slots__ = ('unscaled', 'scale')

    def __init__(self, unscaled, scale=0):
        self.unscaled = unscaled
        self.scale = scale

    @classmethod
    def parse(cls, text):
        whole, _, decimals = text.partition('.')
        return cls(int(whole + decimals), len(decimals))

    @property
    def value(self):
        return Fraction(self.unscaled, 10 ** self.scale)

    def at(self, scale):
        """The unscaled integer at a scale that is not smaller than the own."""
        return self.unscaled * 10 ** (scale - self.scale)

    def __add__(self, other):
        scale = max(self.scale, other.scale)
        return Num(self.at(scale) + other.at(scale), scale)

    def __sub__(self, other):
        scale = max(self.scale, other.scale)
        return Num(self.at(scale) - other.at(scale), scale)

    def __mul__(self, other):
        return Num(self.unscaled * other.unscaled, self.scale + other.scale)

    def _compare(self, other):
        scale = max(self.scale, other.scale)
        return self.at(scale) - other.at(scale)

    def __eq__(self, other):
        return isinstance(other, Num) and self._compare(other) == 0

    def __lt__(self, other):
        return self._compare(other) < 0

    def __le__(self, other):
        return self._compare(other) <= 0

    def __hash__(self):
        return hash(self.value)

    def __neg__(self):
        return Num(-self.unscaled, self.scale)

    def __str__(self):
        return show(self.unscaled, self.scale)

    def __repr__(self):
        return f'Num({self})'


ZERO = Num(0)
ONE = Num(1)
NOT_NUMBERS = ('NaN', 'Infinity', '-Infinity')


def num(text):
    """A test vector's number; None and the special values stay as they are."""
    return text if text is None or text in NOT_NUMBERS else Num.parse(str(text))


def nums(*texts):
    return [num(t) for t in texts]


def show(unscaled, scale):
    """numeric's own text: no sign on a zero."""
    digits = str(abs(unscaled)).rjust(scale + 1, '0')
    if scale:
        digits = digits[:-scale] + '.' + digits[-scale:]
    return ('-' if unscaled < 0 else '') + digits


def first_word(n):
    """Weight and value of the first non-zero base-10000 word; 0, 0 for zero."""
    if n.unscaled == 0:
        return 0, 0
    digits = str(abs(n.unscaled))
    exponent = len(digits) - n.scale - 1        # of the first digit
    weight = exponent // DIGITS_PER_WORD
    length = exponent % DIGITS_PER_WORD + 1     # digits in the first word
    return weight, int(digits[:length].ljust(length, '0'))


def division_scale(numerator, denominator):
    """core's select_div_scale."""
    weight1, word1 = first_word(numerator)
    weight2, word2 = first_word(denominator)
    weight = weight1 - weight2
    if word1 <= word2:
        weight -= 1
    scale = MIN_SIG_DIGITS - weight * DIGITS_PER_WORD
    return min(max(scale, numerator.scale, denominator.scale, 0), MAX_DISPLAY_SCALE)


def fraction_of(numerator, denominator):
    return Fraction(numerator.unscaled * 10 ** denominator.scale,
                    denominator.unscaled * 10 ** numerator.scale)


def rounded(value, scale):
    """Half away from zero."""
    top = abs(value.numerator) * 10 ** scale
    unscaled = (2 * top + value.denominator) // (2 * value.denominator)
    return in_range(show(unscaled if value >= 0 else -unscaled, scale))


def in_range(text):
    """A number too long for a numeric cannot be a result."""
    if len(text.lstrip('-').partition('.')[0]) > MAX_WHOLE_DIGITS:
        raise Refused(OUT_OF_RANGE)
    return text


def decimals_needed(value):
    """How many decimals write the value exactly; None if no number of them does."""
    rest = value.denominator
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    fives = 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    return max(twos, fives) if rest == 1 else None


def core_division(numerator, denominator):
    """The text of numeric's numerator / denominator."""
    return rounded(fraction_of(numerator, denominator),
                   division_scale(numerator, denominator))


def quotient(numerator, denominator):
    """The number rule: exact where it terminates, else rounded once as core would."""
    value = fraction_of(numerator, denominator)
    scale = decimals_needed(value)
    if scale is None or scale > MAX_DECIMALS:
        scale = division_scale(numerator, denominator)
    return rounded(value, scale)


def exact(n):
    """A sum or product: all its digits, no trailing zeros."""
    return quotient(n, ONE)


def exact_fraction(value):
    """A fraction known to terminate."""
    return rounded(value, decimals_needed(value))


# ---------------------------------------------------------------- argument checks

def check_setting(*settings):
    """A rule's setting is never NULL, NaN or infinite."""
    for setting in settings:
        if setting is None:
            raise Refused(NULL_NOT_ALLOWED)
        check_finite(setting)


def check_finite(*values):
    for value in values:
        if isinstance(value, str) and value in NOT_NUMBERS:
            raise Refused(INVALID_VALUE, value)


def check(condition, why='', sqlstate=INVALID_VALUE):
    if not condition:
        raise Refused(sqlstate, why)


def check_length(condition):
    check(condition, 'length', WRONG_LENGTH)
