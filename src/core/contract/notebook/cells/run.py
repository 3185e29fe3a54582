import re
import signal

DEPOT = "/root/.julia"
WORKING = "/kaggle/working"
PLACEHOLDERS = {
    "competition": COMPETITION_FOLDER,
    "models": FOLDERS.get(MODELS, ""),
    "working": WORKING,
    **{f"inputs.{name}": folder for name, folder in INPUT_FOLDERS.items()},
}


def compiled_files():
    """Julia's caches by path: a recompiled one has another inode or another name."""
    files = glob.iglob(f"{DEPOT}/compiled/**", recursive=True)
    return {path: os.stat(path).st_ino for path in files if os.path.isfile(path)}


def depot_entries():
    """What a download would add to the depot."""
    kinds = ("packages/*/*", "artifacts/*", "scratchspaces/*/*", "datadeps/*", "registries/*")
    return {os.path.relpath(path, DEPOT) for kind in kinds for path in glob.iglob(f"{DEPOT}/{kind}")}


def fill(argument):
    """Puts the folders in place of the placeholders; anything else stays as it is."""
    return re.sub(r"\{(inputs\.[\w-]+|\w+)\}", lambda found: PLACEHOLDERS.get(found[1], found[0]), argument)


class FirstSigns:
    """When the program first spoke, and when its output file first had content: in seconds, None while it has not."""

    def __init__(self, path):
        self.started, self.path, self.line, self.output = time.time(), path, None, None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def since(self):
        return round(time.time() - self.started, 3)

    def watch(self):
        while self.output is None:
            ended = self.ended.wait(0.02)
            if os.path.isfile(self.path) and os.path.getsize(self.path) > 0:
                self.output = self.since()
            if ended:
                return

    def see(self, line):
        # Lines of Julia's own logger begin with these.
        if self.line is None and not line.startswith(("\u250c", "\u2502", "\u2514", "[ Debug")):
            self.line = self.since()

    def end(self):
        self.ended.set()
        self.thread.join()


def run_julia(command, signs):
    """Runs Julia and shows its output as it comes. Returns its exit code and its peak memory in bytes."""
    process = subprocess.Popen(
        command,
        cwd=WORKING,
        env={
            **os.environ,
            **ENVIRONMENT,
            **{source["variable"]: INPUT_FOLDERS[name] for name, source in INPUTS.items()},
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    peak = PeakMemory()
    for line in process.stdout:
        signs.see(line)
        print(line, end="", flush=True)
    _, status, usage = os.wait4(process.pid, 0)
    signs.end()
    return os.waitstatus_to_exitcode(status), peak.end(usage)


started = time.time()
caches, entries = compiled_files(), depot_entries()
signs = FirstSigns(os.path.join(WORKING, OUTPUT))
exit_code, peak_memory = run_julia([*map(fill, [*JULIA, *ARGUMENTS])], signs)
report(
    "run",
    started,
    exitCode=exit_code,
    peakMemoryBytes=peak_memory,
    firstLineSeconds=signs.line,
    firstOutputSeconds=signs.output,
    recompiled=sorted(path for path, inode in compiled_files().items() if caches.get(path) != inode),
    appeared=sorted(depot_entries() - entries),
)
if exit_code == -signal.SIGKILL:
    raise RuntimeError("Julia was killed, most likely because the memory ran out.")
if exit_code < 0:
    raise RuntimeError(f"Julia crashed: {signal.Signals(-exit_code).name}.")
if exit_code != 0:
    raise RuntimeError(f"Julia ended with exit code {exit_code}.")
