"""Cards, rows for cards, and groups of cards."""
from cards import (MODES, MOST, MOST_CODE, MOST_ITEM, STATUSES, card_text, entry_text, fits,
                   parse_card, trimmed)
from draw import ERROR_SHARE, border, longer, maybe_null, score, signed
from pgnum import NOT_NUMBERS, Num


class Cards(list):
    """Texts of cards, in a column of text: a list of them would need escapes."""
    def __str__(self):
        return ';'.join('NULL' if card is None else card for card in self)


def fitting(rng):
    """A number that a card can hold."""
    roll = rng.random()
    if roll < 0.6:
        n = score(rng)
    elif roll < 0.75:
        n = Num(rng.randint(-10 ** 6, 10 ** 9), rng.choice((0, 2, 2, 4)))
    elif roll < 0.8:
        n = Num(rng.choice((1, -1)) * rng.randrange(10 ** rng.randint(18, 38)), rng.randint(0, 38))
    elif roll < 0.82:
        n = Num(rng.choice((1, -1)) * (MOST - rng.randint(1, 3)), rng.choice((0, 1, 38)))
    elif roll < 0.9:
        n = border(rng)
    else:
        n = signed(rng)
    return trimmed(n) if fits(n) else Num(rng.randint(0, 100))


def some_items(rng, count):
    style = rng.random()
    if style < 0.4:
        first = rng.choice((0, 1, 100, MOST_ITEM - count))
        return list(range(first, first + count))
    most = rng.choice((count + 3, count * 3 + 5, 70_000, MOST_ITEM + 1))
    return sorted(rng.sample(range(most), count))


def some_entry(rng):
    roll = rng.random()
    if roll < 0.8:
        return fitting(rng)
    if roll < 0.95:
        return rng.choice(STATUSES)
    return 'error', rng.choice((0, 1, 7, rng.randint(0, MOST_CODE), MOST_CODE))


def card_size(rng):
    return rng.choice((0, 1, 1, 2, 3, 5, rng.randint(4, 12), rng.randint(10, 60)))


def some_card(rng):
    return {item: some_entry(rng) for item in some_items(rng, card_size(rng))}


def spelled(rng, card):
    """The card's text as somebody else may write it."""
    def space():
        return rng.choice(('', '', '', ' ', ' ', '  '))

    def number(entry):
        if isinstance(entry, Num) and rng.random() < 0.2:
            entry = longer(entry, rng.choice((1, 2, 50)))
        text = entry_text(entry)
        return '-' + text if text == '0' and rng.random() < 0.2 else text
    items = list(card)
    if rng.random() < 0.5:
        rng.shuffle(items)
    parts = [f'{space()}"{item}"{space()}:{space()}{number(card[item])}{space()}' for item in items]
    return space() + '{' + (','.join(parts) or space()) + '}' + space()


WRONG_ENTRIES = ('true', '.5', '5.', '+1', '1e2', '--1', '-', 'NaN', '[]', '{}', '"1"', '"ok"', '""',
                 '"Missing"', '"error"', '"error:"', '"error:-1"', f'"error:{MOST_CODE + 1}"',
                 '0.' + '0' * 38 + '1', str(MOST), str(-MOST), f'{MOST // 10 ** 20}.{"9" * 21}')
INFINITE = 2 ** 53            # of times: no end
WRONG_ITEMS = ('""', '"a"', '"-1"', '"1.0"', f'"{MOST_ITEM + 1}"', '1', '" 1"')


def scorecard_text(rng):
    card = some_card(rng)
    text = spelled(rng, card)
    if rng.random() < 2 * ERROR_SHARE:
        kind = rng.randrange(6)
        other = rng.choice([i for i in range(100) if i not in card])
        end = text.rindex('}')
        comma = ',' if card else ''
        if kind == 0:
            text = f'{text[:end]}{comma}"{other}": {rng.choice(WRONG_ENTRIES)}{text[end:]}'
        elif kind == 1:
            text = f'{text[:end]}{comma}{rng.choice(WRONG_ITEMS)}: 1{text[end:]}'
        elif kind == 2:
            item = rng.choice(list(card) or [other])
            text = f'{text[:end]}{comma}"{item}":1{"" if card else f",{chr(34)}{item}{chr(34)}: 1"}{text[end:]}'
        elif kind == 3:
            text = rng.choice((text[:end], text + '}', text + 'x', '[' + text + ']', text[:end] + ',}', ''))
        elif kind == 4:
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice('{}:",[]x') + text[at:]
        else:
            text = text.replace(':', '', 1).replace('{', '{"', 1)
    return (text,)


def scorecard_agg(rng):
    card = some_card(rng)
    items = list(card)
    rng.shuffle(items)
    values, statuses = [], []
    for item in items:
        entry = card[item]
        if isinstance(entry, Num):
            values.append(longer(entry, rng.choice((0, 0, 0, 2))))
            statuses.append(rng.choice((None, None, 'ok')))
        elif isinstance(entry, tuple):
            values.append(Num(entry[1] * 10, 1) if rng.random() < 0.2 else Num(entry[1]))
            statuses.append('error')
        else:
            values.append(None)
            statuses.append(None if entry == 'missing' and rng.random() < 0.7 else entry)
    if rng.random() < 0.4:              # for the form without a status
        values = [None if s in STATUSES else v for v, s in zip(values, statuses)]
        statuses = [None] * len(items)
    if items and rng.random() < ERROR_SHARE:
        kind, i = rng.randrange(8), rng.randrange(len(items))
        if kind == 0:
            items[i] = rng.choice((None, -1, -2 ** 31))
        elif kind == 1:
            values[i], statuses[i] = rng.choice(NOT_NUMBERS), rng.choice((None, 'ok', 'error'))
        elif kind == 2:
            values[i] = rng.choice((Num(MOST), Num(-MOST - 1), Num(1, 39), Num(10 ** 60 + 1, 30)))
            statuses[i] = rng.choice((None, 'ok'))
        elif kind == 3:
            statuses[i] = rng.choice(('', 'OK', 'late', 'errors'))
        elif kind == 4:
            values[i], statuses[i] = Num(1), rng.choice(STATUSES)
        elif kind == 5:
            values[i], statuses[i] = None, rng.choice(('ok', 'error'))
        elif kind == 6:
            values[i], statuses[i] = rng.choice((Num(15, 1), Num(-1), Num(MOST_CODE + 1))), 'error'
        else:
            items.append(items[i])
            values.append(rng.choice((values[i], Num(1))))
            statuses.append(None)
    return items, values, statuses


def scorecard_latest(rng):
    """The rows of several cards; times and numbers often the same."""
    rows = [row for _ in range(rng.randint(0, 3)) for row in zip(*scorecard_agg(rng))]
    rng.shuffle(rows)
    items, values, statuses = ([row[k] for row in rows] for k in range(3))
    if rng.random() < 0.2:              # few of them: some in dispute
        times = [rng.choice((0, INFINITE)) for _ in rows]
        numbers = [rng.randint(-1, 1) for _ in rows]
    else:
        times = [rng.choice((-INFINITE, -10 ** 9, 0, 1, INFINITE)) for _ in rows]
        numbers = rng.sample([-2 ** 63, 2 ** 63 - 1, *range(-len(rows), len(rows) + 1)], len(rows))
    if rows and rng.random() < ERROR_SHARE / 3:
        rng.choice((times, numbers))[rng.randrange(len(rows))] = None
    return items, values, statuses, times, numbers


def scorecard_merge(rng):
    a, b = some_card(rng), some_card(rng)
    for item in a:                      # some of b's items are a's
        if rng.random() < 0.3:
            b[item] = some_entry(rng)
    near = [*a, *b, 0]
    probe = rng.choice(near) + rng.choice((0, 0, 0, 1, -1))
    return spelled(rng, a), spelled(rng, b), max(-1, min(probe, MOST_ITEM))


def period_entry(rng, make):
    roll = rng.random()
    return make(rng) if roll < 0.75 else rng.choice(STATUSES) if roll < 0.98 else ('error', rng.randint(0, 9))


def some_cards(rng):
    """The cards of a subject: mostly of the same items."""
    make = rng.choice((score, score, score, lambda r: r.choice((1, -1, 1)) * r.randint(0, 9), fitting,
                       lambda r: Num(r.choice((1, -1)) * r.randrange(10 ** 36), r.choice((10, 20)))))

    def entry(r):
        made = make(r)
        return trimmed(made if isinstance(made, Num) else Num(made, r.choice((0, 1, 2))))
    count = rng.choice((0, 1, 2, 2, 3, 4, rng.randint(4, 13), rng.randint(10, 30)))
    items = some_items(rng, rng.randint(1, 6))
    cards = []
    for _ in range(count):
        card = {i: period_entry(rng, entry) for i in items if rng.random() < 0.85}
        if rng.random() < 0.1:
            card[rng.choice((0, 5, 100, MOST_ITEM))] = period_entry(rng, entry)
        cards.append(maybe_null(rng, card_text(card)))
    return Cards(cards)


def scorecard_sum(rng):
    return (some_cards(rng),)


def scorecard_mean(rng):
    cards = some_cards(rng)
    if rng.random() < 0.25:             # ties, at any decimal place
        place, odd = rng.randint(0, 20), rng.randint(-50, 50)
        cards = [f'{{"1": {Num(odd * 10 ** 3 + d, place)}, "2": {Num(odd * 2 + 1, place)}}}'
                 for d in (0, 0, rng.choice((0, 1500, 15, 5)), 0)][:rng.choice((1, 2, 4))]
        cards = Cards(card_text(parse_card(c)) for c in cards)
        digits = rng.choice((place, max(0, place - 1), max(0, place - 3)))
    else:
        digits = rng.choice((0, 0, 1, 2, 2, 2, 3, 6, 16, 30, 38))
    count = len(cards)
    all_digits, modes = [digits] * count, [rng.choice(MODES)] * count
    there = [i for i, c in enumerate(cards) if c is not None]
    if count and rng.random() < ERROR_SHARE:
        kind, i = rng.randrange(4), rng.randrange(count)
        if kind == 0:
            all_digits[i] = rng.choice((None, -1, 39, 2 ** 31 - 1))
        elif kind == 1:
            modes[i] = rng.choice((None, '', 'up', 'Floor', 'half_down'))
        elif len(there) > 1 and kind == 2:
            all_digits[rng.choice(there)] = (digits + 1) % 39
        elif len(there) > 1:
            i = rng.choice(there)
            modes[i] = rng.choice([m for m in MODES if m != modes[i]])
    return cards, all_digits, modes


def scorecard_last(rng):
    cards = some_cards(rng)
    if rng.random() < 0.3:              # a time given twice
        times = [rng.randint(0, 4) * 86_400 for _ in cards]
        if rng.random() < 0.5:
            cards = Cards(rng.choice(cards) for _ in cards)
    else:
        times = rng.sample(range(-10 ** 9, 2 * 10 ** 9), len(cards))
    if cards and rng.random() < ERROR_SHARE:
        times[rng.randrange(len(times))] = None
    return cards, times
