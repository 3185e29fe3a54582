"""What the files here share: the codes of the types in a message, and the packages that are not imported before their use."""
import functools
import importlib
import struct

# Bytes of a number by the code of its type.
WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 2, 8: 4, 9: 8, 10: 4, 11: 8, 25: 2}
NUMPY = {1: "?", 2: "i1", 3: "i2", 4: "i4", 5: "i8", 6: "u1", 7: "u2", 8: "u4", 9: "u8", 10: "f4", 11: "f8", 25: "f2"}
CODES = {form: code for code, form in NUMPY.items()}
UNITS = ("ms", "us", "ns")
NONE = b"\0"


@functools.lru_cache(maxsize=None)
def package(name):
    """None where it is not there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def form_of(dtype):
    return "?" if dtype.kind == "b" else f"{dtype.kind}{dtype.itemsize}"


def text(value):
    data = value.encode("utf-8", "surrogatepass")
    return struct.pack("<Q", len(data)) + data


def numbers(code, data):
    return package("numpy").frombuffer(data, NUMPY[code])


def missing_part(missing):
    return [b"\1", missing.astype("u1").tobytes()] if missing.any() else [NONE]
