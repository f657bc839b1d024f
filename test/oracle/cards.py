"""Scorecards: item to number or status, from text and rows, merged, put together over periods.

A card is a dict; an entry is a Num without zeros at its end, the word of a status, or an error as
('error', code).
"""
import re
from fractions import Fraction

from pgnum import (INVALID_VALUE, NULL_NOT_ALLOWED, OUT_OF_RANGE, Num, Refused, Unclear, check,
                   check_finite, check_setting, show)

BAD_TEXT = '22P02'
TWICE = '21000'
TOO_MANY = '54000'
MOST_ITEMS = 10_000
MOST_CODE = MOST_ITEM = 2 ** 31 - 1
MOST_DECIMALS = 38
MOST = 2 ** 127                       # numbers are below it in size
STATUSES = ('missing', 'not_applicable', 'exempt')
MODES = ('half_up', 'half_even', 'floor', 'ceil')


def trimmed(n):
    unscaled, scale = n.unscaled, n.scale
    while scale and unscaled % 10 == 0:
        unscaled, scale = unscaled // 10, scale - 1
    return Num(unscaled, scale)


def fits(n):
    n = trimmed(n)
    return n.scale <= MOST_DECIMALS and abs(n.unscaled) < MOST


def entry_text(entry):
    if isinstance(entry, Num):
        return show(entry.unscaled, entry.scale)
    return f'"error:{entry[1]}"' if isinstance(entry, tuple) else f'"{entry}"'


def card_text(card):
    return '{' + ', '.join(f'"{item}": {entry_text(card[item])}' for item in sorted(card)) + '}'


# ---------------------------------------------------------------- text

TOKENS = re.compile(r'[ \t\r\n]*(?:(?P<mark>[{}:,])|"(?P<string>[^"]*)"|(?P<number>[^][{}:," \t\r\n]+)|(?P<other>.))', re.S)


def parse_entry(kind, word):
    if kind == 'number':
        if word == 'null':              # JSON's word for what was not observed
            return 'missing'
        check(re.fullmatch(r'-?\d+(\.\d+)?', word, re.A), word, BAD_TEXT)
        n = Num.parse(word)
        check(fits(n), word, BAD_TEXT)
        return trimmed(n)
    check(kind == 'string', word, BAD_TEXT)
    if word in STATUSES:
        return word
    code = re.fullmatch(r'error:(\d+)', word, re.A)
    check(code and int(code[1]) <= MOST_CODE, word, BAD_TEXT)
    return 'error', int(code[1])


def parse_card(text):
    text = text.rstrip(' \t\r\n')
    tokens = [(m.lastgroup, m[m.lastgroup]) for m in TOKENS.finditer(text)]
    check(''.join(m[0] for m in TOKENS.finditer(text)) == text, text, BAD_TEXT)
    check(len(tokens) >= 2 and tokens[0] == ('mark', '{') and tokens[-1] == ('mark', '}'), text,
          BAD_TEXT)
    inner = tokens[1:-1]
    check(not inner or len(inner) % 4 == 3, text, BAD_TEXT)
    card = {}
    for at in range(0, len(inner), 4):
        item, colon, entry, *comma = inner[at:at + 4]
        check(colon == ('mark', ':') and comma in ([], [('mark', ',')]), text, BAD_TEXT)
        check(item[0] == 'string' and re.fullmatch(r'\d+', item[1], re.A)
              and int(item[1]) <= MOST_ITEM, item, BAD_TEXT)
        check(int(item[1]) not in card, item, BAD_TEXT)
        card[int(item[1])] = parse_entry(*entry)
    check(len(card) <= MOST_ITEMS, text, BAD_TEXT)
    return card


def scorecard_text(text):
    return card_text(parse_card(text))


# ---------------------------------------------------------------- rows

def row_entry(item, value, status):
    check_setting(item)
    check(item >= 0)
    if status is None:
        status = 'missing' if value is None else 'ok'
    check(status in ('ok', 'error', *STATUSES), status)
    check_finite(value)
    check(value is None or fits(value), value, OUT_OF_RANGE)
    if status in STATUSES:
        check(value is None)
        return status
    check(value is not None)
    if status == 'ok':
        return trimmed(value)
    code = trimmed(value)
    check(code.scale == 0 and 0 <= code.unscaled <= MOST_CODE)
    return 'error', code.unscaled


def scorecard_agg(items, values, statuses):
    card = {}
    entries = [row_entry(*row) for row in zip(items, values, statuses)]
    check(len(entries) <= MOST_ITEMS, 'rows', TOO_MANY)
    for item, entry in zip(items, entries):
        check(item not in card, item, TWICE)
        card[item] = entry
    return card_text(card) if items else None


def scorecard_latest(items, values, statuses, times, numbers):
    entries = [row_entry(*row) for row in zip(items, values, statuses)]
    if any(x is None for x in [*times, *numbers]):
        raise Refused(NULL_NOT_ALLOWED)
    rows = list(zip(items, times, numbers, entries))
    result = {}
    for item in set(items):
        latest = max((t, n) for i, t, n, _ in rows if i == item)
        found = [entry for i, t, n, entry in rows if i == item and (t, n) == latest]
        check(len({entry_text(entry) for entry in found}) == 1, item, TWICE)
        result[item] = found[0]
    return card_text(result) if items else None


def merge(a, b, _probe=None):
    return card_text({**parse_card(a), **parse_card(b)})


def value_of(a, b, probe):
    entry = {**parse_card(a), **parse_card(b)}.get(probe)
    return str(entry) if isinstance(entry, Num) else None


def status_of(a, b, probe):
    entry = {**parse_card(a), **parse_card(b)}.get(probe)
    return 'ok' if isinstance(entry, Num) else entry[0] if isinstance(entry, tuple) else entry


# ---------------------------------------------------------------- periods

def whole(value, mode):
    """A fraction to a whole number, in the given mode."""
    low = value.numerator // value.denominator
    rest = value - low
    if mode == 'floor' or rest == 0:
        return low
    if mode == 'ceil':
        return low + 1
    if rest != Fraction(1, 2):
        return low + (rest > Fraction(1, 2))
    if mode == 'half_even':
        return low + low % 2
    return low + (value > 0)          # away from zero


def exact_sum(numbers):
    """Cards are added in any order and division. Clear is what fits in all of them, and what does
    not fit in any: one sign, and too much in the end."""
    scale = max(n.scale for n in numbers)
    total = trimmed(Num(sum(n.at(scale) for n in numbers), scale))
    if sum(abs(n.at(scale)) for n in numbers) < MOST:
        return total
    if fits(total) or len({n.unscaled < 0 for n in numbers}) > 1:
        raise Unclear
    raise Refused(OUT_OF_RANGE, 'sum')


def mean(numbers, digits, mode):
    total = exact_sum(numbers)
    n = Num(whole(total.value / len(numbers) * 10 ** digits, mode), digits)
    check(fits(n), 'mean', OUT_OF_RANGE)
    return trimmed(n)


def accumulate(cards, choose):
    cards = [parse_card(c) for c in cards if c is not None]
    if not cards:
        return None
    result = {}
    items = {item for card in cards for item in card}
    check(len(items) <= MOST_ITEMS, 'items', TOO_MANY)
    for item in items:
        entries = [card[item] for card in cards if item in card]
        errors = [e[1] for e in entries if isinstance(e, tuple)]
        numbers = [e for e in entries if isinstance(e, Num)]
        if errors:
            result[item] = ('error', min(errors))
            try:
                choose(numbers) if numbers else None
            except Refused:
                raise Unclear from None     # an error in a frame that the error entry is not in
        elif numbers:
            result[item] = choose(numbers)
        else:
            result[item] = next(s for s in STATUSES if s in entries)
    return card_text(result)


def scorecard_sum(cards):
    return accumulate(cards, exact_sum)


def scorecard_min(cards):
    return accumulate(cards, lambda numbers: min(numbers, key=lambda n: n.value))


def scorecard_max(cards):
    return accumulate(cards, lambda numbers: max(numbers, key=lambda n: n.value))


def rounding(cards, digits, modes):
    """Digits and mode of the cards; None without a card."""
    check_setting(*digits, *modes)
    check(all(0 <= d <= MOST_DECIMALS for d in digits))
    check(all(m in MODES for m in modes))
    counted = {(d, m) for c, d, m in zip(cards, digits, modes) if c is not None}
    check(len(counted) < 2, 'changes inside the group')
    return counted.pop() if counted else None


def scorecard_mean(cards, digits, modes):
    how = rounding(cards, digits, modes)
    return accumulate(cards, lambda numbers: mean(numbers, *how))


def scorecard_last(cards, times):
    if any(t is None for t in times):
        raise Refused(NULL_NOT_ALLOWED)
    rows = [(t, parse_card(c)) for c, t in zip(cards, times) if c is not None]
    if not rows:
        return None
    result = {}
    for item in {item for _, card in rows for item in card}:
        latest = max(t for t, card in rows if item in card)
        entries = {entry_text(card[item]) for t, card in rows if item in card and t == latest}
        check(len(entries) == 1, item, TWICE)
        result[item] = next(card[item] for t, card in rows if item in card and t == latest)
    return card_text(result)
