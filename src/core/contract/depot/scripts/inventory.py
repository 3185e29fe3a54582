"""Tells what a depot holds: each package, artifact and the like with its bytes, and of an artifact the name that an
Artifacts.toml gives it and whether it is lazy.

Argument: the depot.
"""

import json
import os
import re
import subprocess
import sys
from glob import glob

# Julia touches each cache that it loads, and nothing depends on these times: one time for all, so that what is packed
# is the same however often the program ran.
TOUCH = ["-exec", "touch", "--no-dereference", "--date=@978307200", "{}", "+"]
THINGS = ("packages/*/*/", "artifacts/*/", "scratchspaces/*/*/", "datadeps/*/")


def tell(kind, **facts):
    print("[julia-kaggle] " + json.dumps({"kind": kind, **facts}), flush=True)


def sizes(*arguments, paths):
    """Bytes and path of each, as du counts them."""
    names = b"".join(os.fsencode(path) + b"\0" for path in paths)
    command = ["du", "-sb", "--null", "--files0-from=-", *arguments]
    out = subprocess.run(command, input=names, stdout=subprocess.PIPE).stdout
    for line in out.split(b"\0")[:-1]:
        size, _, path = line.partition(b"\t")
        yield int(size), os.fsdecode(path)


def artifacts_files():
    yield from glob("packages/*/*/Artifacts.toml")
    yield from glob("packages/*/*/JuliaArtifacts.toml")
    for folder, _, names in os.walk("dev"):
        yield from (os.path.join(folder, name) for name in names if name.endswith("Artifacts.toml"))


def bindings(path):
    """Hash, name and whether it is lazy, of each artifact that a file binds."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.readlines()
    except OSError:
        return
    name, tree, lazy = "", "", False
    for line in [*lines, "[end]"]:
        # [name] or [[name]] begins an artifact; [[name.download]] belongs to it.
        if re.match(r"[ \t]*\[", line):
            header = re.sub(r'[]["\s]', "", line)
            if not header.endswith(".download"):
                if tree:
                    yield tree, name, lazy
                name, tree, lazy = header, "", False
        elif found := re.match(r'[ \t]*git-tree-sha1[ \t]*=[ \t]*"([^"]*)', line):
            tree = found[1]
        elif re.match(r"[ \t]*lazy[ \t]*=[ \t]*true", line):
            lazy = True


os.chdir(sys.argv[1])
for place in (["compiled"], ["dev", "-type", "d"]):
    if os.path.isdir(place[0]):
        subprocess.run(["find", *place, *TOUCH])

bound = {tree: (name, lazy) for path in artifacts_files() for tree, name, lazy in bindings(path)}
entries = [path.rstrip("/") for things in THINGS for path in sorted(glob(things))]
for size, path in sizes(paths=entries) if entries else ():
    name, lazy = bound.get(path[len("artifacts/") :] if path.startswith("artifacts/") else None, ("", False))
    tell("item", path=path, bytes=size, **({"label": name} if name else {}), **({"lazy": True} if lazy else {}))

total = next(sizes("--exclude=dev", paths=["."]))[0]
try:
    with open("logs/julia-kaggle-id", encoding="utf-8") as file:
        tell("depot", bytes=total, id=file.read().strip())
except FileNotFoundError:
    tell("depot", bytes=total)
