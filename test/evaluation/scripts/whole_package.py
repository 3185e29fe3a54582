"""The gateway of an evaluation package calls the bridge, as in a saved run: that of KAGGLE_EVALUATION_FOLDER, else our example's."""
import glob
import json
import os
import subprocess
import sys
import tempfile

from checks import BRIDGE, HERE, JULIA, check

EXAMPLE = os.path.join(HERE, "..", "..", "..", "examples", "called-tides", "public")
FOLDER = os.path.abspath(os.environ.get("KAGGLE_EVALUATION_FOLDER") or EXAMPLE)
# A package of the user's own for another competition: its folder and function.
PACKAGES = os.environ.get("KAGGLE_EVALUATION_PACKAGES") or HERE
PREDICT = os.environ.get("KAGGLE_EVALUATION_PREDICT") or "Trouble.predict"


def saved():
    settings = {"folder": FOLDER, "endpoints": {"predict": PREDICT}, "hooks": {}, "stateful": True}
    command = [JULIA, "--startup-file=no", os.path.join(BRIDGE, "bridge.jl")]
    environment = {**os.environ, "JULIA_LOAD_PATH": f"{PACKAGES}:@stdlib", "PYTHONPATH": os.path.dirname(BRIDGE)}
    with tempfile.TemporaryDirectory() as working:
        done = subprocess.run(
            [sys.executable, os.path.join(BRIDGE, "..", "scripts", "enter.py"), json.dumps(settings), *command],
            cwd=working,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stdout
        written = [path for path in glob.glob(os.path.join(working, "submission.*")) if os.path.getsize(path) > 0]
        assert written, f"{FOLDER} wrote no submission:\n{done.stdout}"


check(f"the gateway of {FOLDER}", saved)
