"""A Julia that answers calls, from its start to its end: what it prints, how it died, and another one in its place."""
import collections
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

from . import codec

LENGTH = struct.Struct("<Q")
# Julia is started again so often for one batch.
RESTARTS = 3
# What is shown of one line, and of all that Julia prints: the log of a notebook is not endless.
LONGEST_LINE = 2000
LONGEST_LOG = 8_000_000
LAST_LINES = 20
PATIENCE = 30


class JuliaError(RuntimeError):
    """The function threw, gave what cannot be handed over, or Julia could not be loaded. Its text is one line."""


class JuliaDied(RuntimeError):
    """The process ended. Its text is one line."""


class Julia:
    """
    `command` finds the socket's path and `name=target` of each function in its environment. `deadline` is the gateway's seconds for a call,
    None while unknown. `keep` is given the whole text of an error.
    """

    def __init__(self, command, functions, stateful=False, environment=None, keep=print):
        self.command, self.functions, self.stateful = command, functions, stateful
        self.environment, self.keep = environment, keep
        self.deadline = self.process = self.connection = self.version = None
        self.calls = self.shown = 0
        self.lines = collections.deque(maxlen=LAST_LINES)
        self.lock = threading.Lock()

    def start(self):
        """Returns at once: Julia loads meanwhile."""
        self.folder = tempfile.TemporaryDirectory(prefix="julia-")
        path = os.path.join(self.folder.name, "s")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(1)
        self.connection = None
        self.encoder, self.decoder = codec.Encoder(), codec.Decoder()
        targets = [f"{name}={target}" for name, target in self.functions.items()]
        environment = os.environ if self.environment is None else self.environment
        self.process = subprocess.Popen(
            self.command,
            env={**environment, "JULIA_KAGGLE_SOCKET": path, "JULIA_KAGGLE_FUNCTIONS": " ".join(targets)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.pump = threading.Thread(target=self.show, args=(self.process.stdout,), daemon=True)
        self.pump.start()

    def show(self, stream):
        for line in stream:
            text = line.decode("utf-8", "replace").rstrip("\n")[:LONGEST_LINE]
            self.lines.append(text)
            self.shown += len(text) + 1
            if self.shown <= LONGEST_LOG:
                print(text, flush=True)
            elif self.shown - len(text) - 1 <= LONGEST_LOG:
                print("What else Julia prints is not shown: it is too much for a log.", flush=True)

    def wait_until_ready(self):
        """The first call waits here. Raises JuliaError where the package cannot be loaded, JuliaDied."""
        if self.version is not None:
            return
        started = said = time.monotonic()
        self.listener.settimeout(0.2)
        while self.connection is None:
            try:
                self.connection, _ = self.listener.accept()
            except socket.timeout:
                if self.process.poll() is not None:
                    raise self.death("before it was ready") from None
        while True:
            self.connection.settimeout(1)
            try:
                if self.connection.recv(1, socket.MSG_PEEK) == b"":
                    raise self.death("while it loaded the package")
                break
            except socket.timeout:
                if time.monotonic() - said >= PATIENCE:
                    said = time.monotonic()
                    print(f"Julia has been loading the package for {said - started:.0f} s.", flush=True)
            except OSError:
                raise self.death("while it loaded the package") from None
        self.connection.settimeout(None)
        what, _, value = self.decoder.decode(self.receive())
        if what == "error":
            raise self.told(value)
        self.version = tuple(int(part) for part in value.split("-")[0].split("+")[0].split("."))

    def call(self, name, arguments=(), options=None):
        """The function's answer; Julia is started again where it died and may be."""
        with self.lock:
            for attempt in range(RESTARTS + 1):
                try:
                    if self.process is None:
                        self.start()
                    self.wait_until_ready()
                    return self.ask(name, arguments, options or {})
                except JuliaDied as death:
                    if self.stateful or attempt == RESTARTS:
                        raise
                    print(f"{death} It is started again, and the batch sent again.", flush=True)
                    self.close()

    def ask(self, name, arguments, options):
        self.calls += 1
        self.send(self.encoder.encode((self.calls, name, list(arguments), options)))
        fallback, warned = None, self.deadline is None
        patience = None if warned else time.monotonic() + 0.9 * self.deadline
        while True:
            if not warned and not self.has_come(patience):
                warned = True
                self.tell_of_delay()
                if fallback is not None:
                    print("The fallback's answer is given in its place.", flush=True)
                    return codec.Decoder().decode(fallback)[2]
            message = self.receive()
            # An earlier call may have been given up.
            what, call, value = peek(message) or self.decoder.decode(message)
            if call not in (0, self.calls):
                continue
            if what == "fallback":
                fallback = message
            elif what == "error":
                raise self.told(value)
            else:
                return value

    def has_come(self, until):
        self.connection.settimeout(max(until - time.monotonic(), 0.001))
        try:
            self.connection.recv(1, socket.MSG_PEEK)
            return True
        except socket.timeout:
            return False
        except OSError:
            return True
        finally:
            self.connection.settimeout(None)

    def tell_of_delay(self):
        print(f"Julia has computed for 90 % of the {self.deadline} s that the gateway waits.", flush=True)
        if self.version >= (1, 9):
            self.process.send_signal(signal.SIGUSR1)  # it prints where each thread is

    def told(self, value):
        short, whole = value
        self.keep("ERROR: " + whole)  # as Julia itself reports what ends it
        return JuliaError(" ".join(short.split())[:500])

    def send(self, message):
        try:
            self.connection.sendall(LENGTH.pack(len(message)))
            self.connection.sendall(message)
        except OSError:
            raise self.death("between two calls") from None

    def receive(self):
        return self.exactly(LENGTH.unpack(self.exactly(LENGTH.size))[0])

    def exactly(self, count):
        """Blocking reads release Python's GIL, without which the gateway's connection is lost after a minute."""
        data = bytearray(count)
        view, got = memoryview(data), 0
        while got < count:
            try:
                some = self.connection.recv_into(view[got:])
            except OSError:
                some = 0
            if some == 0:
                raise self.death("while it computed an answer")
            got += some
        return data

    def death(self, when):
        """What is known of the end of the process, in one line."""
        try:
            code = self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.pump.join(timeout=5)
        if code == -signal.SIGKILL:
            why = "was killed, most likely because the memory ran out,"
        elif code < 0:
            why = f"crashed with {signal.Signals(-code).name}"
        else:
            why = f"ended with exit code {code}"
        lines = [line.strip() for line in reversed(self.lines) if line.strip()]
        # A stack comes after what says what happened.
        last = next((line for line in lines if line.startswith(("ERROR", "signal"))), *lines[:1] or ["nothing"])
        self.keep("\n".join([f"Julia {why} {when}. Its last lines:", *self.lines]))
        return JuliaDied(f"Julia {why} {when}. Its last line: {last[:300]}")

    def kill(self):
        """For a Julia that nobody waits for any more; a call that does is told of its death."""
        self.stateful = True  # not to be started again
        if self.process is not None:
            self.process.kill()

    def close(self):
        if self.process is None:
            return
        if self.connection is not None:
            self.connection.close()
        self.listener.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.pump.join(timeout=5)
        self.process.stdout.close()
        self.folder.cleanup()
        self.process = self.connection = self.version = None


def peek(message):
    """A fallback is kept as it came, for it is rarely wanted: its own schemas are in it."""
    if message[5:22] != b"\x05\x08\0\0\0\0\0\0\0fallback":
        return None
    return "fallback", struct.unpack_from("<q", message, 23)[0], None
