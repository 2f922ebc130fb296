# SPDX-License-Identifier: Apache-2.0
"""Results in TAP (testanything.org, version 12): what the suites in Python have in common."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

_count = _failures = 0


def result(good, name, detail=""):
    """One test's result; the detail is shown when it failed."""
    global _count, _failures
    _count += 1
    _failures += not good
    print(f"{'ok' if good else 'not ok'} {_count} - {name}")
    if not good and detail:
        print("\n".join("# " + line for line in str(detail).splitlines()[:60]))
    sys.stdout.flush()
    return good


def check(name, seen, expected):
    """Is it what was expected; either is shown as far as a reader follows."""
    return result(seen == expected, name, f"seen {repr(seen)[:2000]}, expected {repr(expected)[:2000]}")


def skip(name, reason):
    global _count
    _count += 1
    print(f"ok {_count} - {name} # SKIP {reason}", flush=True)


def done():
    """The plan, last; ends the program."""
    print(f"1..{_count}", flush=True)
    sys.exit(1 if _failures else 0)
