import resource


def compiled_files():
    """Julia's caches by path: a recompiled one has another inode or another name."""
    found = {}
    for folder, _, names in os.walk("/root/.julia/compiled"):
        for name in names:
            path = os.path.join(folder, name)
            found[path] = os.stat(path).st_ino
    return found


def run_julia(command, environment):
    """Runs Julia and shows its output as it comes. A failing command fails this cell."""
    process = subprocess.Popen(
        command,
        cwd="/kaggle/working",
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    for line in process.stdout:
        print(line, end="", flush=True)
    return process.wait()


PLACEHOLDERS = {
    "{competition}": COMPETITION_FOLDER,
    "{models}": FOLDERS.get(MODELS, ""),
    "{working}": "/kaggle/working",
}


def fill(argument):
    for name, folder in PLACEHOLDERS.items():
        argument = argument.replace(name, folder)
    return argument


started = time.time()
caches = compiled_files()
exit_code = run_julia([*JULIA, *map(fill, ARGUMENTS)], ENVIRONMENT)
report(
    "run",
    started,
    exitCode=exit_code,
    peakMemoryBytes=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    recompiled=sorted(path for path, inode in compiled_files().items() if caches.get(path) != inode),
)
if exit_code == -9:
    raise RuntimeError("Julia was killed, most likely because the memory ran out.")
if exit_code != 0:
    raise RuntimeError(f"Julia ended with exit code {exit_code}.")
