"""Rubrics, cards for each of them, and what to expect.

A rubric has a seed of its own, made of the run's and its number, so that one can be had again
alone, and any number of processes can share the work.
"""
import json
import os
import random
from fractions import Fraction

import rubric as rubrics
from draw import BORDERS
from formula import MODES
from irrational import POW10, Root
from pgnum import Num, Unclear, show

CARDS = 20                            # of each rubric
EXPLAINED = 10                        # one in so many cases has its lines compared
CHUNK = 20_000                        # cases of a file
MOST = 2 ** 127
STATUSES = ('missing', 'missing', 'missing', 'exempt', 'not_applicable', 'error:7', 'error:9004')
FLEETING = ('1', '2', '3', '6', '7', '9', '11', '0.3', '0.7', '1.5', '13', '0.01', '2.50')


LINEAR = ('weighted_mean',) * 5 + ('sum', 'sum', 'budget', 'deductions', 'bonus', 'clamp')
LINEAR_LEAVES = ('threshold', 'threshold', 'proportional', 'events', 'bands', 'interpolate', 'ordinal', 'met', 'given',
                 'given', 'improvement', 'timeliness', 'constant')


class Document:
    """A JSON text from dicts, lists, texts, whole numbers and Nums."""
    def __init__(self, value):
        self.text = self.write(value)

    def write(self, value):
        if isinstance(value, dict):
            return '{' + ', '.join(f'{json.dumps(k, ensure_ascii=False)}: {self.write(v)}'
                                   for k, v in value.items()) + '}'
        if isinstance(value, list):
            return '[' + ', '.join(map(self.write, value)) + ']'
        return str(value) if isinstance(value, Num) else json.dumps(value, ensure_ascii=False)


def fits(n):
    unscaled, scale = n.unscaled, n.scale
    while scale and unscaled % 10 == 0:
        unscaled, scale = unscaled // 10, scale - 1
    return scale <= 38 and abs(unscaled) < MOST


class Maker:
    """One random rubric; `items` says what its cards should hold."""

    def __init__(self, rng):
        self.rng = rng
        self.style = rng.choice(('plain',) * 5 + ('long', 'wide'))
        self.parameters = {}
        self.with_parameters = rng.random() < 0.3
        self.unbound = rng.choice((0, 0, 0.15)) if self.with_parameters else 0
        self.items = {}                 # item: (kind, values worth trying)
        self.next_item = rng.choice((1, 101, 5000, 2 ** 31 - 2000))
        self.done = []                  # nodes that may be referred to
        self.referring = rng.choice((0, 0, 0.08, 0.2))
        self.numbers = set()
        self.backwards = rng.random() < 0.3
        self.at = rng.choice((None, None, 'final', 'none', 'indicator', 'node'))
        self.left = rng.choice((3, 6, 10, 14, 20, 30))
        self.own = rng.choice((0, 0, 0.1, 0.3))
        # sums of leaves of one reading each, as most schemes are
        self.linear = rng.random() < 0.4
        if self.linear:
            self.style, self.referring, self.unbound = 'plain', 0, 0
            self.left, self.backwards = rng.choice((6, 14, 30, 60)), False

    # ------------------------------------------------ numbers

    def num(self, most=100):
        """Not negative, in the rubric's style."""
        rng, roll = self.rng, self.rng.random()
        if self.style == 'wide' and roll < 0.5 or roll < 0.01:
            unscaled = rng.choice((rng.choice(BORDERS) + rng.randint(-2, 2), rng.randrange(10 ** rng.randint(10, 38)),
                                   10 ** rng.choice((17, 18, 36, 37)) + rng.randint(0, 2)))
            n = Num(unscaled, rng.choice((0, 0, 2, rng.randint(0, 38))))
            return n if fits(n) else Num(rng.randint(1, 9), rng.randint(0, 38))
        if self.style == 'long' and roll < 0.5:
            scale = rng.randint(3, 18)
            return Num(rng.randint(0, most * 10 ** scale), scale)
        scale = rng.choice((0, 0, 0, 1, 1, 2))
        return Num(rng.randint(0, most * 10 ** scale), scale)

    def signed(self, most=100):
        n = self.num(most)
        return -n if self.rng.random() < 0.15 else n

    def positive(self, most=100):
        n = self.num(most)
        return n if n.unscaled else Num(1)

    def weight(self):
        rng, roll = self.rng, self.rng.random()
        if roll < 0.05:
            return Num(0)
        if roll < 0.4:
            return Num.parse(rng.choice(FLEETING))
        return self.positive(60)

    def pair(self, make=None):
        """Two different numbers, ascending."""
        make = make or self.signed
        while True:
            a, b = make(), make()
            if a < b:
                return a, b

    def ascending(self, count):
        found = []
        while len(found) < count:
            n = self.signed()
            if not any(n == other for other in found):
                found.append(n)
        return sorted(found)

    # ------------------------------------------------ operands

    def item(self, kind, *near):
        if self.items and self.rng.random() < 0.05:
            item = self.rng.choice(list(self.items))
            self.items[item][1].extend(near)
            return item
        item = self.next_item
        self.next_item += 1 if self.linear and self.rng.random() < 0.98 else self.rng.choice((1, 1, 1, 7))
        self.items[item] = kind, list(near)
        return item

    def reference(self):
        node = self.rng.choice(self.done)
        if 'node' not in node:
            while True:
                number = self.rng.choice((self.rng.randint(1, 40), self.rng.randint(1, 9_999_999)))
                if number not in self.numbers:
                    break
            self.numbers.add(number)
            node['node'] = number
        return {'node': node['node']}

    def setting(self, n):
        """A number, or a parameter that is bound to it, or not bound."""
        if not self.with_parameters or self.rng.random() < 0.6:
            return n
        name = f'p{len(self.parameters)}' if self.rng.random() < 0.8 else f'参数 {len(self.parameters)}'
        self.parameters[name] = None if self.rng.random() < self.unbound else n
        return {'parameter': name}

    def operand(self, n, share=0.15):
        roll = self.rng.random() + self.linear
        if roll < share:
            return {'item': self.item('level', n)}
        if roll < share + self.referring and self.done:
            return self.reference()
        return self.setting(n)

    def value(self, kind, *near):
        """The reading of a leaf, under its key."""
        if self.rng.random() < self.referring and self.done:
            return {'value': self.reference()}
        item = self.item(kind, *near)
        return self.rng.choice(({'item': item}, {'item': item}, {'value': {'item': item}}))

    def maybe(self, share, **settings):
        """Settings that may be left out, one by one."""
        return {k: v for k, v in settings.items() if self.rng.random() < share}

    def choice(self, key, share=0.5):
        words = rubrics.CHOICES[key]
        if self.rng.random() >= share:
            return {}
        word = self.rng.choice(list(words))
        return {key: words[word] if words[word] and self.rng.random() < 0.2 else word}

    def full_and_least(self):
        """full_points, and min_points if stated."""
        rng = self.rng
        if rng.random() < 0.5:
            return {'full_points': self.setting(self.num())}
        if rng.random() < 0.4:
            return {'full_points': self.setting(self.signed()), 'min_points': None}
        low, high = self.pair()
        return {'full_points': self.setting(high), 'min_points': self.setting(low)}

    def penalty_and_step(self):
        return {'penalty': self.setting(self.num(10)), **self.maybe(0.6, step=self.setting(Num.parse(
            self.rng.choice(FLEETING)) if self.rng.random() < 0.7 else self.positive(5)))}

    def bounds(self, near=None):
        rng = self.rng
        low, high = self.pair()
        if near is not None:
            near += [low, high]
        words = {'low': ('ge', 'gt', '以上', '超过', '以外'),
                 'high': ('le', 'lt', '以下', '以内', '不满', '不足')}
        which = rng.choice((('low',), ('high',), ('low', 'high')))
        found = [(rng.choice(words[side]), low if side == 'low' else high) for side in which]
        return dict(found)

    # ------------------------------------------------ leaves

    def threshold(self):
        target = self.signed()
        return {**self.value('level', target), 'target': self.operand(target), **self.full_and_least(),
                **self.penalty_and_step(), **self.choice('mode', 0.7), **self.choice('better')}

    def proportional(self):
        rng, target = self.rng, self.num() if self.rng.random() < 0.9 else Num(0)
        doc = {**self.value('level', target, Num(0)), 'target': self.operand(target),
               'full_points': self.setting(self.signed())}
        if rng.random() < 0.3:
            low, high = self.pair(lambda: self.signed(2))
            doc |= {'low': self.setting(low), 'high': self.setting(high)}
        elif rng.random() < 0.5:
            doc['high'] = self.setting(Num.parse(rng.choice(('1.15', '1.2', '1', '3', '0'))))
        if rng.random() < 0.3:
            start = self.signed()
            doc['start'] = self.operand(start if not start == target else start + Num(1))
        return doc | self.choice('zero_target')

    def ceiling(self):
        limit = self.num(5)
        items = sorted({self.item('level', limit, limit + Num(1)) for _ in range(self.rng.choice((1, 2, 4, 12)))})
        return {**({'items': items} if len(items) > 1 or self.rng.random() < 0.5 else {'item': items[0]}),
                'limit': self.setting(limit), **self.full_and_least(), **self.penalty_and_step(),
                **self.choice('per', 1), **self.choice('mode', 0.7)}

    def events(self):
        doc = {**self.value('count'), **self.full_and_least(), 'penalty': self.setting(self.num(10))}
        if self.rng.random() < 0.4:
            doc['pending'] = ({'item': self.item('count')} if self.rng.random() < 0.8
                              else self.setting(Num(self.rng.randint(0, 3))))
        return doc | self.choice('count_pending')

    def awards(self):
        items = sorted({self.item('award') for _ in range(self.rng.choice((1, 2, 3, 6)))})
        return {'items': items, **self.maybe(0.5, points=self.setting(self.num(5)),
                                             cap_award=self.setting(self.num(10)), cap_kind=self.setting(self.num(20)))}

    def bands(self):
        rng, count = self.rng, self.rng.randint(1, 5)
        if rng.random() < 0.6:
            cuts = self.ascending(count)
            return {**self.value('level', *cuts), 'cuts': cuts, 'points': [self.signed() for _ in range(count + 1)]}
        near = []
        ranges = [{**self.bounds(near), 'points': self.signed()} for _ in range(count)]
        if rng.random() < 0.5:
            ranges.append({'points': self.signed()})
        return {**self.value('level', *near), 'ranges': ranges}

    def interpolate(self):
        xs = self.ascending(self.rng.randint(1, 5))
        return {**self.value('level', *xs), 'xs': xs, 'ys': [self.signed() for _ in xs]}

    def ordinal(self):
        words = self.rng.sample(('很满意', '满意', '一般', '不满意', '很不满意', 'good', 'poor'),
                                self.rng.randint(1, 5))
        return {**self.value('word'), 'words': [{'word': w, 'points': self.signed()} for w in words]}

    def met(self):
        near = []
        bounds = self.bounds(near)
        return {**self.value('level', *near), **bounds, 'points': self.setting(self.signed()),
                **self.maybe(0.5, otherwise=self.setting(self.signed()))}

    def given(self):
        doc = self.value('level')
        if self.rng.random() < 0.3:
            low, high = self.pair()
            doc = {**self.value('level', low, high), **self.maybe(0.6, min=self.setting(low), max=self.setting(high))}
        return doc

    def constant(self):
        return {'points': self.setting(self.signed())}

    def achievement(self):
        low, high = self.pair()
        better = self.choice('better')
        turned = better.get('better') in ('lower', '越低越好')
        near = low, high, low + Num(1, max(low.scale, high.scale))
        middle = Fraction(low.value + high.value) / 2
        scale = max(low.scale, high.scale) + 1
        near += (Num(int(middle * 10 ** scale), scale),)
        doc = {**self.value('level', *near), 'threshold': self.setting(high if turned else low),
               'benchmark': self.setting(low if turned else high), **better,
               **self.maybe(0.5, full_points=self.setting(
                   Num(self.rng.choice((1, 2, 5, 10, 20, 100))) if self.rng.random() < 0.9
                   else Num(self.rng.randint(10, 999), 1)))}
        if self.rng.random() < 0.6:
            doc['base'] = self.operand(self.rng.choice((low, self.signed())), 0.6)
        return doc

    def improvement(self):
        base = self.signed() if self.rng.random() < 0.95 else Num(0)
        doc = {**self.value('level', base), 'base': self.operand(base, 0.5), 'rate': self.setting(self.num(10)),
               **self.choice('change'), **self.choice('better')}
        low, high = self.pair()
        if self.rng.random() < 0.4:
            return doc | {'min_points': self.setting(low), 'max_points': self.setting(high)}
        if self.rng.random() < 0.5:
            doc['min_points'] = None
        return doc | self.maybe(0.5, max_points=self.setting(self.num()))

    def timeliness(self):
        due = self.num(30)
        return {**self.value('level', due, due + Num(1)),
                **self.maybe(0.6, due=self.operand(due), grace=self.setting(self.num(5))),
                **self.full_and_least(), **self.penalty_and_step(), **self.choice('mode')}

    def normalise(self):
        rng, method = self.rng, self.rng.choice(('minmax', 'zscore', 'distance', 'percent_of_max'))
        a, b = self.signed(), self.signed()
        doc = {**self.value('level', a, b), 'method': method, **self.choice('clamp')}
        if method == 'zscore':
            doc |= {'mean': self.setting(a), 'deviation': self.setting(self.num(20) if rng.random() < 0.9 else Num(0))}
        elif method == 'percent_of_max':
            doc['high'] = self.setting(b if rng.random() < 0.9 else Num(0))
        else:
            doc |= {'low': self.setting(a), 'high': self.setting(b if rng.random() < 0.9 else a)}
        return doc | self.maybe(0.3, full_points=self.setting(self.positive()), neutral=self.setting(self.signed()))

    # ------------------------------------------------ formulas

    def on_the_edge(self):
        """A function of one item that is a tie, or all but one, for some cards."""
        rng, digits = self.rng, self.rng.choice((0, 1, 2, 4))
        function = rng.choice(('power', 'sqrt', 'ln', 'exp'))
        how = f"{digits}{rng.choice(('', ', half_up', ', half_even', ', floor', ', ceil'))}"
        tiny = [Num(sign, scale) for sign in (1, -1) for scale in (15, 20, 30)]
        if function == 'ln':
            item = self.item('level', Num(1), *(Num(1) + t for t in tiny))
            return f"ln(item({item}), {how})"
        if function == 'exp':
            item = self.item('level', Num(0), *tiny, Num(200), Num(-200), Num(200001, 3), Num(874982, 4))
            return f"exp(item({item}), {how})"
        degree = 2 if function == 'sqrt' else rng.choice((2, 3, 4, 5))
        root = Num(rng.randint(1, 40) * 5 if rng.random() < 0.8 else rng.randint(1, 400), digits + 1)
        power = root
        for _ in range(degree - 1):
            power = power * root
        item = self.item('level', *(n for n in (power, *(power + t for t in tiny)) if fits(n)))
        return f"sqrt(item({item}), {how})" if function == 'sqrt' else f"power(item({item}), 1/{degree}, {how})"

    def tied_mean(self):
        """A geometric mean of two that is a tie for some cards."""
        rng, digits = self.rng, self.digits()
        half, others = Num(rng.randint(1, 2000) * 10 + 5, digits + 1), []
        for by in (Num(2), Num(5, 1)):
            n = half * by
            others.append({'rule': 'given', 'item': self.item('level', *filter(fits, (n, n + Num(1, 30))))})
        return {'rule': 'geometric_mean', 'round': {'digits': digits, 'mode': rng.choice(MODES)}, 'children': others}

    def formula(self, children=()):
        if not children and self.rng.random() < 0.12:
            return {'expression': self.on_the_edge()}
        while True:
            text = self.expression(self.rng.choice((1, 2, 2, 3)), children)
            if len(text) < 600:
                return {'expression': text}

    def term(self, children):
        rng, roll = self.rng, self.rng.random()
        if children and roll < 0.5:
            self.done.append(rng.choice(children))
            text = f"node({self.reference()['node']})"
            self.done.pop() if self.done[-1] in children else None
            return text
        if roll < 0.65:
            return f"item({self.item('level')})"
        if roll < 0.72 and self.with_parameters:
            name = self.setting(self.num())
            if isinstance(name, dict):
                name = name['parameter']
                return f"parameter({name})" if name.isidentifier() and name.isascii() else f"parameter('{name}')"
        if roll < 0.75 + self.referring and self.done:
            return f"node({self.reference()['node']})"
        return str(self.num())

    def truth(self, depth, children):
        rng, roll = self.rng, self.rng.random()
        if depth > 0 and roll < 0.15:
            return f"{self.truth(depth - 1, children)} {rng.choice(('and', 'or'))} {self.truth(depth - 1, children)}"
        if roll < 0.25:
            return f"not {self.truth(depth - 1, children)}"
        if roll < 0.4:
            return f"observed({self.expression(min(depth, 1) - 1, children)})"
        if depth > 0 and roll < 0.5:
            return f"({self.truth(depth - 1, children)})"
        mark = rng.choice(('>=', '>', '<=', '<', '=', '<>'))
        return f"{self.expression(depth - 1, children)} {mark} {self.expression(depth - 1, children)}"

    def how(self):
        """The digits and mode of a function that rounds."""
        rng = self.rng
        mode = rng.choice(('', ', half_up', ', half_even', ', floor', ', ceil'))
        return f"{rng.choice((0, 1, 2, 2, 4, 10, 16, 30))}{mode}"

    def expression(self, depth, children=()):
        rng = self.rng
        if depth <= 0:
            return self.term(children)

        def sub():
            return self.expression(depth - 1, children)
        roll = rng.random()
        if roll < 0.35:
            return f"{sub()} {rng.choice('+-*/')} {sub()}"
        if roll < 0.45:
            return f"({sub()} {rng.choice('+-')} {sub()}) {rng.choice('*/')} {sub()}"
        if roll < 0.5:
            return f"-{sub()}" if rng.random() < 0.5 else f"abs({sub()})"
        if roll < 0.58:
            return f"{rng.choice(('min', 'max'))}({', '.join(sub() for _ in range(rng.randint(1, 3)))})"
        if roll < 0.62:
            return f"clamp({sub()}, {sub()}, {sub()})"
        if roll < 0.72:
            return f"round({sub()}, {self.how()})"
        if roll < 0.75:
            return f"{rng.choice(('floor', 'ceil'))}({sub()})"
        if roll < 0.79:
            y = rng.choice(('2', '0.5', '1/3', '-1', '1.5', '-2/3', '0.25', '3', '0', '7/5', '-0.1', '1/12',
                            self.term(children)))
            return f"power({sub()}, {y}, {self.how()})"
        if roll < 0.82:
            return f"sqrt({sub()}, {self.how()})"
        if roll < 0.84:
            return f"ln({sub()}, {self.how()})"
        if roll < 0.86:
            return f"exp({sub()} / {rng.choice((1, 7, 10, 100))}, {self.how()})"
        if roll < 0.94:
            return f"if({self.truth(depth - 1, children)}, {sub()}, {sub()})"
        return f"coalesce({', '.join(sub() for _ in range(rng.randint(1, 3)))})"

    # ------------------------------------------------ inner nodes

    def missing(self, rule):
        rng = self.rng
        if rng.random() < 0.4:
            return {}
        kinds = ['renormalize', 'zero', 'strict', f'impute:{self.signed()}']
        if rule not in rubrics.LISTS:
            kinds += [f"renormalize:{rng.choice(('0', '0.5', '0.6', '0.75', '0.8', '1', '0.3333'))}"] * 2
        return {'missing': rng.choice(kinds)}

    def many(self, rule, children):
        rng = self.rng
        doc = self.missing(rule)
        if rule in rubrics.MEANS or rule == 'budget':
            doc |= self.maybe(0.1, total=Num(100))
        if rule == 'budget':
            doc |= self.choice('unused', 0.7) | self.maybe(0.5, full_points=self.setting(self.positive()))
        if rule in rubrics.LISTS:
            doc |= self.maybe(0.5, cap_total=self.setting(self.num(30)))
        for child in children:
            if rule in rubrics.LISTS and rng.random() < 0.4:
                child['cap'] = self.setting(self.num(10))
            if rule == 'geometric_mean':
                if rng.random() < 0.6:
                    child['weight'] = Num(rng.choice((1, 2, 3, 5, 10, 20, 25)), rng.choice((0, 0, 1)))
            elif rule in rubrics.MEANS or rule == 'budget':
                if rng.random() < 0.8:
                    child['weight'] = self.setting(self.weight())
            elif rng.random() < 0.05:
                child['weight'] = self.weight()
        if rule == 'geometric_mean' and rng.random() < 0.05:
            for child in children:          # four decimals: roots of up to 10,000
                child['weight'] = Num(rng.randint(1, 9999 // len(children)), 4)
        return doc

    def one(self, rule):
        rng = self.rng
        low, high = self.pair(lambda: self.num(2)) if rule == 'coefficient' else self.pair()
        if rule == 'clamp':
            low, high = self.setting(low), self.setting(high)
            return rng.choice(({'low': low}, {'high': high}, {'low': low, 'high': high}, {'low': None, 'high': high}))
        c = rng.choice((low, high, self.num(2)))
        doc = {'coefficient': self.operand(c, 0.6)}
        if rng.random() < 0.5:
            doc |= {'low': self.setting(low), 'high': self.setting(high)}
            doc |= self.maybe(0.4, otherwise=self.setting(rng.choice((low, high))))
        else:
            doc |= self.maybe(0.4, otherwise=self.setting(self.num(2)))
        return doc | self.maybe(0.5, max_points=rng.choice((None, self.setting(self.signed()))))

    def tree(self, depth, is_root=False):
        """A node of the tree; `depth` levels may be below it."""
        rng = self.rng
        self.left -= 1
        if not is_root and rng.random() < 0.01:
            return self.tied_mean()
        if depth > 0 and (is_root or rng.random() < 0.6 and self.left > 0):
            rule = rng.choice(LINEAR if self.linear and rng.random() < 0.99 else
                              (*rubrics.MANY, *rubrics.ONE, 'weighted_mean', 'weighted_mean', 'sum', 'formula'))
            count = 1 if rule in rubrics.ONE else rng.choice((1, 2, 3, 3, 4, 5, 8))
            count = max(1, min(count, self.left + 1))
            children = [self.tree(depth - 1) for _ in range(count)]
            settings = (self.formula(children) if rule == 'formula' else self.one(rule) if rule in rubrics.ONE
                        else self.many(rule, children))
            if self.backwards:
                children.reverse()
        else:
            rule, children = rng.choice(LINEAR_LEAVES if self.linear and rng.random() < 0.99 else rubrics.LEAVES), []
            settings = getattr(self, rule)()
        node = {'rule': rule}
        if rng.random() < 0.1 and not is_root:
            self.done.append(node)
            self.reference()
            self.done.pop()
        if rng.random() < 0.1:
            node['label'] = rng.choice(('工作业绩', 'a "quoted" label', 'tab\tand \\', '满意度（%）'))
        if rng.random() < self.own or rule == 'geometric_mean' and self.at != 'node' and not (
                is_root and self.at in (None, 'final')):
            node['round'] = {'digits': self.digits()} | ({'mode': rng.choice(MODES)} if rng.random() < 0.7 else {})
        node |= settings
        if children:
            node['children'] = children
        if not is_root:
            self.done.append(node)
        return node

    def digits(self):
        return self.rng.choice((0, 1, 2, 2, 3, 4, 6, 16, 30))

    def limit(self, root):
        rng = self.rng
        near = []
        bounds = self.bounds(near)
        roll = rng.random()
        if roll < 0.6 or not self.done:
            value = {'item': self.item('level', *near)}
        elif roll < 0.8:
            value = {'value': self.reference()}
        else:
            value = {'value': {'node': 0}}
        effect = rng.choice(('cap_tier', 'cap_tier', 'ineligible', 'zero_score'))
        doc = {'rule': 'limit', **value, **bounds, 'effect': effect}
        if effect == 'cap_tier':
            doc['tier'] = Num(rng.randint(1, 5))
        if effect == 'ineligible' and rng.random() < 0.5:
            doc['for'] = '优秀'
        return doc

    def document(self):
        rng = self.rng
        doc = {'rubric': 1}
        if rng.random() < 0.2:
            doc['label'] = '某某考核细则'
        rounding = self.maybe(0.6, digits=self.digits(), mode=rng.choice(MODES),
                              rank_basis=rng.choice(('unrounded', 'unrounded', 'rounded')))
        if self.at:
            rounding = {'at': self.at} | rounding
        root = self.tree(rng.choice((0, 1, 1, 2, 2, 3, 3, 4, 4)), True)
        limits = [self.limit(root) for _ in range(rng.choice((0, 0, 0, 1, 2)))]
        if rounding:
            doc['rounding'] = rounding
        if self.parameters:
            doc['parameters'] = self.parameters
        doc['root'] = root
        if limits:
            doc['limits'] = limits
        return doc


# ---------------------------------------------------------------- cards

class Cards:
    """Cards for a rubric: values that its rules look at, and ties of its roundings."""

    def __init__(self, rng, maker, rubric):
        self.rng, self.maker, self.rubric = rng, maker, rubric
        self.items = sorted(maker.items.items())
        self.gone = rng.choice((0.01, 0.05, 0.1, 0.35))
        self.roundings = [(i, node.rounding) for i, node in enumerate(rubric.nodes) if node.rounding]
        if not self.roundings:
            self.roundings = [(0, (rubric.digits, rubric.mode))]

    def entry(self, kind, near):
        rng, roll = self.rng, self.rng.random()
        if roll < self.gone:
            return rng.choice(STATUSES)
        if near and rng.random() < 0.4:
            n = rng.choice(near)
            if rng.random() < 0.3:
                n = n + Num(rng.choice((-1, 1)), min(38, n.scale + rng.choice((0, 0, 1, 10))))
            return n if fits(n) else Num(1)
        if kind == 'count':
            return Num(rng.randint(0, 6)) if rng.random() < 0.96 else rng.choice((Num(-1), Num(15, 1), Num(10 ** 18)))
        if kind == 'word':
            return Num(rng.randint(1, 5)) if rng.random() < 0.95 else rng.choice((Num(0), Num(6), Num(15, 1)))
        n = self.maker.num(20 if kind == 'award' else 100)
        return -n if rng.random() < (0.02 if kind == 'award' else 0.06) else n

    def card(self):
        card = {}
        for item, (kind, near) in self.items:
            entry = self.entry(kind, near)
            if type(entry) is str or self.rng.random() > 0.005:
                card[item] = entry
        return card

    def tied(self, values, result):
        """The card's values with one of them moved so that something is rounded at, or next to, a tie."""
        rng = self.rng
        items = [item for item, x in values.items() if type(x) is not str]
        if not items:
            return None
        item, (node, (digits, _)) = rng.choice(items), rng.choice(self.roundings)
        here = result.exact[node]
        moved = dict(values)
        moved[item] = values[item] + 1
        there = self.rubric.evaluate(moved).exact[node]
        if isinstance(here, (str, Root)) or isinstance(there, (str, Root)) or here == there:
            return None
        unit = Fraction(1, POW10[digits])
        goal = (2 * int(here / unit) + rng.choice((1, 1, 1, 1, 0, -1))) * unit / 2
        if rng.random() < 0.6:
            goal += Fraction(rng.choice((-1, 1)), POW10[rng.choice((digits + 1, 15, 15, 20, 30))])
        x = values[item] + Fraction(goal - here) / (there - here)
        scale = rng.choice((20, 25, 38))
        unscaled = x * POW10[scale]
        unscaled = unscaled.numerator // unscaled.denominator + rng.choice((0, 0, 1))
        while scale and unscaled % 10 == 0:
            unscaled, scale = unscaled // 10, scale - 1
        if abs(unscaled) >= MOST:
            return None
        return item, Num(unscaled, scale)

    def case(self):
        """A card, its values, and the result."""
        card = self.card()
        values = {item: x if type(x) is str else x.value for item, x in card.items()}
        result = self.rubric.evaluate(values)
        if self.rng.random() < 0.15:
            found = self.tied(values, result)
            if found:
                item, n = found
                card[item], values[item] = n, n.value
                result = self.rubric.evaluate(values)
        return card, result


def card_text(card):
    return '{' + ', '.join(f'"{item}": "{x}"' if type(x) is str else f'"{item}": {show(x.unscaled, x.scale)}'
                           for item, x in card.items()) + '}'


def cases(seed, number):
    """The text of a rubric, and (card, results, score, rank basis, lines or None) for its cards."""
    rng = random.Random(f'{seed} rubric {number}')
    maker = Maker(rng)
    text = Document(maker.document()).text
    rubric = rubrics.parse(text)
    cards = Cards(rng, maker, rubric)
    found, tries = [], 0
    while len(found) < CARDS and tries < 2 * CARDS:
        tries += 1
        try:
            card, result = cards.case()
            lines = None
            if rng.randrange(EXPLAINED) == 0:
                lines = ' '.join(f'{node}{kind[0]}={points}' for node, kind, points in result.explain())
        except Unclear:
            continue
        found.append((card_text(card), result.text(), result.score(), result.rank_basis(), lines))
    return text, found


# ---------------------------------------------------------------- files

def escaped(text):
    return '\\N' if text is None else text.replace('\\', '\\\\')


def write(folder, seed, count, part=0, parts=1):
    """Writes this part's cases, and says what file is complete: "chunk NAME CASES"."""
    os.makedirs(folder, exist_ok=True)
    rubric_count = -(-count // CARDS)
    out = None
    for number in range(part, rubric_count, parts):
        if out is None:
            name, written = f'rubrics_{part}_{number}', 0
            out = [open(os.path.join(folder, f'{name}.{kind}'), 'w', encoding='utf-8') for kind in ('rubrics', 'cases')]
        text, found = cases(seed, number)
        out[0].write(f'{number}\t{escaped(text)}\n')
        for at, case in enumerate(found):
            out[1].write('\t'.join((str(number * CARDS + at), str(number), *map(escaped, case))) + '\n')
        written += len(found)
        if written >= CHUNK or number + parts >= rubric_count:
            for file in out:
                file.close()
            print(f'chunk {name} {written}', flush=True)
            out = None
