"""A competition that calls is entered, as the saved run does it and as the scored one, with a package of our own."""
import json
import os
import subprocess
import sys
import tempfile

import polars

from checks import BRIDGE, HERE, JULIA, check

FOLDER = os.path.join(HERE, "competition")


def run(predict="predict", rerun=False, hooks=(), stateful=True):
    """Exit code, output, the submission and the file of errors."""
    hooks = {name: f"Tides.{name}" for name in hooks}
    settings = {"folder": FOLDER, "endpoints": {"predict": f"Tides.{predict}"}, "hooks": hooks, "stateful": stateful}
    command = [JULIA, "--startup-file=no", os.path.join(BRIDGE, "bridge.jl")]
    environment = {**os.environ, "JULIA_LOAD_PATH": f"{HERE}:@stdlib", "PYTHONPATH": os.path.dirname(BRIDGE)}
    if rerun:
        environment["KAGGLE_IS_COMPETITION_RERUN"] = "1"
    with tempfile.TemporaryDirectory() as working:
        done = subprocess.run(
            [sys.executable, os.path.join(BRIDGE, "..", "scripts", "enter.py"), json.dumps(settings), *command],
            cwd=working,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        parquet, errors = (os.path.join(working, name) for name in ("submission.parquet", "julia-error.txt"))
        frame = polars.read_parquet(parquet) if os.path.isfile(parquet) else None
        told = open(errors, encoding="utf-8").read() if os.path.isfile(errors) else ""
        return done.returncode, done.stdout, frame, told


def saved():
    code, output, frame, _ = run(hooks=["reset"])
    assert code == 0 and "published: 2 calls" in output, output
    assert frame.equals(polars.DataFrame({"id": [0, 1, 2], "height": [1.0, 2.0, 3.0]})), frame
    # The first batch is seen before, and forgotten.
    lines = [line for line in output.splitlines() if line.startswith("seen")]
    assert lines == ["seen [2]", "seen [2]", "seen [2, 1]"], lines


def scored():
    code, output, frame, _ = run(rerun=True)
    assert code == 0 and "hidden: 3 calls" in output, output
    assert frame["height"].to_list() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], frame


def refused(predict, words, kept=None):
    code, output, frame, told = run(predict, rerun=True)
    assert code == 1 and frame is None, output
    assert output.splitlines()[-1].startswith(f"RuntimeError: {words}"), output
    assert (kept or words.split(" (batch")[0]) in told, told


check("a saved run, warmed up on the first batch", saved)
check("a scored run", scored)
check("nothing", lambda: refused("nothing_given", "predict gave nothing. (batch 1)"))
check("rows", lambda: refused("too_many", "predict gave 9 rows for 3. (batch 1)"))
check("missing values", lambda: refused("gap", "predict gave 1 missing values in height. (batch 1)"))
check("other types", lambda: refused("turns", "predict gave Float64 in height, and Int64 the first time: give one type, such as Float64. (batch 3)"))
check("an error", lambda: refused("fails", "ErrorException: no tide here (batch 1)", "Tides.jl"))
