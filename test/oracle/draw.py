"""Random numbers with a taste for edges: ties, borders of machine words, long and tiny decimals,
zeros at the end."""
from pgnum import NOT_NUMBERS, ONE, Num, ZERO, num

ERROR_SHARE = 0.05
BORDERS = [2 ** 31, 2 ** 32, 2 ** 53, 92233720368, 10 ** 15, 10 ** 16, 10 ** 18, 2 ** 62, 2 ** 63,
           2 ** 64, 10 ** 19, 2 ** 126, 2 ** 127, 2 ** 128, 10 ** 38, 17 * 10 ** 37]


def digits(rng, count):
    return rng.randrange(10 ** count)


def score(rng, most=100):
    """What people enter: 0 to 100, a few decimals, now and then a zero at the end."""
    scale = rng.choice((0, 0, 1, 1, 2, 2, 3))
    n = Num(rng.randint(0, most * 10 ** scale), scale)
    return longer(n, rng.choice((1, 2))) if rng.random() < 0.2 else n


def longer(n, zeros):
    """The same value with more decimals shown."""
    return Num(n.unscaled * 10 ** zeros, n.scale + zeros)


def border(rng):
    """Next to where an int32, int64 or int128 overflows, at any decimal place."""
    return Num(rng.choice(BORDERS) + rng.randint(-2, 2), rng.choice((0, 0, rng.randint(1, 20))))


def number(rng):
    """Any number that is not negative."""
    roll = rng.random()
    if roll < 0.45:
        return score(rng)
    if roll < 0.55:
        return Num(rng.randint(0, 20))
    if roll < 0.65:
        return Num(digits(rng, 12), rng.randint(0, 8))
    if roll < 0.78:
        return Num(digits(rng, rng.randint(13, 60)), rng.randint(0, 40))
    if roll < 0.87:
        return border(rng)
    if roll < 0.92:
        return Num(rng.randint(1, 9999), rng.randint(10, 60))           # tiny
    if roll < 0.95:
        return Num(0, rng.randint(0, 6))
    if roll < 0.9993:
        return Num(10 ** rng.randint(0, 45) + rng.randint(-1, 1), rng.randint(0, 30))
    return Num(digits(rng, rng.randint(1000, 4000)), rng.randint(0, 1500))


def below_one(rng):
    scale = rng.choice((1, 2, 4, 20, 45))
    return Num(digits(rng, scale), scale)


def signed(rng):
    n = number(rng)
    return -n if rng.random() < 0.2 else n


def divisor(rng):
    """Above 0, and often one whose quotients do not end, or end late."""
    roll = rng.random()
    if roll < 0.3:
        return num(rng.choice(('1', '2', '3', '5', '6', '7', '9', '11', '12', '13', '15', '0.3',
                               '0.5', '0.7', '2.50', '0.03', '0.25', '1.0', '100', '0.01', '3.3')))
    if roll < 0.42:
        odd = rng.choice((1, 1, 1, 3, 7))
        return Num(odd * 2 ** rng.randint(0, 70), rng.choice((0, 0, 3, 9)))
    if roll < 0.5:
        return Num(5 ** rng.randint(0, 30) * rng.choice((1, 1, 9)), rng.randint(0, 5))
    if roll < 0.5005:
        return Num(2 ** rng.choice((16382, 16383, 16384)))  # the last that ends in 16383 decimals
    n = number(rng)
    return n if ZERO < n else ONE


def nudged(rng, n):
    """A last digit more or less, at the scale of n or beyond."""
    step = Num(rng.choice((-1, 1)), n.scale + rng.choice((0, 0, 1, 5, 20)))
    return n + step


def maybe_null(rng, n, share=0.04):
    return None if rng.random() < share else n


def spoilt(rng, values, nullable=()):
    """One value of the list made NULL or no number; a nullable one only the latter."""
    values = list(values)
    i = rng.randrange(len(values))
    values[i] = rng.choice(NOT_NUMBERS if i in nullable else (*NOT_NUMBERS, None))
    return values


def ascending(rng, count, make):
    points = sorted({make(rng).value: None for _ in range(count)})
    # through text, so that each keeps some scale of its own
    result = []
    for value in points:
        scale = 0
        while (10 ** scale) % value.denominator:
            scale += 1
        result.append(longer(Num(int(value * 10 ** scale), scale), rng.choice((0, 0, 1, 2))))
    return result
