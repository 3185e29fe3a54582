"""Tells the text of each Artifacts.toml that has lazy artifacts.

Arguments: the depot, then the folders of packages below it; without any, all packages that are there.
"""

import glob
import json
import os
import sys

# Of one line: the reader takes a million characters, and JSON may need six for one.
LONGEST_PIECE = 100_000


def tell(kind, **facts):
    print("[julia-kaggle] " + json.dumps({"kind": kind, **facts}), flush=True)


os.chdir(sys.argv[1])
for folder in sys.argv[2:] or sorted(glob.glob("packages/*/*")):
    files = (os.path.join(folder, name) for name in ("JuliaArtifacts.toml", "Artifacts.toml"))
    # Julia never reads a second one.
    path = next(filter(os.path.isfile, files), None)
    if path is None:
        continue
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    for at in range(0, len(text) if "lazy" in text else 0, LONGEST_PIECE):
        tell("artifacts", file=path, text=text[at : at + LONGEST_PIECE])
