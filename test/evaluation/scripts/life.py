"""Life and death of the Julia that answers, and what is told of it."""
import os
import tempfile
import threading
import time

import numpy

from checks import check, julia_of, raises
from julia_kaggle_bridge.julia_process import JuliaDied, JuliaError

NAMES = "fails loud sleeps ends crashes killed once count predict constant".split()
FUNCTIONS = {name: name for name in NAMES}
whole = []


def once_more(program, **options):
    julia = julia_of({**FUNCTIONS, **options.pop("functions", {})}, keep=whole.append, **options)
    try:
        return program(julia)
    finally:
        julia.close()


def errors(julia):
    line = raises(JuliaError, "DomainError with x: nothing is", lambda: julia.call("fails", ["x"]))
    assert "fails(" in whole[-1] and "Echo.jl" in whole[-1], whole[-1]
    assert len(line) <= 500
    raises(JuliaError, "MethodError: no method matching sleeps", lambda: julia.call("sleeps", ["x", 1]))
    assert julia.call("sleeps", [0]) == 0
    assert julia.call("loud", [30000]) == 30000
    assert julia.call("predict", [{"a": [None]}]) == {"a": [None]}


def deaths(julia):
    raises(JuliaDied, "Julia ended with exit code 3 while it computed", lambda: julia.call("ends", [3]))
    assert "line 2" in whole[-1] or "exit code 3" in whole[-1]


def crash(julia):
    assert julia.call("loud", [2]) == 2
    raises(JuliaDied, "Julia crashed with SIGSEGV while", lambda: julia.call("crashes"))


def killed(julia):
    raises(JuliaDied, "was killed, most likely because the memory ran out,", lambda: julia.call("killed"))


def again(julia):
    assert julia.call("count") == 1 and julia.call("count") == 2
    with tempfile.TemporaryDirectory() as folder:
        assert julia.call("once", [os.path.join(folder, "file")]) == "again"
    assert julia.call("count") == 1


def not_loaded():
    for functions, words in (({"predict": "Missing.predict"}, "ArgumentError"), ({"predict": "Echo.not_there"}, "not_there")):
        julia = julia_of({})
        julia.functions, julia.keep = functions, whole.append
        raises(JuliaError, words, lambda: julia.call("predict", [1]))
        julia.close()


def gone_before():
    julia = julia_of({})
    julia.command, julia.keep = ["sh", "-c", "echo no library; exit 4"], whole.append
    julia.stateful = True
    raises(JuliaDied, "Julia ended with exit code 4 before it was ready. Its last line: no library", lambda: julia.call("predict"))


def lock_free(julia):
    """Python goes on while Julia computes: the gateway is answered, whose connection ends otherwise."""
    julia.call("sleeps", [0])
    beats = []

    def beat():
        while not done.is_set():
            beats.append(time.monotonic())
            time.sleep(0.02)

    done = threading.Event()
    thread = threading.Thread(target=beat)
    thread.start()
    julia.call("sleeps", [2])
    done.set()
    thread.join()
    gaps = [after - before for before, after in zip(beats, beats[1:])]
    assert max(gaps) < 1 and len(beats) > 20, (len(beats), max(gaps))


def fallback(julia):
    assert julia.call("predict", [0]) == 0
    julia.deadline = 2
    started = time.monotonic()
    answer = julia.call("predict", [60])
    assert answer == 0.5 and isinstance(answer, numpy.float64), answer
    assert 1.5 < time.monotonic() - started < 2.5, time.monotonic() - started


def late(julia):
    """Without a fallback there is nothing to do but to wait."""
    julia.call("sleeps", [0])
    julia.deadline = 0.5
    assert julia.call("sleeps", [1]) == 1


check("an exception is one line, and whole in the log; Julia goes on", lambda: once_more(errors, stateful=True))
check("an exit", lambda: once_more(deaths, stateful=True))
check("a crash", lambda: once_more(crash, stateful=True))
check("out of memory", lambda: once_more(killed, stateful=True))
check("a Julia without state is started again, and the batch sent again", lambda: once_more(again))
check("a package that cannot be loaded", not_loaded)
check("a Julia that does not start", gone_before)
check("Python is not held while Julia computes", lambda: once_more(lock_free))
check("a call that is late gets the fallback", lambda: once_more(fallback, functions={"predict": "sleeps", "fallback": "constant"}))
check("a call that is late without a fallback is waited for", lambda: once_more(late))
