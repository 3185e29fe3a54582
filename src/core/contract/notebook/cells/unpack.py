TAR = ["tar", "-x", "--blocking-factor=512", "-f", "-"]
PIPE = 1 << 20


def widen(pipe):
    """With more room between them, decompressing and writing the files go on at the same time."""
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)
    except (AttributeError, OSError):
        pass  # an older Python, or a kernel that does not: slower, no more


def unpack(path, target):
    """File times are kept: Julia's caches depend on them."""
    os.makedirs(target, exist_ok=True)
    with tempfile.TemporaryFile() as errors:
        tar = subprocess.Popen([*TAR, "-C", target], stdin=subprocess.PIPE, stderr=errors)
        try:
            widen(tar.stdin)
            for chunk in chunks_of(path):
                tar.stdin.write(chunk)
            tar.stdin.close()
            if tar.wait() != 0:
                raise RuntimeError(text_of(errors))
        except BrokenPipeError:
            tar.wait()
            raise RuntimeError(text_of(errors)) from None
        finally:
            tar.kill()
            tar.wait()


# A rehearsal brings unpacked what a notebook unpacked before it, byte for byte the same; Kaggle brings nothing.
BROUGHT = os.environ.get("JULIA_KAGGLE_UNPACKED", "").split()
UNPACKED = []


def unpack_chain(chain):
    for slug, name, target in chain:
        if f"{slug}/{name}" in BROUGHT:
            continue
        path = os.path.join(FOLDERS[slug], name)
        try:
            unpack(path, target)
        except Exception as error:
            raise RuntimeError(f"{path} could not be unpacked: {error}") from error
        UNPACKED.append(f"{slug}/{name}")


started = time.time()
shutil.rmtree("/root/.julia", ignore_errors=True)  # a depot that came with the image would mix with ours
os.makedirs("/root/.julia")  # side by side, each would make it and one would fail
with concurrent.futures.ThreadPoolExecutor(len(ARCHIVES)) as pool:
    list(pool.map(unpack_chain, ARCHIVES))
report("unpack", started, unpacked=sorted(UNPACKED))
