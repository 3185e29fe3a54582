"""Executes a notebook the way Kaggle does, and tells about it line by line.

    python3 run-notebook.py NOTEBOOK EXECUTED [AFTERWARDS]

The cells run one after the other in the kernel `python3`, in the current folder, until one fails. As output arrives it
is printed to stdout in Kaggle's own log form, one JSON object a line:

    {"stream_name": "stdout" | "stderr", "time": SECONDS SINCE THE START, "data": WHOLE LINES OF TEXT}

At the end the notebook with its outputs is written to EXECUTED, and a last line says how it went (cells count from 0):

    {"result": {"state": "complete"}}
    {"result": {"state": "error", "error": {"name": ..., "message": ..., "cell": INDEX or null}}}

AFTERWARDS is a Python file that is run in a process of its own once the notebook is complete; what it prints becomes
entries after the result, and how it ends changes nothing.

Exit code: 0 complete, 1 error. What is on stderr comes from Jupyter.

`jupyter nbconvert --execute` is not used: it prints nothing while it runs, and when a cell fails it writes no notebook,
so the outputs that say why are lost. It executes by means of nbclient, and so does this script.
"""

import collections
import json
import os
import subprocess
import sys
import threading
import time

# Python's debugger would greet every run with eight lines about modules that nobody debugs.
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

# Of one log entry, in characters: the reader takes lines of up to a million, and JSON may need 12 for one character.
LONGEST_ENTRY = 50_000
LONGEST_MESSAGE = 10_000
# A cold disk and a machine with much to do can take minutes for what nbclient gives one.
STARTUP_SECONDS = 600
# How long to wait for output that the kernel still has to deliver when a cell is done.
OUTPUT_SECONDS = 60


class Journal:
    """The log on our stdout. An entry holds whole lines, as far as they are not too long."""

    def __init__(self, out):
        self.out = out
        self.start = time.monotonic()
        self.rest = {"stdout": "", "stderr": ""}

    def take(self, stream, text):
        lines, line_end, rest = (self.rest[stream] + text).rpartition("\n")
        if len(rest) > LONGEST_ENTRY:
            lines, line_end, rest = lines + line_end + rest, "", ""
        self.rest[stream] = rest
        self.entry(stream, lines + line_end)

    def flush(self):
        for stream, rest in self.rest.items():
            self.rest[stream] = ""
            self.entry(stream, rest)

    def entry(self, stream, text):
        while text:
            piece = text[:LONGEST_ENTRY]
            if len(piece) < len(text):
                piece = piece[: piece.rfind("\n") + 1] or piece
            text = text[len(piece) :]
            self.write({"stream_name": stream, "time": round(time.monotonic() - self.start, 3), "data": piece})

    def result(self, error):
        self.flush()
        self.write({"result": {"state": "complete"} if error is None else {"state": "error", "error": error}})

    def write(self, value):
        self.out.write(json.dumps(value) + "\n")
        self.out.flush()


class LastWords:
    """The end of what the kernel writes past Jupyter. It is a copy of what Jupyter hands on, but for a kernel that
    crashes or does not start it is all there is."""

    def __init__(self):
        self.chunks = collections.deque(maxlen=20)
        self.source, self.file = os.pipe()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while chunk := os.read(self.source, 1000):
            self.chunks.append(chunk)

    def text(self):
        os.close(self.file)
        self.reader.join(timeout=5)
        return b"".join(self.chunks).decode("utf-8", "replace")


class Client(NotebookClient):
    """nbclient, which also tells the journal what comes out of the cells."""

    journal = None
    current_cell = None

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        self.current_cell = cell_index
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            self.journal.flush()

    def process_message(self, msg, cell, cell_index):
        content = msg["content"]
        if msg["msg_type"] == "stream":
            self.journal.take(content["name"], content["text"])
        elif msg["msg_type"] == "error":
            self.journal.take("stderr", "\n".join(content["traceback"]) + "\n")
        return super().process_message(msg, cell, cell_index)


def problem(journal, error, cell, words=""):
    """What went wrong outside of the cells' own code, as the result tells it; the log gets it too."""
    name, message = type(error).__name__, str(error)[:LONGEST_MESSAGE]
    journal.take("stderr", f"{words}\n{name}: {message}\n".lstrip())
    return {"name": name, "message": message, "cell": cell}


def execute(client, journal):
    """Runs the cells. Returns None, or what went wrong."""
    words = LastWords()
    try:
        client.execute(stdout=words.file, stderr=words.file)
        return None
    except CellExecutionError as error:
        return {"name": error.ename, "message": error.evalue[:LONGEST_MESSAGE], "cell": client.current_cell}
    except Exception as error:  # a kernel that died, or did not start
        return problem(journal, error, client.current_cell, words.text())


def run(journal, notebook_path, executed_path):
    try:
        notebook = nbformat.read(notebook_path, as_version=4)
    except Exception as error:  # nbformat fails in many ways on what is no notebook
        return problem(journal, error, None)
    client = Client(
        notebook,
        kernel_name="python3",
        timeout=None,
        startup_timeout=STARTUP_SECONDS,
        iopub_timeout=OUTPUT_SECONDS,
        resources={"metadata": {"path": os.getcwd()}},
    )
    client.journal = journal
    error = execute(client, journal)
    nbformat.write(notebook, executed_path)
    return error


def run_afterwards(journal, path):
    command = [sys.executable, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for line in process.stdout:
            journal.take("stdout", line.decode("utf-8", "replace"))
    journal.flush()


def main(notebook_path, executed_path, afterwards=None):
    # Our stdout carries nothing but the journal.
    journal = Journal(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)
    error = run(journal, notebook_path, executed_path)
    journal.result(error)
    if error is None and afterwards is not None:
        run_afterwards(journal, afterwards)
    return 0 if error is None else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
