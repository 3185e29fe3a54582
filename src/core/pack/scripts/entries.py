"""Tells what a depot holds: each thing that is packed or left out whole.

Arguments: the depot, the folder of this Julia's caches below it, then paths below the depot that are not packed.
"""

import hashlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

DEPOT, COMPILED, EXCLUDED = sys.argv[1], sys.argv[2], set(sys.argv[3:])
# How deep the things lie; what is not named here is one thing at the top.
DEPTH = {"packages": 2, "artifacts": 1, "scratchspaces": 2, "datadeps": 1, "compiled": 1}
# Packages and artifacts have their content's hash in their name: the size tells whether all of it is there.
NAMED_BY_CONTENT = ("packages", "artifacts")


def things(path="", depth=None):
    """Paths of the things below a folder of the depot."""
    for name in sorted(os.listdir(os.path.join(DEPOT, path))):
        below = f"{path}/{name}" if path else name
        further = DEPTH.get(name, 0) if depth is None else depth - 1
        if below == COMPILED:
            further = 2
        is_folder = os.path.isdir(os.path.join(DEPOT, below)) and not os.path.islink(os.path.join(DEPOT, below))
        if further > 0 and is_folder:
            yield from things(below, further)
        else:
            yield below


def files(path):
    """Every file and link of a thing, with what lstat says."""
    whole = os.path.join(DEPOT, path)
    if os.path.islink(whole) or not os.path.isdir(whole):
        yield path, os.lstat(whole)
        return
    for name in sorted(os.listdir(whole)):
        below = f"{path}/{name}"
        if below not in EXCLUDED:
            yield from files(below)


def content(path):
    whole = os.path.join(DEPOT, path)
    if os.path.islink(whole):
        return os.readlink(whole)
    digest = hashlib.sha256()
    with open(whole, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def identity(path, found, total):
    top = path.split("/")[0]
    if top in NAMED_BY_CONTENT:
        return str(total)
    by_content = top == "scratchspaces" or path.startswith(COMPILED + "/")
    facts = [(name, content(name) if by_content else [stat.st_size, int(stat.st_mtime)]) for name, stat in found]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


def describe(path):
    found = list(files(path))
    total = sum(stat.st_size for _, stat in found)
    return {"kind": "entry", "path": path, "identity": identity(path, found, total), "bytes": total}


with ThreadPoolExecutor(os.cpu_count()) as pool:
    for entry in pool.map(describe, things()):
        print("[julia-kaggle] " + json.dumps(entry))
