"""Loads the package once for each check, in Julia as the notebook has laid it out, and reports on each.

Before it come CHECKS, a list of [name, command, seconds], ENVIRONMENT, DEPOT, and AGAIN: None, or how the notebook's
program is run once more with `tell_own_methods`, to tell what Julia compiles in it. It prints what Julia prints, and before
and after each check a report, so that the reader can tell whose lines are whose.
"""

import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time


def report(step, **facts):
    print("[julia-kaggle] " + json.dumps({"step": step, **facts}), flush=True)


def compiled_files():
    files = glob.iglob(f"{DEPOT}/compiled/**", recursive=True)
    return {path: os.stat(path).st_ino for path in files if os.path.isfile(path)}


def never_compiled():
    """Packages that have no cache by their own wish: Julia compiles them, and what uses them, whenever they are loaded."""
    names = set()
    places = ("packages/*/*/src/*.jl", "dev/**/src/*.jl")
    for path in (path for place in places for path in glob.iglob(f"{DEPOT}/{place}", recursive=True)):
        with open(path, encoding="utf-8", errors="replace") as file:
            if re.search(r"^\s*__precompile__\(false\)", file.read(), re.MULTILINE):
                names.add(os.path.splitext(os.path.basename(path))[0])
    return sorted(names)


def load(command, seconds):
    """Returns Julia's exit code; None when it took longer than it may."""
    environment = {**os.environ, **ENVIRONMENT, "JULIA_DEBUG": "loading"}
    try:
        return subprocess.run(command, cwd="/tmp", env=environment, timeout=seconds, stderr=subprocess.STDOUT).returncode
    except subprocess.TimeoutExpired:
        return None


def move_all(source, target):
    # Not the folder itself: one that the image brings along cannot be renamed in every container.
    for name in os.listdir(source):
        shutil.move(os.path.join(source, name), os.path.join(target, name))


def run_again(command, environment, file, packages, working, limit):
    """What the notebook left in the working folder is put aside and comes back as it was."""
    os.makedirs(os.path.dirname(file), exist_ok=True)
    kept, left = tempfile.mkdtemp(dir=os.path.dirname(working)), tempfile.mkdtemp(dir=os.path.dirname(working))
    try:
        move_all(working, kept)
        process = subprocess.Popen(
            command,
            cwd=working,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            pass
        finally:
            # With what it started.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        move_all(working, left)
    finally:
        move_all(kept, working)
    tell_own_methods(file, packages)


report("load-checks", seconds=0, neverCompiled=never_compiled())
for name, command, seconds in CHECKS:
    started, caches = time.time(), compiled_files()
    exit_code = load(command, seconds)
    recompiled = sorted(path for path, inode in compiled_files().items() if caches.get(path) != inode)
    facts = {} if exit_code is None else {"exitCode": exit_code}
    report(name, seconds=round(time.time() - started, 3), recompiled=recompiled, **facts)
if AGAIN is not None:
    try:
        run_again(**AGAIN)
    except OSError as error:
        print(f"The program could not be run once more: {error}", flush=True)
