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

from .answers import Answers, WrongAnswer
from .julia_process import Julia

PACKAGE = "kaggle_evaluation"
ERROR_FILE = "julia-error.txt"


class Bridge:
    """Functions for the server, each a plain one of its endpoint's name: not all versions of the package take others."""

    def __init__(self, julia, endpoints, hooks, gateway):
        self.julia, self.endpoints, self.hooks, self.gateway = julia, endpoints, hooks, gateway
        self.is_prepared = False
        self.answers = Answers("predict")
        self.batches = 0
        self.memory = Memory()

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
            self.prepare()
            answer = self.julia.call(name, args, kwargs)
            self.memory.tell(self.julia)
            if name != "predict":
                return answer  # what is told rather than asked, such as how many batches are to come, has none
            return self.answers.checked(answer, [*args, *kwargs.values()])
        except WrongAnswer as error:
            self.julia.keep(str(error))
            raise RuntimeError(f"{error} (batch {self.batches})") from None
        except Exception as error:
            raise RuntimeError(f"{error} (batch {self.batches})") from None
        except BaseException as error:
            raise RuntimeError(f"{type(error).__name__} (batch {self.batches})") from None

    def prepare(self):
        """Once. In a run that is scored within the first call, which has no deadline."""
        if self.is_prepared:
            return
        self.is_prepared = True
        if "warmup" in self.hooks:
            self.julia.call("warmup")
        self.julia.deadline = deadline_of(self.gateway())

    def warm_up(self):
        """
        Compiles for the types of the gateway's own first batch, without its being an answer. Not in a run that is scored:
        a gateway that shares its files would do so there, where the other container's does.
        """
        gateway = self.gateway()
        if gateway is None or (self.julia.stateful and "reset" not in self.hooks):
            return
        try:
            batch = next(iter(gateway.generate_data_batches()))[0]
        except Exception as error:
            print(f"Julia is not warmed up: the gateway's first batch cannot be had ({error}).", flush=True)
            return
        # A frame that is yielded as the batch is sent by its columns.
        self.julia.call("predict", list(batch))
        if "reset" in self.hooks:
            self.julia.call("reset")


class Memory:
    """Tells a rehearsal what it cannot ask afterwards: a notebook that is called is ended with its gateway."""

    def __init__(self):
        self.is_wanted, self.told = "JULIA_KAGGLE_TELL_MEMORY" in os.environ, 0

    def tell(self, julia):
        if not self.is_wanted or julia.process is None:
            return
        peak = most_held(os.getpid()) + most_held(julia.process.pid)
        if peak > 1.02 * self.told:
            self.told = peak
            report = {"step": "calls", "seconds": 0, "peakMemoryBytes": peak}
            print("[julia-kaggle] " + json.dumps(report), flush=True)


def most_held(process):
    """Bytes, as the kernel keeps them; 0 for a process that is gone."""
    try:
        with open(f"/proc/{process}/status", encoding="utf-8") as file:
            return sum(1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    except OSError:
        return 0


def keep(text):
    """The whole of an error, where a person looks: the gateway tells one line, and where a run is scored none."""
    print(text, flush=True)
    with open(ERROR_FILE, "a", encoding="utf-8") as file:
        file.write(text + "\n\n")


def server_class(folder):
    """The one that the competition's package has."""
    # Not through all of the data, which may be a million files.
    places = [path for depth in ("", "*", "*/*") for path in sorted(glob.glob(os.path.join(folder, depth, PACKAGE)))]
    found = [file for place in places for file in sorted(glob.glob(f"{place}/**/*_inference_server.py", recursive=True))]
    if not found:
        raise RuntimeError(f"The competition's data have no {PACKAGE} with an inference server.")
    parent = os.path.dirname(next(place for place in places if found[0].startswith(place + os.sep)))
    sys.path.insert(0, parent)
    name = os.path.relpath(found[0], parent)[: -len(".py")].replace(os.sep, ".")
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


def enter(settings, command):
    hooks, folder = settings["hooks"], settings["folder"]
    julia = Julia(command, {**settings["endpoints"], **hooks}, settings["stateful"], keep=keep)
    julia.start()
    try:
        serve(julia, settings["endpoints"], hooks, folder)
    except BaseException:
        # A call that goes on in spite of its deadline would keep Python from ending, for as long as it takes.
        julia.kill()
        raise


def serve(julia, endpoints, hooks, folder):
    bridge = Bridge(julia, list(endpoints), hooks, lambda: gateway_of(server, folder))
    server = server_class(folder)(*bridge.functions())
    if "KAGGLE_IS_COMPETITION_RERUN" in os.environ:
        # At once: Julia loads while the gateway finds the server, and during the first call, which it waits for.
        (getattr(server, "serve", None) or server.run)()
        return
    julia.wait_until_ready()
    bridge.prepare()
    bridge.warm_up()
    run = getattr(server, "run_local_gateway", None)
    if run is not None:
        run()
    else:
        server.run(competition_data_folder=folder)
    julia.close()


def main():
    try:
        enter(json.loads(sys.argv[1]), sys.argv[2:])
    except Exception as error:
        traceback.print_exc()
        sys.exit(f"{type(error).__name__}: {error}")
