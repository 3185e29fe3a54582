"""
Enters a competition that calls: finds its evaluation package, starts its server with functions that Julia answers, and in
a run that is not scored lets the package's own gateway call them with the published data.

Arguments: settings as JSON (competition's folder, functions by endpoint, hooks, stateful), then Julia's command.
"""
import glob
import importlib
import json
import os
import sys
import traceback

from answers import Answers, WrongAnswer
from julia_process import Julia

PACKAGE = "kaggle_evaluation"
ERROR_FILE = "julia-error.txt"


class Bridge:
    """Functions for the server, each a plain one of its endpoint's name: not all versions of the package take others."""

    def __init__(self, julia, endpoints, reset=False):
        self.julia, self.endpoints, self.reset = julia, endpoints, reset
        self.answers = {name: Answers(name) for name in endpoints}
        self.batches = 0

    def functions(self):
        return [self.function(name) for name in self.endpoints]

    def function(self, name):
        def endpoint(*args, **kwargs):
            return self.answer(name, args, kwargs)

        endpoint.__name__ = name
        return endpoint

    def answer(self, name, args, kwargs):
        """Nothing but an Exception may come out: with another one, the gateway would wait for ever."""
        self.batches += 1
        try:
            answer = self.julia.call(name, args, kwargs)
            return self.answers[name].checked(answer, [*args, *kwargs.values()])
        except WrongAnswer as error:
            self.julia.keep(str(error))
            raise RuntimeError(f"{error} (batch {self.batches})") from None
        except Exception as error:
            raise RuntimeError(f"{error} (batch {self.batches})") from None
        except BaseException as error:
            raise RuntimeError(f"{type(error).__name__} (batch {self.batches})") from None

    def warm_up(self, gateway):
        """Compiles for the types of the gateway's own first batch, without its being an answer."""
        try:
            batch = next(iter(gateway.generate_data_batches()))[0]
        except Exception as error:
            print(f"Julia is not warmed up: the gateway's first batch cannot be had ({error}).", flush=True)
            return
        # A frame that is yielded as the batch is sent by its columns.
        self.julia.call("predict", list(batch))
        if self.reset:
            self.julia.call("reset")


def keep(text):
    """The whole of an error, where a person looks: the gateway tells one line, and where a run is scored none."""
    print(text, flush=True)
    with open(ERROR_FILE, "a", encoding="utf-8") as file:
        file.write(text + "\n\n")


def server_class(folder):
    """The one that the competition's package has."""
    for place in (folder, *glob.glob(f"/kaggle/input/**/{PACKAGE}", recursive=True)):
        parent = place if place == folder else os.path.dirname(place)
        modules = sorted(glob.glob(os.path.join(parent, PACKAGE, "**", "*_inference_server.py"), recursive=True))
        if modules:
            break
    else:
        raise RuntimeError(f"The competition's data have no {PACKAGE} with an inference server.")
    sys.path.insert(0, parent)
    name = os.path.relpath(modules[0], parent)[: -len(".py")].replace(os.sep, ".")
    module = importlib.import_module(name)
    for each in vars(module).values():
        if isinstance(each, type) and each.__module__ == module.__name__ and derives(each):
            return each
    raise RuntimeError(f"{name} has no class that derives from InferenceServer.")


def derives(form):
    return any(base.__name__ == "InferenceServer" for base in form.__mro__[1:])


def gateway_of(server, folder):
    """The gateway that a local run makes, not started: it knows the first batch and how long it waits. None: not to be had."""
    make = getattr(server, "_get_gateway_for_test", None)
    if make is None:
        return None
    try:
        return make(None)
    except Exception as error:
        print(f"The competition's gateway cannot be looked at before it runs: {error}", flush=True)
        return None


def deadline_of(gateway):
    for holder in (gateway, getattr(gateway, "client", None)):
        for name in ("timeout_seconds", "endpoint_deadline_seconds"):
            seconds = getattr(holder, name, None)
            if isinstance(seconds, (int, float)) and seconds > 0:
                return seconds
    return None


def main(settings, command):
    hooks = settings.get("hooks", {})
    julia = Julia(command, {**settings["endpoints"], **hooks}, settings.get("stateful", False), keep=keep)
    julia.start()
    bridge = Bridge(julia, list(settings["endpoints"]), "reset" in hooks)
    server = server_class(settings["folder"])(*bridge.functions())
    if "KAGGLE_IS_COMPETITION_RERUN" in os.environ:
        # At once: Julia loads while the gateway finds the server, and during the first call, which it waits for.
        (getattr(server, "serve", None) or server.run)()
        return
    julia.wait_until_ready()
    if "warmup" in hooks:
        julia.call("warmup")
    gateway = gateway_of(server, settings["folder"])
    if gateway is not None:
        julia.deadline = deadline_of(gateway)
        bridge.warm_up(gateway)
    run = getattr(server, "run_local_gateway", None)
    if run is not None:
        run()
    else:
        server.run(competition_data_folder=settings["folder"])
    julia.close()


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]), sys.argv[2:])
    except Exception as error:
        traceback.print_exc()
        sys.exit(f"{type(error).__name__}: {error}")
