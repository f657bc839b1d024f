"""The formula language of rubrics: text to a function of the nodes' values and the card.

A value is a fraction, a truth, or the text of a status.
"""
import re
from fractions import Fraction

from irrational import Exp, Ln, POW10, Root, rounded, rounded_number
from pgnum import Unclear

ZERO_RANGE, BAD_DOMAIN, TOO_BIG = 'error:9004', 'error:9009', 'error:9010'
MODES = ('half_up', 'half_even', 'floor', 'ceil')
MOST_DIGITS = 30
MOST_EXPONENT = 10_000
CLEAR_BITS = 200_000                  # short of where numbers are too big on the way
TOKENS = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<word>[^\W\d]\w*)|'(?P<quoted>(?:[^']|'')*)'"
                    r'|(?P<mark>>=|<=|<>|[-+*/()<>=,]))')


class Wrong(Exception):
    """A rubric that cannot be one."""


def compiled(text, read):
    """read(kind, name) gives the function that reads an item, a node or a parameter."""
    parser = Parser(text, read)
    kind, function = parser.either()
    parser.expect('end', '')
    parser.need(kind, 'number')
    return function


class Parser:
    def __init__(self, text, read):
        self.read = read
        self.tokens, at = [], 0
        text = text.rstrip()
        while at < len(text):
            match = TOKENS.match(text, at)
            if not match:
                raise Wrong(f'formula: {text[at:]}')
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self.tokens.append(('end', ''))
        self.at = 0

    def take(self, *marks):
        """The next token if it is one of these."""
        token = self.tokens[self.at]
        if token[0] in ('mark', 'word') and token[1] in marks:
            self.at += 1
            return token[1]
        return None

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, kind, text=None):
        token = self.next()
        if token[0] != kind or text not in (None, token[1]):
            raise Wrong(f'formula: {text or kind} expected, not {token[1]}')
        return token[1]

    @staticmethod
    def need(kind, wanted):
        if kind != wanted:
            raise Wrong(f'formula: a {wanted} expected')

    def operators(self, inner, wanted, gives, *marks, chained=True):
        kind, left = inner()
        while mark := self.take(*marks):
            self.need(kind, wanted)
            other, right = inner()
            self.need(other, wanted)
            kind, left = gives, strict(BINARY[mark], left, right)
            if not chained:
                break
        return kind, left

    def either(self):
        return self.operators(self.both, 'truth', 'truth', 'or')

    def both(self):
        return self.operators(self.negated, 'truth', 'truth', 'and')

    def negated(self):
        if self.take('not'):
            kind, inner = self.negated()
            self.need(kind, 'truth')
            return 'truth', strict(lambda x: not x, inner)
        return self.operators(self.terms, 'number', 'truth', *COMPARISONS, chained=False)

    def terms(self):
        return self.operators(self.factors, 'number', 'number', '+', '-')

    def factors(self):
        return self.operators(self.signed, 'number', 'number', '*', '/')

    def signed(self):
        if self.take('-'):
            kind, inner = self.signed()
            self.need(kind, 'number')
            return 'number', strict(lambda x: -x, inner)
        return self.primary()

    def primary(self):
        kind, text = self.next()
        if kind == 'number':
            value = Fraction(text)
            return 'number', lambda values, card: value
        if (kind, text) == ('mark', '('):
            inner = self.either()
            self.expect('mark', ')')
            return inner
        if kind != 'word':
            raise Wrong(f'formula: {text!r}')
        self.expect('mark', '(')
        if text in ('item', 'node'):
            reader = self.read(text, int(self.expect('number')))
            self.expect('mark', ')')
            return 'number', reader
        if text == 'parameter':
            quoted, name = self.next()
            if quoted not in ('quoted', 'word'):
                raise Wrong('formula: a name expected')
            self.expect('mark', ')')
            return 'number', self.read(text, name.replace("''", "'") if quoted == 'quoted' else name)
        return self.call(text)

    def call(self, name):
        arguments, settings = [self.either()], []
        rounding = name in ROUNDING
        wanted = ROUNDING.get(name) or 1
        while self.take(','):
            if rounding and len(arguments) == wanted:
                settings.append(self.next()[1])
            else:
                arguments.append(self.either())
        self.expect('mark', ')')
        kinds, functions = [k for k, _ in arguments], [f for _, f in arguments]
        if rounding:
            digits, mode = int(settings[0]), (settings[1:] or ['half_up'])[0]
            if digits > MOST_DIGITS or mode not in MODES or len(settings) > 2:
                raise Wrong(f'formula: rounding of {name}')
            settings = digits, mode
        if name == 'if':
            self.need(kinds[0], 'truth')
            if kinds[1] != kinds[2]:
                raise Wrong('formula: branches of two kinds')
            return kinds[1], choice(*functions)
        if any(k != 'number' for k in kinds) or len(kinds) not in ARGUMENTS.get(name, ()):
            raise Wrong(f'formula: arguments of {name}')
        if name == 'observed':
            return 'truth', lambda values, card: type(functions[0](values, card)) is not str
        if name == 'coalesce':
            return 'number', first_observed(functions)
        function = FUNCTIONS[name]
        if rounding:
            return 'number', strict(lambda *numbers: function(*numbers, *settings), *functions)
        return 'number', strict(function, *functions)


def strict(function, *arguments):
    """The first argument that is no value is the result."""
    if len(arguments) == 2:
        one, two = arguments

        def call_two(values, card):
            left, right = one(values, card), two(values, card)
            if type(left) is str:
                return left
            return right if type(right) is str else function(left, right)
        return call_two

    def call(values, card):
        numbers = [argument(values, card) for argument in arguments]
        for number in numbers:
            if type(number) is str:
                return number
        return function(*numbers)
    return call


def choice(condition, yes, no):
    def call(values, card):
        truth = condition(values, card)
        return truth if type(truth) is str else (yes if truth else no)(values, card)
    return call


def first_observed(functions):
    def call(values, card):
        found = [function(values, card) for function in functions]
        return next((x for x in found if type(x) is not str), found[0])
    return call


def divide(x, y):
    return ZERO_RANGE if y == 0 else Fraction(x) / y


def rounded_to(x, digits, mode):
    return Fraction(rounded(x, digits, mode), POW10[digits])


def settled(number, digits, mode, negative=False):
    """A number known by its floors, rounded, if it is not too big."""
    if number.at(1)[0] >= POW10[38]:
        return TOO_BIG
    return Fraction(rounded_number(number, digits, mode, negative), POW10[digits])


def power(x, y, digits, mode):
    x, y = Fraction(x), Fraction(y)
    p, q = y.numerator, y.denominator
    too_big = abs(p) > MOST_EXPONENT or q > MOST_EXPONENT
    if x <= 0 and too_big:
        raise Unclear
    if x == 0:
        return Fraction(0) if y > 0 else BAD_DOMAIN
    if x < 0 and q != 1:
        return BAD_DOMAIN
    if too_big:
        return TOO_BIG
    n, d = (abs(x.numerator), x.denominator) if p >= 0 else (x.denominator, abs(x.numerator))
    p = abs(p)
    if p * max(n.bit_length(), d.bit_length()) > CLEAR_BITS:
        raise Unclear
    return settled(Root(n ** p, d ** p, q), digits, mode, x < 0 and p % 2 == 1)


def logarithm(x, digits, mode):
    if x <= 0:
        return BAD_DOMAIN
    if x == 1:
        return Fraction(0)
    x = Fraction(x)
    return settled(Ln(x.numerator, x.denominator), digits, mode, x < 1)


def exponential(x, digits, mode):
    if abs(x) > 200:
        return TOO_BIG
    if x == 0:
        return Fraction(1)
    x = Fraction(x)
    return settled(Exp(x.numerator, x.denominator), digits, mode)


COMPARISONS = {
    '>=': lambda x, y: x >= y, '>': lambda x, y: x > y, '<=': lambda x, y: x <= y,
    '<': lambda x, y: x < y, '=': lambda x, y: x == y, '<>': lambda x, y: x != y,
}
BINARY = {
    **COMPARISONS,
    '+': lambda x, y: x + y, '-': lambda x, y: x - y, '*': lambda x, y: x * y, '/': divide,
    'and': lambda x, y: x and y, 'or': lambda x, y: x or y,
}
FUNCTIONS = {
    'min': lambda *x: min(x), 'max': lambda *x: max(x), 'abs': abs,
    'clamp': lambda x, low, high: max(low, min(high, x)),
    'floor': lambda x: x.__floor__(), 'ceil': lambda x: x.__ceil__(),
    'round': rounded_to, 'power': power, 'ln': logarithm, 'exp': exponential,
    'sqrt': lambda x, digits, mode: power(x, Fraction(1, 2), digits, mode),
}
ROUNDING = {'round': 1, 'power': 2, 'sqrt': 1, 'ln': 1, 'exp': 1}   # how many numbers before it
ANY = range(1, 1000)
ARGUMENTS = {'min': ANY, 'max': ANY, 'coalesce': ANY, 'abs': (1,), 'clamp': (3,), 'floor': (1,),
             'ceil': (1,), 'round': (1,), 'power': (2,), 'ln': (1,), 'exp': (1,), 'sqrt': (1,),
             'observed': (1,)}
