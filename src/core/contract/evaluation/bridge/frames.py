"""
Tables, series, arrays and numbers of polars, pandas and NumPy as columns of bytes, and back. Kaggle's evaluation needs these
packages itself; none is imported before it is used. Answers are polars' where that is there: each version of Kaggle's
relay takes them.
"""
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


def take_apart(value):
    """
    A tag, and the names, columns and rows of a table; or the tag, and in place of the rows the bytes of what is no table.
    A column is its type's bytes, and its data's parts.
    """
    family = type(value).__module__.partition(".")[0]
    form = type(value).__name__
    if family == "polars" and form == "DataFrame":
        return b"\x0b", value.columns, polars_columns(value), value.height
    if family == "polars" and form == "Series":
        return b"\x0c", [value.name], polars_columns(value.to_frame()), len(value)
    if family == "pandas" and form == "DataFrame":
        columns = [pandas_column(value.iloc[:, at]) for at in range(value.shape[1])]
        return b"\x0b", [str(name) for name in value.columns], columns, len(value)
    if family == "pandas" and form == "Series":
        name = "" if value.name is None else str(value.name)
        return b"\x0c", [name], [pandas_column(value)], len(value)
    numpy = package("numpy")
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)) and form_of(value.dtype) in CODES:
        code = bytes([CODES[form_of(value.dtype)]])
        plain = value.astype(value.dtype.newbyteorder("="))
        if isinstance(value, numpy.generic):
            return b"\x0e", None, None, [code, plain.tobytes()]
        size = struct.pack(f"<B{value.ndim}Q", value.ndim, *value.shape)
        return b"\x0d", None, None, [code, size, plain.tobytes(order="F")]
    raise TypeError(f"a value of the type {family}.{form} cannot be given to Julia")


def form_of(dtype):
    return "?" if dtype.kind == "b" else f"{dtype.kind}{dtype.itemsize}"


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


# ---- from polars and pandas


def polars_columns(frame):
    polars = package("polars")
    # With the oldest level texts have offsets, not views.
    level = getattr(polars, "CompatLevel", None)
    table = frame.to_arrow(**({"compat_level": level.oldest()} if level else {}))
    columns = []
    for at, dtype in enumerate(frame.dtypes):
        chunks = table.column(at)
        array = chunks.chunk(0) if chunks.num_chunks == 1 else one_chunk(chunks)
        columns.append(arrow_column(array, dtype))
    return columns


def one_chunk(chunks):
    whole = chunks.combine_chunks()
    return whole if not hasattr(whole, "chunks") else package("pyarrow").concat_arrays(whole.chunks)


def pandas_column(series):
    numpy, pandas = package("numpy"), package("pandas")
    dtype = series.dtype
    kind = getattr(dtype, "kind", "O")
    if isinstance(dtype, numpy.dtype) and form_of(dtype) in CODES:
        return bytes([CODES[form_of(dtype)]]), [NONE, series.to_numpy().tobytes()]
    if kind in "mM":
        return pandas_times(series, kind)
    if isinstance(dtype, pandas.CategoricalDtype) and all(isinstance(each, str) for each in dtype.categories):
        codes = series.cat.codes.to_numpy().astype("<i4")
        data = [*missing_part(codes < 0), codes.tobytes(), struct.pack("<Q", len(dtype.categories))]
        return bytes([19, 2 if dtype.ordered else 0]), data + texts(list(dtype.categories))
    pyarrow = package("pyarrow")
    if pyarrow is not None:
        array = pyarrow.Array.from_pandas(series)
        return arrow_column(one_chunk(array) if hasattr(array, "chunks") else array)
    values = series.astype(object).tolist()
    missing = numpy.array([each is None or each is pandas.NA or each != each for each in values], dtype=bool)
    known = [each for each, gone in zip(values, missing) if not gone]
    if not known:
        return bytes([14]), [NONE]
    if all(isinstance(each, str) for each in known):
        data = texts(["" if gone else each for each, gone in zip(values, missing)])
        return bytes([12]), [*missing_part(missing), *data]
    for form in (bool, int, float):
        if all(isinstance(each, form) for each in known):
            array = numpy.array([form(0) if gone else each for each, gone in zip(values, missing)])
            return bytes([CODES[form_of(array.dtype)]]), [*missing_part(missing), array.tobytes()]
    raise TypeError(f"the column {series.name!r} holds values of the type {type(known[0]).__name__}")


def pandas_times(series, kind):
    unit = getattr(series.dtype, "unit", None) or package("numpy").datetime_data(series.dtype)[0]
    if unit not in UNITS:
        unit = "ms"
        series = series.astype(str(series.dtype).replace("[s", "[ms"))
    zone = getattr(series.dtype, "tz", None)
    plain = series if zone is None else series.dt.tz_convert("UTC").dt.tz_localize(None)
    data = [*missing_part(series.isna().to_numpy()), plain.to_numpy().view("<i8").tobytes()]
    if kind == "m":
        return bytes([17, UNITS.index(unit)]), data
    return bytes([16, UNITS.index(unit)]) + text("" if zone is None else str(zone)), data


def texts(values):
    numpy = package("numpy")
    encoded = [each.encode("utf-8", "surrogatepass") for each in values]
    offsets = numpy.zeros(len(values) + 1, "<i8")
    numpy.cumsum([len(each) for each in encoded], out=offsets[1:])
    return [offsets.tobytes(), *encoded]


def missing_part(missing):
    return [b"\1", missing.astype("u1").tobytes()] if missing.any() else [NONE]


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


# ---- to polars, else pandas


def numbers(code, data):
    return package("numpy").frombuffer(data, NUMPY[code])


def scalar(code, data):
    return numbers(code, data)[0]


def array(code, size, data):
    return numbers(code, data).reshape(size, order="F").copy()


def table(names, columns, rows):
    polars = package("polars")
    if polars is None:
        return package("pandas").DataFrame({name: pandas_series(c) for name, c in zip(names, columns)}, range(rows))
    return polars.DataFrame([polars_series(name, column) for name, column in zip(names, columns)])


def series(names, columns):
    if package("polars") is None:
        return pandas_series(columns[0]).rename(names[0] or None)
    return polars_series(names[0], columns[0])


def polars_series(name, column):
    polars = package("polars")
    if column.kind.code in WIDTHS and column.kind.code != 1 and column.missing is None:
        return polars.Series(name, numbers(column.kind.code, column.data).copy())
    series = polars.from_arrow(to_arrow(column))
    dtype = polars_type(column)
    return (series if dtype is None else series.cast(dtype)).rename(name)


def polars_type(column):
    """What Arrow cannot tell; None where nothing of it is inside."""
    polars = package("polars")
    if column.kind.code == 19:
        return polars.Enum(to_arrow(column.pool).to_pylist()) if column.kind.numbers[0] == 1 else None
    inner = [polars_type(each) for each in column.inner]
    if all(each is None for each in inner):
        return None
    if column.kind.code == 21:
        return polars.List(inner[0])
    if column.kind.code == 22:
        return polars.Array(inner[0], column.kind.numbers[0])
    plain = [polars.from_arrow(to_arrow(each)).dtype for each in column.inner]
    return polars.Struct([polars.Field(n, i or p) for n, i, p in zip(column.kind.names, inner, plain)])


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


def pandas_series(column):
    """Without polars, as in the project's own tests of Kaggle's side: numbers and texts, else through pyarrow."""
    pandas = package("pandas")
    if column.kind.code in WIDTHS and column.missing is None:
        return pandas.Series(numbers(column.kind.code, column.data).copy())
    if column.kind.code == 12 and column.missing is None:
        ends = zip(column.offsets, column.offsets[1:])
        return pandas.Series([str(column.data[start:end], "utf-8") for start, end in ends], dtype=object)
    if package("pyarrow") is None:
        raise TypeError("an answer has missing values, or values that are no numbers and no texts")
    return to_arrow(column).to_pandas()
