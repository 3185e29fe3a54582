"""Each row of the table of types, from polars, pandas, NumPy and Python to Julia and back."""
import datetime
import decimal
import io
import math

import numpy
import pandas
import polars
from polars.testing import assert_frame_equal

from checks import check, julia_of, raises
from julia_kaggle_bridge.julia_process import JuliaError

julia = julia_of({"predict": "predict", "rebuilt": "rebuilt", "types": "types", "gives": "gives"})
U = datetime.timezone.utc
DAY = datetime.date(2026, 2, 28)
MOMENT = datetime.datetime(1969, 12, 31, 23, 59, 59, 123456)
LONG = "long enough not to lie in a view: größe 水位 🌊"


def series(values, dtype):
    return polars.Series("x", values, dtype=dtype)


def numbers():
    for bits in (8, 16, 32, 64):
        least, most = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        yield f"Int{bits}", series([least, 0, most], getattr(polars, f"Int{bits}"))
        yield f"UInt{bits}", series([0, 1, 2**bits - 1], getattr(polars, f"UInt{bits}"))
    for bits, tiny in ((32, 1.401298464324817e-45), (64, 5e-324)):
        values = [0.1, -0.0, math.inf, math.nan, tiny]
        yield f"Float{bits}", series(values, getattr(polars, f"Float{bits}"))


def columns():
    yield from numbers()
    for name, column in numbers():
        yield f"{name} with nulls", polars.concat([column, series([None], column.dtype)])
    yield "Boolean", series([True, False, True], polars.Boolean)
    yield "Boolean with nulls", series([True, None, False] * 7, polars.Boolean)
    yield "String", series(["", "a", LONG, "nul\0", '"'], polars.String)
    yield "String with nulls", series([None, "", LONG, None], polars.String)
    yield "Categorical", series(["b", "a", None, "b"], polars.Categorical)
    yield "Enum", series(["b", None, "a"], polars.Enum(["a", "b", "never"]))
    yield "Date", series([DAY, None, datetime.date(1, 1, 1), datetime.date(9999, 12, 31)], polars.Date)
    for unit in ("ms", "us", "ns"):
        plain = series([MOMENT, datetime.datetime(2200, 1, 1)], polars.Datetime(unit))
        yield f"Datetime({unit})", plain
        yield f"Datetime({unit}) with nulls", series([MOMENT, None], polars.Datetime(unit))
        yield f"Datetime({unit}) of a zone", plain.dt.replace_time_zone("Europe/Berlin")
        yield f"Duration({unit})", series([-1, 0, None, 2**62], polars.Int64).cast(polars.Duration(unit))
    yield "Time", series([datetime.time(0), None, datetime.time(23, 59, 59, 999999)], polars.Time)
    yield "Decimal", series([decimal.Decimal("-0.01"), None, decimal.Decimal("12345678901234567890.55")], polars.Decimal(30, 2))
    yield "List", series([[1, None], [], None, [3]], polars.List(polars.Int32))
    yield "List of UInt8", series([[1], [], [2, 3]], polars.List(polars.UInt8))
    yield "List of texts", series([["a", None], [LONG]], polars.List(polars.String))
    yield "List of lists", series([[[1.5], []], None, []], polars.List(polars.List(polars.Float64)))
    yield "List of an Enum", series([["a"], []], polars.List(polars.Enum(["a", "b"])))
    yield "Array", series([[1, 2], None, [3, 4]], polars.Array(polars.Int8, 2))
    yield "Struct", series([{"a": 1, "b": "x"}, {"a": None, "b": "y"}], polars.Struct({"a": polars.Int16, "b": polars.String}))
    yield "Struct with nulls", series([{"a": [1]}, None], polars.Struct({"a": polars.List(polars.Int64)}))
    yield "Null", series([None, None], polars.Null)
    yield "Binary", series([b"", b"\0\xff", None], polars.Binary)


def comes_back(frame, expected=None, by="predict"):
    expected = frame if expected is None else expected
    answer = julia.call(by, [frame])
    assert isinstance(answer, polars.DataFrame), type(answer)
    assert answer.schema == expected.schema, f"{answer.schema} in place of {expected.schema}"
    assert_frame_equal(answer, expected, check_exact=True, check_dtypes=True)


# What plain vectors cannot tell: the pool, the scale, the width, the zone.
PLAINLY = {
    "Categorical": polars.String,
    "Enum": polars.String,
    "Decimal": polars.Float64,
    "Array": polars.List(polars.Int8),
    "List of an Enum": polars.List(polars.String),
}


def plainly(name, column):
    if name.endswith("of a zone"):
        return column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    if name == "Decimal":
        return series([None if each is None else float(str(each)) for each in column], polars.Float64)
    if name == "List of UInt8":
        return series([b"\1", b"", b"\2\3"], polars.Binary)
    return column.cast(PLAINLY[name]) if name in PLAINLY else column


for name, column in columns():
    check(f"polars {name}", lambda: comes_back(column.to_frame()))
    check(f"polars {name}, empty", lambda: comes_back(column.clear().to_frame()))
    check(f"polars {name}, a part of chunks", lambda: comes_back(column.append(column.clone())[1:].to_frame()))
for name, column in columns():
    check(f"polars {name}, rebuilt", lambda: comes_back(column.to_frame(), plainly(name, column).to_frame(), "rebuilt"))


def alone():
    column = polars.Series("target", [1.5, None])
    assert julia.call("predict", [column]).equals(column, check_names=True)


check("polars Series, with its name", alone)


def alone_of_pandas():
    column = pandas.Series([1.5, 2.5], name="target", index=[7, 8])
    assert julia.call("predict", [column]).equals(polars.Series("target", [1.5, 2.5]), check_names=True)


check("pandas Series, with its name and without its index", alone_of_pandas)
check("polars 800 columns, in order", lambda: comes_back(polars.DataFrame({f"c{i}": [i] for i in range(800)})))
check("polars no columns", lambda: comes_back(polars.DataFrame()))

JULIA_TYPES = {
    "i": ([1], polars.Int16, "Int16"),
    "f": ([1.0, None], polars.Float32, "Union{Missing, Float32}"),
    "b": ([True], polars.Boolean, "Bool"),
    "s": (["a"], polars.String, "String"),
    "c": (["a"], polars.Categorical, "String"),
    "d": ([DAY], polars.Date, "Date"),
    "ms": ([MOMENT], polars.Datetime("ms"), "DateTime"),
    "us": ([MOMENT], polars.Datetime("us"), "Moment{Microsecond}"),
    "z": ([MOMENT], polars.Datetime("ms", "UTC"), "Moment{Millisecond}"),
    "t": ([datetime.time(1)], polars.Time, "Time"),
    "u": ([datetime.timedelta(1)], polars.Duration("ns"), "Nanosecond"),
    "l": ([[1]], polars.List(polars.Int8), "Vector{Int8}"),
    "r": ([{"a": 1}], polars.Struct({"a": polars.Int8}), "Row"),
    "n": ([None], polars.Null, "Missing"),
    "y": ([b"a"], polars.Binary, "Vector{UInt8}"),
}


def julia_types():
    columns = [polars.Series(n, (values * 2)[:2], dtype=dtype) for n, (values, dtype, _) in JULIA_TYPES.items()]
    frame = polars.DataFrame(columns)
    found = [each.replace("Main.JuliaKaggleBridge.", "").replace("Dates.", "") for each in julia.call("types", [frame])]
    found = [each.replace("Array{Int8,1}", "Vector{Int8}").replace("Array{UInt8,1}", "Vector{UInt8}") for each in found]
    assert found == [expected for _, _, expected in JULIA_TYPES.values()], found


check("Julia's types of the columns", julia_types)


def pandas_columns():
    for form in ("int8", "int64", "uint64", "float32", "float64", "bool"):
        yield form, pandas.Series([0, 1, 1], dtype=form)
    yield "NaN", pandas.Series([0.5, math.nan])
    for form in ("Int64", "Float32", "boolean"):
        yield form, pandas.Series([1, None, 0], dtype=form)
    yield "texts", pandas.Series(["a", None, LONG], dtype=object)
    yield "string", pandas.Series(["a", None, LONG], dtype="string")
    yield "category", pandas.Series(["b", None, "a"], dtype="category")
    yield "category in order", pandas.Series(pandas.Categorical(["b", "a"], ["b", "a"], ordered=True))
    yield "category of numbers", pandas.Series([3, 5, 3], dtype="category")
    for unit in ("ms", "us", "ns"):
        yield f"datetime64[{unit}]", pandas.Series([MOMENT, None]).astype(f"datetime64[{unit}]")
        yield f"timedelta64[{unit}]", pandas.Series([datetime.timedelta(1), None]).astype(f"timedelta64[{unit}]")
    yield "datetime64 of a zone", pandas.Series([MOMENT, None]).astype("datetime64[ns]").dt.tz_localize("Asia/Kolkata")
    yield "dates", pandas.Series([DAY, None], dtype=object)
    yield "lists", pandas.Series([[1], [2, 3]], dtype=object)


for name, column in pandas_columns():
    frame = pandas.DataFrame({"x": column})
    frame.index = frame.index + 7
    expected = polars.from_pandas(frame, nan_to_null=False)
    if name == "category of numbers":
        expected = polars.DataFrame({"x": [3, 5, 3]})
    check(f"pandas {name}", lambda: comes_back(frame, expected))


def values():
    yield "str", LONG
    yield "str, empty", ""
    yield "int", -(2**63)
    yield "int, the largest", 2**63 - 1
    yield "float", 0.1
    yield "bool", True
    yield "None", None
    yield "a path", "/kaggle/shared/1.2.3/series"
    yield "tuple", (1, ("a", None))
    yield "list", [1, "a", None, [True]]
    yield "dict", {"a": 1, "b": [0.1, {"c": None}], "": "x"}


def same(value):
    answer = julia.call("predict", [value])
    assert answer == value, repr(answer)
    if type(value) in (int, float):
        assert isinstance(answer, numpy.generic), type(answer)
    else:
        assert type(answer) is type(value), type(answer)


for name, value in values():
    check(f"Python {name}", lambda: same(value))


def arrays():
    for form in ("i1", "u2", "i4", "f4", "f8", "?"):
        array = numpy.arange(24).reshape(2, 3, 4).astype(form)
        answer = julia.call("predict", [array])
        assert answer.dtype == array.dtype and (answer == array).all(), answer
    turned = julia.call("predict", [numpy.arange(6).reshape(2, 3).T])
    assert turned.tolist() == [[0, 3], [1, 4], [2, 5]], turned
    assert julia.call("predict", [numpy.array([1.5, 2.5])]).to_list() == [1.5, 2.5]


def scalars():
    for value in (numpy.float64(0.1), numpy.int64(-5), numpy.bool_(True), numpy.float32(0.1), numpy.uint8(255)):
        answer = julia.call("predict", [value])
        assert answer == value and type(answer) in (numpy.float64, numpy.int64, bool), repr(answer)


def bytes_back():
    for value in (b"\0abc", io.BytesIO(b"\0abc")):
        assert julia.call("predict", [value]).getvalue() == b"\0abc"


def same_call(arguments, options):
    answer = julia.call("predict", arguments, options)
    assert answer == (options or arguments), answer


check("NumPy arrays keep their indices", arrays)
check("NumPy scalars, as float64, int64 and bool", scalars)
check("bytes and BytesIO", bytes_back)
check("several arguments", lambda: same_call((1, "a"), {}))
check("arguments by name", lambda: same_call((), {"test": 1.5, "name": "x"}))


def gives(what, expected):
    answer = julia.call("gives", [what])
    if isinstance(expected, (polars.DataFrame, polars.Series)):
        assert expected.equals(answer) and type(answer) is type(expected), answer
        assert getattr(answer, "schema", answer.dtypes if hasattr(answer, "dtypes") else answer.dtype) is not None
    elif isinstance(expected, numpy.ndarray):
        assert (answer == expected).all(), answer
    else:
        assert answer == expected and type(answer) is type(expected), repr(answer)


for what, expected in (
    ("integer", numpy.int64(3)),
    ("small", numpy.float64(numpy.float32(0.1))),
    ("float", numpy.float64(0.1)),
    ("rational", numpy.float64(0.25)),
    ("grown", polars.Series([1.0, 2.5])),
    ("numbers", polars.Series([1.0, 2.5])),
    ("nothing in it", polars.Series([1.5, None])),
    ("named tuple", polars.DataFrame({"x": [1, 2], "y": ["a", "b"]})),
    ("rows", polars.DataFrame({"x": [1, 2], "y": ["a", "b"]})),
    ("matrix", numpy.array([[1, 2, 3], [4, 5, 6]])),
    ("lists", polars.DataFrame({"x": [[1, 2], []]})),
    ("structs", polars.DataFrame({"x": [{"a": 1, "b": "u"}, None]})),
    ("symbols", polars.Series(["a", "b"])),
):
    check(f"Julia gives: {what}", lambda: gives(what, expected))

for what, words in (
    ("complex", "the column holds values of the type Complex"),
    ("function", "it can be a table, a vector, a number, a text or nothing"),
    ("unequal", "the column y has 2 rows, others have 1"),
    ("big", "has more than 64 bits"),
):
    check(f"Julia gives, and is told: {what}", lambda: raises(JuliaError, words, lambda: julia.call("gives", [what])))
check("Julia gives, and is told: latin", lambda: raises(RuntimeError, "Invalid UTF8", lambda: julia.call("gives", ["latin"])))
julia.close()
