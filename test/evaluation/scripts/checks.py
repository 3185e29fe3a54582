"""Runs checks and tells of each in a line of JSON, for bridge.test.ts. The folder of the bridge and Julia are arguments."""
import json
import os
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
BRIDGE, JULIA = sys.argv[1:3]
sys.path.insert(0, os.path.dirname(BRIDGE))


def julia_of(functions, **options):
    from julia_kaggle_bridge.julia_process import Julia

    environment = {**os.environ, "JULIA_LOAD_PATH": f"{HERE}:@stdlib"}
    command = [JULIA, "--startup-file=no", os.path.join(BRIDGE, "bridge.jl")]
    targets = {name: f"Echo.{target}" for name, target in functions.items()}
    return Julia(command, targets, environment=environment, **options)


def tell(name, problem=None):
    print("[check] " + json.dumps({"name": name, "problem": problem}), flush=True)


def check(name, program):
    try:
        program()
    except BaseException:
        tell(name, traceback.format_exc())
    else:
        tell(name)


def raises(form, text, program):
    try:
        value = program()
    except form as error:
        assert text in str(error), f"{error!r} has no {text!r}"
        assert "\n" not in str(error), f"{error!r} has more than one line"
        return str(error)
    raise AssertionError(f"{value!r} in place of {form.__name__}: {text}")
