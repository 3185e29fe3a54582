import shutil
import subprocess


def unpack(archives):
    """Unpacks tarballs side by side. File times are kept: Julia's caches depend on them."""
    jobs = []
    for path, target in archives:
        os.makedirs(target, exist_ok=True)
        command = ["tar", "-x", "-f", path, "-C", target]
        jobs.append((path, subprocess.Popen(command, stderr=subprocess.PIPE, text=True)))
    for path, job in jobs:
        _, errors = job.communicate()
        if job.returncode != 0:
            raise RuntimeError(f"{path} could not be unpacked: {errors.strip()}")


started = time.time()
shutil.rmtree("/root/.julia", ignore_errors=True)  # a depot that came with the image would mix with ours
os.makedirs("/root/.julia")  # side by side, each would make it and one would fail
unpack([(os.path.join(FOLDERS[slug], name), target) for slug, name, target in ARCHIVES])
report("unpack", started)
