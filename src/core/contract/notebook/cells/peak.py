import threading

# What the kernel counts for the container: control groups of version 2, else of version 1.
MEMORY_FACTS = (
    ("/sys/fs/cgroup/memory.stat", ("anon", "shmem")),
    ("/sys/fs/cgroup/memory/memory.stat", ("total_rss", "total_shmem")),
)


def held_memory():
    """Bytes that all programs of the container hold, 0 where the kernel does not tell.

    The page cache is left out, also of the kernel's own peak: it grows with every file that is read, and gives way.
    """
    for path, names in MEMORY_FACTS:
        try:
            with open(path, encoding="utf-8") as file:
                facts = dict(line.split(None, 1) for line in file)
            return sum(int(facts.get(name, 0)) for name in names)
        except (OSError, ValueError):
            continue
    return 0


class PeakMemory:
    """The most memory that was held at once while a program ran, with the programs that it started."""

    def __init__(self):
        self.bytes = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while True:
            ended = self.ended.wait(0.05)
            self.bytes = max(self.bytes, held_memory())
            if ended:
                return

    def end(self, usage):
        """Bytes. `usage` has the largest single program, of which the kernel misses no moment."""
        self.ended.set()
        self.thread.join()
        return max(self.bytes, usage.ru_maxrss * 1024)
