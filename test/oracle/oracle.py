#!/usr/bin/env python3
"""An exact reference of the engine's functions, and a maker of cases for it.

  oracle.py --selftest                 the formula sheet's vectors against this oracle
  oracle.py --out DIR [--cases N] [--seed S]
                                       one tab-separated file per family of functions
  oracle.py --out DIR --rubrics N [--seed S] [--part 0/2]
                                       files of rubrics and of N cases for them, and a line on
                                       each pair of files when it is complete
  oracle.py --rubric NUMBER [--seed S] one of those rubrics with its cases

The same seed gives the same cases. PERFEVAL_SEED is the seed where --seed is not given.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True       # tests leave nothing in the tree

import vectors  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--selftest', action='store_true')
    parser.add_argument('--out')
    parser.add_argument('--cases', type=int, default=100_000)
    parser.add_argument('--rubrics', type=int)
    parser.add_argument('--part', default='0/1')
    parser.add_argument('--rubric', type=int)
    parser.add_argument('--seed', default=os.environ.get('PERFEVAL_SEED') or '20250101')
    options = parser.parse_args()

    if options.selftest:
        report = vectors.run()
        for line in report.failed:
            print('not ok:', line)
        print(f'{report.ran} vectors, {len(report.failed)} failed')
        return 1 if report.failed else 0
    if options.rubric is not None:
        import cases_rubrics
        text, cases = cases_rubrics.cases(options.seed, options.rubric)
        print(text, *cases, sep='\n')
        return 0
    if not options.out:
        parser.error('--selftest, --rubric or --out')
    if options.rubrics:
        import cases_rubrics
        part, parts = map(int, options.part.split('/'))
        cases_rubrics.write(options.out, options.seed, options.rubrics, part, parts)
        return 0
    import generate
    print(f'seed {options.seed}')
    for family, count in generate.write(options.out, options.seed, options.cases):
        print(f'{family} {count}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
