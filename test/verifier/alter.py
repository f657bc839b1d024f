#!/usr/bin/env python3
"""Alters a bundle, again and again, and looks whether verify_bundle.py finds it.

    alter.py FILE SEED COUNT

One byte at a time: as it is; and with the last line's hash made again, as somebody would who knows the form.
Then one number of a result at a time, with every hash of the bundle made again: what can be worked out is found
all the same, the rest by the head that was kept. Prints what|found|of, and what was not found.
"""
import functools
import io
import json
import random
import sys

import verify_bundle as v

# What was worked out once from the same records is not worked out again: that is all that is left out.
v.rubrics.parse = functools.lru_cache(None)(v.rubrics.parse)
plainly = v.evaluate
known = {}


def evaluate(group, subject):
    key = (group.record['hash'], group.record['document'], *(value for name, value in subject.items() if name != 'told'))
    if key not in known:
        known[key] = plainly(group, subject)
    return known[key]


v.evaluate = evaluate


def wrong(data, heads=()):
    """What is wrong with a bundle, or None."""
    try:
        v.verify(io.BytesIO(data), heads, lambda said: None)
    except v.Wrong as found:
        return str(found)
    return None


def dump(record):
    return json.dumps(record, ensure_ascii=False, separators=(',', ':'))


def end_again(data):
    """The last line as the lines before it want it."""
    *lines, last = data.decode('utf-8', 'surrogateescape').split('\n')[:-1]
    chain = v.START.encode()
    for line in lines:
        chain = v.sha256(chain + b'|' + line.encode('utf-8', 'surrogateescape')).hexdigest().encode()
    lines.append(dump({'end': len(lines), 'hash': chain.decode()}))
    return ('\n'.join(lines) + '\n').encode('utf-8', 'surrogateescape')


def hashes_again(records):
    """All hashes as a forger would make them, who can do everything but change what others keep."""
    scheme, run = records[1:3]
    old = {final: v.run_fields(run, final) for final in (False, True)}
    chain, number, lines, notes = v.START, 0, {}, {}
    for record in records:
        kind = next(iter(record))
        line = {'run': lambda: v.head_line(scheme, run), 'tier': lambda: v.tier_line(record), 'group': lambda: v.group_line(record)}.get(kind)
        if line:
            number += 1
            record['hash'] = chain = v.step(chain, f'{number}|{line()}')
            run['head'] = chain
        elif kind == 'subject':
            record['hash'] = chain = v.step(chain, v.result_line(run, record))
        elif kind == 'adjustment':
            line = v.adjustment_line(record)
            record['hash'] = v.digest(line)
            lines.setdefault(record['identity'], []).append(line)
        elif kind == 'calibration':
            line = v.calibration_line(record)
            record['hash'] = v.digest(line)
            notes.setdefault(record['identity'], []).append(line)
    before, run['results'] = run['results'], chain
    for record in records:
        if 'final' in record and 'run' not in record:
            record['hash'] = chain = v.step(chain, v.final_line(run, record, lines.get(record['identity']), notes.get(record['identity'])))
    final_before = run['final']
    if final_before is not None:
        run['final'] = chain
    run['record'] = v.digest(v.run_fields(run, run['final'] is not None))
    chain = v.START
    for record in records:
        if 'link' in record:
            line = record['line'].replace('|' + old[True], '|' + v.run_fields(run, True)).replace('|' + old[False], '|' + v.run_fields(run, False))
            record['line'] = line.replace(f'|{before}|', f'|{run["results"]}|').replace(f'|{final_before}|', f'|{run["final"]}|')
            record['hash'] = chain = v.step(chain, record['line'])
    return end_again(''.join(dump(r) + '\n' for r in records).encode())


def other_number(number, pick):
    """The same with another digit somewhere."""
    at = pick.choice([i for i, c in enumerate(number) if c.isdigit()])
    return number[:at] + pick.choice([d for d in '123456789' if d != number[at]]) + number[at + 1:]


def main(path, seed, count):
    pick = random.Random(seed)
    with open(path, 'rb') as file:
        data = file.read()
    first = wrong(data)
    print(f'as it is|{int(first is None)}|1')
    if first:
        print(first)
        return
    last = data[:-1].rindex(b'\n') + 1
    found = found_again = 0
    for at in pick.sample(range(len(data)), count):
        altered = data[:at] + bytes([pick.choice([b for b in range(256) if b != data[at]])]) + data[at + 1:]
        told = wrong(end_again(altered) if at < last else altered)
        found_again += told is not None
        # What is found before the last line is found whatever that says.
        found += told is not None and '(end ' not in told or wrong(altered) is not None
        if told is None:
            print(f'missed: byte {at}: {data[max(0, at - 40):at + 40]!r}')
    print(f'single bytes|{found}|{count}')
    print(f'single bytes, the end made again|{found_again}|{count}')

    # all hashes made again: whole bundles are written, so fewer of them
    texts = data.decode().splitlines()
    where = [i for i, line in enumerate(texts) if line.startswith(('{"subject"', '{"final"', '{"adjustment"'))]
    chain = [json.loads(line)['hash'] for line in texts if line.startswith('{"link"')] or [json.loads(texts[2])['results']]
    tries = alone = kept = 0
    for _ in range(count // 10):
        records = [json.loads(line) for line in texts[:-1]]
        record = records[pick.choice(where)]
        key = pick.choice([k for k, value in record.items() if k in ('pending', 'rank', 'of', 'tier', 'quota') and value is not None
                           or k in ('score', 'basis', 'base', 'deductions', 'bonus', 'coefficient', 'coverage', 'points', 'adjusted') and value])
        record[key] = record[key] + pick.choice([1, 2]) if type(record[key]) is int else other_number(record[key], pick)
        forged = hashes_again(records)
        tries += 1
        told = wrong(forged)
        with_head = told or wrong(forged, chain[-1:])
        alone += told is not None or key == 'pending'
        kept += with_head is not None
        if with_head is None or told is None and key != 'pending':
            print(f'missed: {key} of {record}')
    print(f'numbers, all hashes made again|{alone}|{tries}')
    print(f'numbers, all hashes made again, and a head was kept|{kept}|{tries}')


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
