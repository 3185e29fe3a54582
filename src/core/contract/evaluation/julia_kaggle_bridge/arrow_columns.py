"""Arrow's arrays as columns of bytes, and back. polars and pandas have their columns in this form, or can give it."""
import functools
import struct

from .kinds import NONE, NUMPY, UNITS, WIDTHS, numbers, package, text


@functools.lru_cache(maxsize=None)
def arrow_codes():
    lib = package("pyarrow").lib
    names = "BOOL INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 FLOAT DOUBLE".split()
    codes = {getattr(lib, f"Type_{name}"): code for code, name in enumerate(names, 1)}
    return {**codes, lib.Type_HALF_FLOAT: 25}


def arrow_column(array, dtype=None):
    """`dtype`: polars' own, for what Arrow does not tell."""
    code = arrow_codes().get(array.type.id)
    if code is not None and code != 1 and array.null_count == 0:
        return PLAIN[code], [NONE, raw(array, WIDTHS[code])]
    kind, data = bytearray(), []
    put_arrow(array, dtype, kind, data)
    return bytes(kind), data


PLAIN = {code: bytes([code]) for code in WIDTHS}


def raw(array, width, buffer=1):
    buffer = array.buffers()[buffer]
    return memoryview(buffer)[array.offset * width : (array.offset + len(array)) * width] if buffer else b""


def bits(buffer, offset, count):
    numpy = package("numpy")
    if buffer is None:
        return numpy.zeros(count, "u1")
    return numpy.unpackbits(numpy.frombuffer(buffer, "u1"), bitorder="little")[offset : offset + count]


def put_arrow(array, dtype, kind, data):
    pyarrow = package("pyarrow")
    types, form, rows = pyarrow.types, array.type, len(array)
    code = arrow_codes().get(form.id)
    other = arrow_instead(pyarrow, form)
    if other is not None:
        return put_arrow(array.cast(other), dtype, kind, data)
    if types.is_dictionary(form) and not is_text(types, form.value_type):
        return put_arrow(array.dictionary_decode(), dtype, kind, data)
    missing = array.null_count > 0 and not types.is_null(form)
    data += (b"\1", (1 - bits(array.buffers()[0], array.offset, rows)).tobytes()) if missing else (NONE,)
    if code == 1:
        kind.append(1)
        data.append(bits(array.buffers()[1], array.offset, rows).tobytes())
    elif code is not None:
        kind.append(code)
        data.append(raw(array, WIDTHS[code]))
    elif types.is_large_string(form) or types.is_large_binary(form):
        kind.append(12 if types.is_large_string(form) else 13)
        put_pieces(array, data)
    elif types.is_null(form):
        kind.append(14)
    elif types.is_date32(form):
        kind.append(15)
        data.append(raw(array, 4))
    elif types.is_timestamp(form):
        kind += bytes([16, UNITS.index(form.unit)]) + text(form.tz or "")
        data.append(raw(array, 8))
    elif types.is_duration(form):
        kind += bytes([17, UNITS.index(form.unit)])
        data.append(raw(array, 8))
    elif types.is_time64(form):
        kind.append(18)
        data.append(raw(array, 8))
    elif types.is_dictionary(form):
        kind += bytes([19, 1 if "Enum" in str(dtype) else 2 if form.ordered else 0])
        codes = array.indices.cast(pyarrow.int32())
        pool = array.dictionary.cast(pyarrow.large_string())
        data += (raw(codes, 4), struct.pack("<Q", len(pool)))
        put_pieces(pool, data)
    elif types.is_decimal128(form):
        kind += bytes([20, form.precision, form.scale])
        data.append(raw(array, 16))
    elif types.is_large_list(form):
        kind.append(21)
        offsets, first, last = offsets_of(array)
        data.append(offsets)
        put_arrow(array.values.slice(first, last - first), getattr(dtype, "inner", None), kind, data)
    elif types.is_fixed_size_list(form):
        kind += b"\x16" + struct.pack("<I", form.list_size)
        inner = array.values.slice(array.offset * form.list_size, rows * form.list_size)
        put_arrow(inner, getattr(dtype, "inner", None), kind, data)
    elif types.is_struct(form):
        kind += b"\x17" + struct.pack("<I", form.num_fields)
        inner = [getattr(field, "dtype", None) for field in getattr(dtype, "fields", ())]
        for at in range(form.num_fields):
            kind += text(form.field(at).name)
            put_arrow(array.field(at), inner[at] if inner else None, kind, data)
    else:
        raise TypeError(f"a column of the type {form} cannot be given to Julia")


def is_text(types, form):
    views = getattr(types, "is_string_view", lambda form: False)
    return types.is_string(form) or types.is_large_string(form) or views(form)


def arrow_instead(pyarrow, form):
    """The type with the same values of which there is one form here; None for one that is it."""
    types = pyarrow.types
    if is_text(types, form) and not types.is_large_string(form):
        return pyarrow.large_string()
    if types.is_binary(form) or types.is_fixed_size_binary(form) or str(form) == "binary_view":
        return pyarrow.large_binary()
    if types.is_date64(form):
        return pyarrow.date32()
    if types.is_timestamp(form) and form.unit == "s":
        return pyarrow.timestamp("ms", form.tz)
    if types.is_duration(form) and form.unit == "s":
        return pyarrow.duration("ms")
    if types.is_time32(form) or (types.is_time64(form) and form.unit != "ns"):
        return pyarrow.time64("ns")
    if types.is_decimal(form) and not types.is_decimal128(form):
        return pyarrow.float64() if form.precision > 38 else pyarrow.decimal128(form.precision, form.scale)
    if types.is_list(form):
        return pyarrow.large_list(form.value_field)
    return None


def offsets_of(array):
    numpy = package("numpy")
    buffer = array.buffers()[1]
    if buffer is None or len(array) == 0:
        return bytes(8), 0, 0
    offsets = numpy.frombuffer(buffer, "<i8")[array.offset : array.offset + len(array) + 1]
    return (offsets - offsets[0]).tobytes(), int(offsets[0]), int(offsets[-1])


def put_pieces(array, data):
    offsets, first, last = offsets_of(array)
    buffer = array.buffers()[2]
    data += (offsets, memoryview(buffer)[first:last] if buffer else b"")


def to_arrow(column):
    numpy, pyarrow = package("numpy"), package("pyarrow")
    code, rows = column.kind.code, column.rows
    valid = None
    if column.missing is not None:
        flags = numbers(6, column.missing) == 0
        valid = pyarrow.py_buffer(numpy.packbits(flags, bitorder="little").tobytes())
    data = None if column.data is None else pyarrow.py_buffer(bytes(column.data))
    if code == 1:
        packed = numpy.packbits(numbers(6, column.data), bitorder="little").tobytes()
        return pyarrow.Array.from_buffers(pyarrow.bool_(), rows, [valid, pyarrow.py_buffer(packed)])
    if code in (12, 13):
        form = pyarrow.large_string() if code == 12 else pyarrow.large_binary()
        array = pyarrow.Array.from_buffers(form, rows, [valid, pyarrow.py_buffer(column.offsets.tobytes()), data])
        array.validate(full=True)  # Julia's strings may hold any bytes
        return array
    if code == 14:
        return pyarrow.nulls(rows)
    if code == 19:
        codes = pyarrow.Array.from_buffers(pyarrow.int32(), rows, [valid, data])
        return pyarrow.DictionaryArray.from_arrays(codes, to_arrow(column.pool), ordered=column.kind.numbers[0] == 2)
    inner = [to_arrow(each) for each in column.inner]
    if code == 21:
        buffers = [valid, pyarrow.py_buffer(column.offsets.tobytes())]
        return pyarrow.Array.from_buffers(pyarrow.large_list(inner[0].type), rows, buffers, children=inner)
    if code == 22:
        form = pyarrow.list_(inner[0].type, column.kind.numbers[0])
        return pyarrow.Array.from_buffers(form, rows, [valid], children=inner)
    if code == 23:
        form = pyarrow.struct([pyarrow.field(n, each.type) for n, each in zip(column.kind.names, inner)])
        return pyarrow.Array.from_buffers(form, rows, [valid], children=inner)
    return pyarrow.Array.from_buffers(arrow_type(pyarrow, column.kind), rows, [valid, data])


def arrow_type(pyarrow, kind):
    if kind.code == 15:
        return pyarrow.date32()
    if kind.code == 16:
        return pyarrow.timestamp(UNITS[kind.numbers[0]], kind.text or None)
    if kind.code == 17:
        return pyarrow.duration(UNITS[kind.numbers[0]])
    if kind.code == 18:
        return pyarrow.time64("ns")
    if kind.code == 20:
        return pyarrow.decimal128(*kind.numbers)
    return pyarrow.from_numpy_dtype(package("numpy").dtype(NUMPY[kind.code]))
