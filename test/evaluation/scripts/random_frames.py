"""Random frames of polars go through the codec, and through Julia, and come out the same."""
import random
import string

import polars
from polars.testing import assert_frame_equal

from checks import check, julia_of
from julia_kaggle_bridge import codec  # after the path that checks.py sets

SEED = random.randrange(10**6)
chance = random.Random(SEED)
LETTERS = string.ascii_letters + "ß水🌊\"\0 \n"
WHOLE = [polars.Int8, polars.Int16, polars.Int32, polars.Int64, polars.UInt8, polars.UInt16, polars.UInt32, polars.UInt64]
ZONES = (None, "UTC", "Asia/Kolkata")
UNITS = ("ms", "us", "ns")


def dtype(depth=0):
    kind = chance.randrange(13 if depth < 2 else 10)
    if kind < 2:
        return chance.choice(WHOLE)
    if kind < 10:
        unit = chance.choice(UNITS)
        simple = [polars.Float32, polars.Float64, polars.Boolean, polars.String, polars.Binary, polars.Date, polars.Time]
        return chance.choice([*simple, polars.Datetime(unit, chance.choice(ZONES)), polars.Duration(unit), polars.Categorical])
    if kind == 10:
        return polars.List(dtype(depth + 1))
    if kind == 11:
        return polars.Array(chance.choice(WHOLE), 2)
    return polars.Struct({name: dtype(depth + 1) for name in ("a", "b")[: chance.randint(1, 2)]})


def value(form):
    if chance.random() < 0.2:
        return None
    if form in WHOLE:
        bits = int(str(form).lstrip("UInt"))
        return chance.randrange(2**bits) - (0 if str(form).startswith("U") else 2 ** (bits - 1))
    if form in (polars.Float32, polars.Float64):
        return chance.choice([0.0, -0.0, float("nan"), float("inf"), chance.gauss(0, 1e9)])
    if form == polars.Boolean:
        return chance.random() < 0.5
    if form in (polars.String, polars.Categorical):
        return "".join(chance.choices(LETTERS, k=chance.randint(0, 20)))
    if form == polars.Binary:
        return chance.randbytes(chance.randint(0, 20))
    if form == polars.Date:
        return chance.randint(-100_000, 100_000)
    if form == polars.Time:
        return chance.randrange(86_400 * 10**9)
    if isinstance(form, polars.List):
        return [value(form.inner) for _ in range(chance.randint(0, 3))]
    if isinstance(form, polars.Array):
        return [value(form.inner) for _ in range(2)]
    if isinstance(form, polars.Struct):
        return {field.name: value(field.dtype) for field in form.fields}
    return chance.randint(-(2**60), 2**60)  # ticks


def raw(form):
    """What a column is made of first: polars makes no times of whole numbers but by a cast."""
    if form == polars.Date:
        return polars.Int32
    if form == polars.Time or isinstance(form, (polars.Datetime, polars.Duration)):
        return polars.Int64
    if isinstance(form, polars.List):
        return polars.List(raw(form.inner))
    if isinstance(form, polars.Struct):
        return polars.Struct({field.name: raw(field.dtype) for field in form.fields})
    return form


def frame():
    rows = chance.randint(0, 6)
    columns = []
    for at in range(chance.randint(1, 5)):
        form = dtype()
        column = polars.Series(f"c{at}", [value(form) for _ in range(rows)], dtype=raw(form))
        columns.append(column if raw(form) == form else column.cast(form))
    return polars.DataFrame(columns)


def same(answer, given):
    assert answer.schema == given.schema, f"seed {SEED}: {answer.schema} in place of {given.schema}"
    try:
        assert_frame_equal(answer, given, check_exact=True)
    except AssertionError as error:
        raise AssertionError(f"seed {SEED}: {error}") from None


def by_itself():
    encoder, decoder = codec.Encoder(), codec.Decoder()
    for _ in range(300):
        given = frame()
        same(decoder.decode(encoder.encode(given)), given)


def by_julia():
    julia = julia_of({"predict": "predict"})
    for _ in range(40):
        given = frame()
        same(julia.call("predict", [given]), given)
    julia.close()


check("random frames through the codec of Python", by_itself)
check("random frames through Julia", by_julia)
