"""Tells which methods of some packages Julia compiled in a run: own-methods.py FILE NAME...

FILE is what Julia wrote with --trace-compile. The program that ran may have put anything there: nothing but a plain
file is read, and no more of it than a person would want to see.
"""

import json
import os
import re
import stat
import sys

MOST_BYTES = 20_000_000
MOST_STATEMENTS = 200
LONGEST = 2_000


def read_plain(path):
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            return ""
        return file.read(MOST_BYTES).decode("utf-8", "replace")


def own_statements(path, names):
    """The lines that name one of the packages, each once."""
    own = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})\b")
    found = {}
    for line in read_plain(path).splitlines():
        if len(found) == MOST_STATEMENTS:
            break
        if len(line) <= LONGEST and own.search(line):
            found[line] = True
    return list(found)


def tell_own_methods(path, names):
    for line in own_statements(path, names):
        print("[julia-kaggle] " + json.dumps({"kind": "compiled-method", "statement": line}), flush=True)


if __name__ == "__main__" and len(sys.argv) > 2:
    tell_own_methods(sys.argv[1], sys.argv[2:])
