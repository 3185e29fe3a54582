import collections
import concurrent.futures
import ctypes
import fcntl
import gzip
import json
import os
import shutil
import subprocess
import tempfile
import zlib

CHUNK = 1 << 18


def of_command(*command):
    """What a command writes to its stdout."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        try:
            yield from iter(lambda: process.stdout.read(CHUNK), b"")
            if process.wait() != 0:
                raise RuntimeError(text_of(errors))
        finally:
            process.kill()
            process.wait()


def text_of(file):
    file.seek(0)
    return file.read().decode(errors="replace").strip()


def zstd_by_command(path):
    return of_command("zstd", "-d", "-c", path)


class Buffer(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer of zstd.h."""

    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("position", ctypes.c_size_t)]


def zstd_by_library(path):
    """Kaggle's image has zstd's library, but neither the command nor a module for Python."""
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_createDCtx.restype = ctypes.c_void_p
    library.ZSTD_freeDCtx.argtypes = [ctypes.c_void_p]
    step = library.ZSTD_decompressStream
    step.argtypes = [ctypes.c_void_p, ctypes.POINTER(Buffer), ctypes.POINTER(Buffer)]
    step.restype = ctypes.c_size_t
    library.ZSTD_isError.argtypes = library.ZSTD_getErrorName.argtypes = [ctypes.c_size_t]
    library.ZSTD_getErrorName.restype = ctypes.c_char_p
    packed, plain = ctypes.create_string_buffer(CHUNK), ctypes.create_string_buffer(CHUNK)
    given, made = Buffer(ctypes.addressof(packed), 0, 0), Buffer(ctypes.addressof(plain), CHUNK, 0)
    view = memoryview(plain)
    context = library.ZSTD_createDCtx()
    left = 0
    try:
        with open(path, "rb", buffering=0) as file:
            while (size := file.readinto(packed)) > 0:
                given.size, given.position, made.position = size, 0, CHUNK
                # A full output buffer means that more may be waiting inside.
                while given.position < given.size or made.position == CHUNK:
                    made.position = 0
                    left = step(context, made, given)
                    if library.ZSTD_isError(left):
                        raise RuntimeError(library.ZSTD_getErrorName(left).decode())
                    yield view[: made.position]  # overwritten by the next one
                    if left == 0 and given.position == given.size:
                        break
        if left != 0:
            raise RuntimeError("the file ends too early")
    finally:
        library.ZSTD_freeDCtx(context)


def zstd_by_module(path):
    try:
        from compression import zstd  # Python 3.14
    except ImportError:
        import zstandard

        with open(path, "rb") as file:
            yield from zstandard.ZstdDecompressor(max_window_size=1 << 27).read_to_iter(file)
        return
    with zstd.open(path, "rb") as file:
        yield from iter(lambda: file.read(CHUNK), b"")


# How each codec that the image compresses with is read, the quickest way first.
WAYS = {
    "zstd": {
        "the command zstd": zstd_by_command,
        "libzstd": zstd_by_library,
        "a module of Python": zstd_by_module,
    },
}
# What their files begin with.
MAGIC = {b"\x28\xb5\x2f\xfd": "zstd"}


def gzip_member_size(header):
    """Tarballs of Julia on Kaggle tell the size of each gzip member in its header, in an extra field 'JK'."""
    if len(header) < 20 or header[:4] != b"\x1f\x8b\x08\x04" or header[10:16] != b"\x08\x00JK\x04\x00":
        return None
    return int.from_bytes(header[16:20], "little")


def inflate(member):
    inflater = zlib.decompressobj(wbits=31)
    plain = inflater.decompress(member)
    if not inflater.eof or inflater.unused_data:
        raise RuntimeError("a gzip member is damaged")
    return plain


def gzip_members(path):
    """Inflates the members side by side, a few ahead of the one that is wanted next."""
    workers = len(os.sched_getaffinity(0))
    ahead = collections.deque()
    with open(path, "rb") as file, concurrent.futures.ThreadPoolExecutor(workers) as pool:
        while header := file.read(20):
            size = gzip_member_size(header)
            member = header + file.read(max((size or 0) - len(header), 0))
            if len(member) != size:
                raise RuntimeError("the file is damaged or ends too early")
            ahead.append(pool.submit(inflate, member))
            if len(ahead) > workers + 2:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def any_gzip(path):
    with gzip.open(path, "rb") as file:
        yield from iter(lambda: file.read(CHUNK), b"")


def chunks_by_first_way(codec, path):
    """By the first way that the image has."""
    failures = []
    for name, way in WAYS[codec].items():
        begun = False
        try:
            for chunk in way(path):
                begun = True
                yield chunk
            return
        except (ImportError, OSError) as error:
            if begun:
                raise
            failures.append(f"{name}: {error}")
    raise RuntimeError(f"this image cannot read {codec}: " + "; ".join(failures))


def chunks_of(path):
    """The tar stream in a tarball, whatever it is compressed with."""
    with open(path, "rb") as file:
        header = file.read(20)
    if codec := MAGIC.get(header[:4]):
        return chunks_by_first_way(codec, path)
    if gzip_member_size(header) is not None:
        return gzip_members(path)
    if shutil.which("pigz"):
        return of_command("pigz", "-d", "-c", path)
    return any_gzip(path)
