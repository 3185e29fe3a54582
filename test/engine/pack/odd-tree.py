# A depot with everything that a tarball can lose. Argument: the folder.
import os
import random
import sys

root = sys.argv[1]
os.makedirs(root, exist_ok=True)
os.chdir(root)
# Several jobs of zstd and many blocks of gzip, neither constant nor random.
generator = random.Random(5)
with open("large", "wb") as file:
    for _ in range(900):
        file.write(generator.randbytes(2000) * 10 + generator.randbytes(20_000))
os.makedirs("empty/inside")
os.makedirs("packages/Ä pâckage/src")
for number in range(300):
    with open(f"packages/Ä pâckage/src/file {number}.jl", "w") as file:
        file.write(f"module M{number}\nend\n" * number)
    os.utime(file.name, ns=(0, (1_600_000_000 + number) * 10**9 + 999_999_999))
deep = "/".join(["d" * 50] * 6)
os.makedirs(deep)
open(f"{deep}/end", "w").close()
os.makedirs("long")
os.symlink("x" * 200, "long/" + "n" * 200)
os.symlink("../packages", "long/relative")
os.symlink("/usr/bin/env", "long/absolute")
os.link("packages/Ä pâckage/src/file 7.jl", "packages/hard link")
for mode in (0o444, 0o600, 0o755, 0o4755):
    with open(f"mode {mode:o}", "w") as file:
        os.fchmod(file.fileno(), mode)
os.chown("mode 600", 1234, 4321)
with open("sparse", "wb") as file:
    file.truncate(9_000_000_000)
    for place in (0, 5_000_000_000, 8_999_999_990):
        file.seek(place)
        file.write(b"something.")
os.utime("empty", (1, 978_307_200))
