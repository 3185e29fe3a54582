"""Compresses stdin to stdout with the image's libzstd, on all cores; tells on stderr how many bytes it has read.

Arguments: level, windowLog, bytes of one job, workers (0: one for each core). One worker or many give the same bytes.
Kaggle's image has the library but not the command. The numbers are those of zstd.h, stable since 1.4.0.
"""

import ctypes
import os
import sys

LEVEL, WINDOW_LOG, LONG_DISTANCE_MATCHING, CHECKSUM, WORKERS, JOB_SIZE = 100, 101, 160, 201, 400, 401
CONTINUE, END = 0, 2
CHUNK = 1 << 20
REPORT_EVERY = 64 << 20
# More would not be fed: tar and the engine deliver as much as some eight cores compress.
MOST_WORKERS = 8


class Buffer(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer."""

    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("position", ctypes.c_size_t)]


def load_library():
    library = ctypes.CDLL("libzstd.so.1")
    for name, result, arguments in [
        ("ZSTD_createCCtx", ctypes.c_void_p, []),
        ("ZSTD_CCtx_setParameter", ctypes.c_size_t, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
        (
            "ZSTD_compressStream2",
            ctypes.c_size_t,
            [ctypes.c_void_p, ctypes.POINTER(Buffer), ctypes.POINTER(Buffer), ctypes.c_int],
        ),
        ("ZSTD_isError", ctypes.c_uint, [ctypes.c_size_t]),
        ("ZSTD_getErrorName", ctypes.c_char_p, [ctypes.c_size_t]),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def check(library, result):
    if library.ZSTD_isError(result):
        raise RuntimeError("libzstd: " + library.ZSTD_getErrorName(result).decode())
    return result


def compress(source, sink, parameters):
    library = load_library()
    context = library.ZSTD_createCCtx()
    for name, value in parameters.items():
        check(library, library.ZSTD_CCtx_setParameter(context, name, value))
    raw, packed = ctypes.create_string_buffer(CHUNK), ctypes.create_string_buffer(CHUNK)
    view = memoryview(packed)
    given = Buffer(ctypes.addressof(raw), 0, 0)
    made = Buffer(ctypes.addressof(packed), CHUNK, 0)
    total = reported = 0
    mode = CONTINUE
    while mode == CONTINUE:
        given.size, given.position = source.readinto(raw), 0
        total += given.size
        mode = CONTINUE if given.size > 0 else END
        left = 1
        while given.position < given.size if mode == CONTINUE else left > 0:
            made.position = 0
            left = check(library, library.ZSTD_compressStream2(context, made, given, mode))
            sink.write(view[: made.position])
        if total - reported >= REPORT_EVERY or mode == END:
            reported = total
            print(f'[julia-kaggle] {{"kind": "raw-bytes", "bytes": {total}}}', file=sys.stderr, flush=True)
    sink.flush()


level, window_log, job_size, workers = map(int, sys.argv[1:5])
compress(
    sys.stdin.buffer,
    sys.stdout.buffer,
    {
        LEVEL: level,
        WINDOW_LOG: window_log,
        LONG_DISTANCE_MATCHING: 1,
        CHECKSUM: 1,
        WORKERS: workers or min(len(os.sched_getaffinity(0)), MOST_WORKERS),
        JOB_SIZE: job_size,
    },
)
