"""
What is said between Kaggle's Python and Julia: messages of one value each, little-endian. read.jl and write.jl have the
same format. This side needs no package for it; tables and arrays are frames.py's.
"""
import io
import struct

from . import frames
from .kinds import WIDTHS, numbers, text

MOST_SCHEMAS = 1000
UNNUMBERED = 0xFFFFFFFF
DEEPEST = 64

U32, U64, I64, F64 = (struct.Struct("<" + form) for form in "IQqd")


class FormatError(RuntimeError):
    """What came is not in the format: the other side is of another version, or bytes were lost."""


class Encoder:
    """Of one connection: a table's names and types are sent once."""

    def __init__(self):
        self.schemas = {}

    def encode(self, value):
        parts = []
        self.put(value, parts, 0)
        return b"".join(parts)

    def put(self, value, parts, depth):
        if depth > DEEPEST:
            raise TypeError("a value is nested too deeply to be given to Julia")
        kind = type(value)
        if value is None:
            parts.append(b"\0")
        elif kind is bool:
            parts.append(b"\2" if value else b"\1")
        elif kind is int:
            if not -(2**63) <= value < 2**63:
                raise TypeError(f"the number {value} has more than 64 bits")
            parts += (b"\3", I64.pack(value))
        elif kind is float:
            parts += (b"\4", F64.pack(value))
        elif isinstance(value, str):
            parts += (b"\5", text(value))
        elif isinstance(value, bytes):
            parts += (b"\6", U64.pack(len(value)), value)
        elif isinstance(value, io.BytesIO):
            parts += (b"\7", U64.pack(len(value.getbuffer())), value.getvalue())
        elif kind in (list, tuple):
            parts += (b"\x08" if kind is list else b"\x09", U32.pack(len(value)))
            for each in value:
                self.put(each, parts, depth + 1)
        elif kind is dict:
            parts += (b"\x0a", U32.pack(len(value)))
            for key, each in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"a dictionary has the key {key!r}: only texts can be keys")
                parts.append(text(key))
                self.put(each, parts, depth + 1)
        else:
            tag, names, columns, rows = frames.take_apart(value)
            parts.append(tag)
            if columns is None:
                parts += rows
            else:
                self.put_table(names, columns, rows, parts)

    def put_table(self, names, columns, rows, parts):
        schema = b"".join([U32.pack(len(names)), *(text(n) + kind for n, (kind, _) in zip(names, columns))])
        known = self.schemas.get(schema)
        if known is not None:
            parts.append(U32.pack(known))
        else:
            number = len(self.schemas) if len(self.schemas) < MOST_SCHEMAS else UNNUMBERED
            if number != UNNUMBERED:
                self.schemas[schema] = number
            parts += (U32.pack(number), schema)
        parts.append(U64.pack(rows))
        for _, data in columns:
            parts += data


class Kind:
    """A column's type: its code, numbers and text that belong to it, and the types inside with their names."""

    __slots__ = ("code", "numbers", "text", "names", "inner")

    def __init__(self, code, numbers=(0, 0), text="", names=(), inner=()):
        self.code, self.numbers, self.text, self.names, self.inner = code, numbers, text, names, inner


class Column:
    """As it came: `missing` has a byte for each row, or is None; `data` is bytes, texts are offsets and bytes."""

    __slots__ = ("kind", "rows", "missing", "offsets", "data", "pool", "inner")

    def __init__(self, kind, rows):
        self.kind, self.rows, self.inner = kind, rows, ()
        self.missing = self.offsets = self.data = self.pool = None


class Decoder:
    """Of one connection. Each length is looked at before it is believed."""

    def __init__(self):
        self.schemas = []

    def decode(self, message):
        self.message, self.at = memoryview(message), 0
        try:
            value = self.value(0)
        except (FormatError, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of polars is no Exception, and nothing else may end Kaggle's call
            raise FormatError(f"what Julia gave is no value here: {error}") from None
        if self.at != len(self.message):
            raise FormatError("a message goes on after its end")
        return value

    def take(self, count):
        if not 0 <= count <= len(self.message) - self.at:
            raise FormatError("a message ends too early")
        self.at += count
        return self.message[self.at - count : self.at]

    def number(self, form):
        return form.unpack(self.take(form.size))[0]

    def byte(self):
        return self.take(1)[0]

    def count(self, form, each=1):
        count = self.number(form)
        if count * each > len(self.message) - self.at:
            raise FormatError("a message tells of more than it holds")
        return count

    def text(self):
        try:
            return str(self.take(self.number(U64)), "utf-8")
        except UnicodeDecodeError as error:
            raise FormatError(f"a text is not UTF-8: {error.reason}") from None

    def value(self, depth):
        if depth > DEEPEST:
            raise FormatError("a message is nested too deeply")
        tag = self.byte()
        if tag == 0:
            return None
        if tag in (1, 2):
            return tag == 2
        if tag == 3:
            return self.number(I64)
        if tag == 4:
            return self.number(F64)
        if tag == 5:
            return self.text()
        if tag in (6, 7):
            data = bytes(self.take(self.number(U64)))
            return data if tag == 6 else io.BytesIO(data)
        if tag in (8, 9):
            values = [self.value(depth + 1) for _ in range(self.count(U32))]
            return values if tag == 8 else tuple(values)
        if tag == 10:
            return {self.text(): self.value(depth + 1) for _ in range(self.count(U32, 9))}
        if tag in (11, 12):
            names, columns, rows = self.table()
            return frames.table(names, columns, rows) if tag == 11 else frames.series(names, columns)
        if tag == 13:
            code = self.byte()
            size = [self.number(U64) for _ in range(self.below(33))]
            count = 1
            for each in size:
                count *= each
            return frames.array(code, size, self.take(count * self.width(code)))
        if tag == 14:
            code = self.byte()
            return frames.scalar(code, self.take(self.width(code)))
        raise FormatError(f"there is no value of the kind {tag}")

    def width(self, code):
        if code not in WIDTHS:
            raise FormatError(f"there is no number of the kind {code}")
        return WIDTHS[code]

    def table(self):
        number = self.number(U32)
        if number < len(self.schemas):
            names, kinds = self.schemas[number]
        elif number in (len(self.schemas), UNNUMBERED):
            names, kinds = self.fields(0)
            if number != UNNUMBERED and number < MOST_SCHEMAS:
                self.schemas.append((names, kinds))
        else:
            raise FormatError(f"there is no schema {number}")
        rows = self.number(U64)
        if rows > 0x7FFFFFFF:
            raise FormatError(f"a table of {rows} rows")
        return names, [self.column(kind, rows) for kind in kinds], rows

    def fields(self, depth):
        fields = [(self.text(), self.kind(depth)) for _ in range(self.count(U32, 9))]
        if len({name for name, _ in fields}) < len(fields):
            raise FormatError("two columns have the same name")
        return [name for name, _ in fields], [kind for _, kind in fields]

    def kind(self, depth):
        if depth > DEEPEST:
            raise FormatError("a message is nested too deeply")
        code = self.byte()
        if code in WIDTHS or code in (12, 13, 14, 15, 18):
            return Kind(code)
        if code == 16:
            return Kind(code, (self.below(3), 0), self.text())
        if code in (17, 19):
            return Kind(code, (self.below(3), 0))
        if code == 20:
            return Kind(code, (self.below(77), self.below(77)))
        if code == 21:
            return Kind(code, inner=(self.kind(depth + 1),))
        if code == 22:
            return Kind(code, (self.number(U32), 0), inner=(self.kind(depth + 1),))
        if code == 23:
            names, inner = self.fields(depth + 1)
            return Kind(code, names=names, inner=inner)
        raise FormatError(f"there is no column of the kind {code}")

    def below(self, limit):
        number = self.byte()
        if number >= limit:
            raise FormatError(f"{number} where less than {limit} can be")
        return number

    def column(self, kind, rows):
        if not 0 <= rows <= 0x7FFFFFFF:
            raise FormatError(f"a column of {rows} rows")
        column = Column(kind, rows)
        if self.byte():
            column.missing = self.take(rows)
        code = kind.code
        if code in WIDTHS:
            column.data = self.take(rows * WIDTHS[code])
        elif code in (12, 13):
            column.offsets, column.data = self.pieces(rows)
        elif code in (15, 19):
            column.data = self.take(rows * 4)
            if code == 19:
                count = self.count(U64, 8)
                column.pool = Column(Kind(12), count)
                column.pool.offsets, column.pool.data = self.pieces(count)
                self.check_codes(column, count)
        elif code in (16, 17, 18):
            column.data = self.take(rows * 8)
        elif code == 20:
            column.data = self.take(rows * 16)
        elif code == 21:
            column.offsets = self.offsets(rows)
            column.inner = [self.column(kind.inner[0], int(column.offsets[rows]))]
        elif code == 22:
            column.inner = [self.column(kind.inner[0], rows * kind.numbers[0])]
        elif code == 23:
            column.inner = [self.column(each, rows) for each in kind.inner]
        return column

    def check_codes(self, column, count):
        codes = numbers(4, column.data)
        wrong = (codes < 0) | (codes >= count)
        if column.missing is not None:
            wrong &= numbers(6, column.missing) == 0
        if wrong.any():
            raise FormatError("a code stands for nothing")

    def offsets(self, rows):
        offsets = numbers(5, self.take((rows + 1) * 8))
        if offsets[0] != 0 or (offsets[1:] < offsets[:-1]).any():
            raise FormatError("the parts of a column do not follow one another")
        return offsets

    def pieces(self, rows):
        offsets = self.offsets(rows)
        return offsets, self.take(int(offsets[rows]))
