"""
Tables, series, arrays and numbers of polars, pandas and NumPy as columns of bytes, and back. Kaggle's evaluation needs these
packages itself; none is imported before it is used. Answers are polars' where that is there: each version of Kaggle's
relay takes them.
"""
import functools
import struct

from .arrow_columns import PLAIN, arrow_column, to_arrow
from .kinds import CODES, NONE, UNITS, WIDTHS, form_of, missing_part, numbers, package, text


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


# ---- from polars and pandas


def polars_columns(frame):
    columns = [plain_column(series) for series in frame.get_columns()]
    others = [at for at, column in enumerate(columns) if column is None]
    if others:
        polars = package("polars")
        # With the oldest level texts have offsets, not views.
        level = getattr(polars, "CompatLevel", None)
        rest = frame if len(others) == len(columns) else frame[:, others]
        table = rest.to_arrow(**({"compat_level": level.oldest()} if level else {}))
        dtypes = frame.dtypes
        for at, chunks in zip(others, table.columns):
            array = chunks.chunk(0) if chunks.num_chunks == 1 else one_chunk(chunks)
            columns[at] = arrow_column(array, dtypes[at])
    return columns


def plain_column(series):
    """Numbers of which none is missing lie in memory as they are sent: of hundreds of columns Arrow takes ten times as long."""
    code = polars_codes().get(series.dtype)
    return None if code is None or series.null_count() > 0 else (PLAIN[code], [NONE, series.to_numpy()])


@functools.lru_cache(maxsize=None)
def polars_codes():
    polars = package("polars")
    names = "Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float32 Float64".split()
    return {getattr(polars, name): code for code, name in enumerate(names, 2)}


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


# ---- to polars, else pandas


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
