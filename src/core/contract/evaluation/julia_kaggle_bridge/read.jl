# Reads what the Python side writes (`codec.py` has the same format). Each length is looked at before it is believed.

"What came is not in the format: this side and the other one are of different versions, or bytes were lost."
struct FormatError <: Exception
    problem::String
end
Base.showerror(io::IO, error::FormatError) = print(io, "a message is not in the bridge's format: ", error.problem)
malformed(problem) = throw(FormatError(problem))

"Deeper nesting is nobody's data."
const DEEPEST = 64
"No more are remembered: a competition has a handful."
const MOST_SCHEMAS = 1000
"In place of a schema's number: it follows, and is not remembered."
const UNNUMBERED = typemax(UInt32)

"The fixed-width numbers by their code."
const NUMBERS = Dict{UInt8,DataType}(
    2 => Int8, 3 => Int16, 4 => Int32, 5 => Int64, 6 => UInt8, 7 => UInt16, 8 => UInt32, 9 => UInt64,
    10 => Float32, 11 => Float64, 25 => Float16,
)
const UNITS = (Millisecond, Microsecond, Nanosecond)
const POOLS = (:categorical, :enum, :ordered)

"A column's type: its code, numbers and text that belong to it, and the types inside with their names."
struct Kind
    code::UInt8
    numbers::Tuple{Int,Int}
    text::String
    names::Vector{Symbol}
    inner::Vector{Kind}
end
Kind(code; numbers=(0, 0), text="", names=Symbol[], inner=Kind[]) = Kind(code, numbers, text, names, inner)

struct Schema
    names::Vector{Symbol}
    kinds::Vector{Kind}
end

mutable struct Reader
    bytes::Vector{UInt8}
    at::Int
    "Those of the connection."
    schemas::Vector{Schema}
end
Reader(bytes, schemas=Schema[]) = Reader(bytes, 1, schemas)

left(reader) = length(reader.bytes) - reader.at + 1

function scalar(reader, ::Type{T}) where {T}
    sizeof(T) <= left(reader) || malformed("it ends too early")
    result = GC.@preserve reader unsafe_load(Ptr{T}(pointer(reader.bytes, reader.at)))
    reader.at += sizeof(T)
    return result
end

"A number of things of which each takes at least so many bytes."
function count_of(reader, ::Type{T}, bytes=1) where {T}
    number = scalar(reader, T)
    number <= div(left(reader), bytes) || malformed("it tells of more than it holds")
    return Int(number)
end

function numbers(reader, ::Type{T}, count) where {T}
    0 <= count <= div(left(reader), sizeof(T)) || malformed("it ends too early")
    result = Vector{T}(undef, count)
    count == 0 && return result
    GC.@preserve reader result unsafe_copyto!(
        Ptr{UInt8}(pointer(result)), pointer(reader.bytes, reader.at), count * sizeof(T))
    reader.at += count * sizeof(T)
    return result
end

text(reader) = String(numbers(reader, UInt8, count_of(reader, UInt64)))

"The name of a column."
function name(reader)
    bytes = numbers(reader, UInt8, count_of(reader, UInt64))
    0x00 in bytes && malformed("a name has a NUL")
    return Symbol(String(bytes))
end

"A value of any kind (a number, a text, a table, ...)."
function read_value(reader, depth=0)
    depth > DEEPEST && malformed("it is nested too deeply")
    tag = scalar(reader, UInt8)
    tag == 0 && return nothing
    tag == 1 && return false
    tag == 2 && return true
    tag == 3 && return scalar(reader, Int64)
    tag == 4 && return scalar(reader, Float64)
    tag == 5 && return text(reader)
    tag in (6, 7) && return numbers(reader, UInt8, count_of(reader, UInt64))
    tag == 8 && return Any[read_value(reader, depth + 1) for _ in 1:count_of(reader, UInt32)]
    tag == 9 && return Tuple(Any[read_value(reader, depth + 1) for _ in 1:count_of(reader, UInt32)])
    tag == 10 && return Dict{String,Any}(
        text(reader) => read_value(reader, depth + 1) for _ in 1:count_of(reader, UInt32, 9))
    tag == 11 && return read_table(reader)
    if tag == 12
        table = read_table(reader)
        length(table.columns) == 1 || malformed("a series has one column")
        return Series(table.columns[1], table.names[1])
    end
    tag == 13 && return read_array(reader)
    if tag == 14
        code = scalar(reader, UInt8)
        return code == 1 ? scalar(reader, UInt8) != 0 : scalar(reader, number_type(code))
    end
    malformed("there is no value of the kind $tag")
end

number_type(code) = get(() -> malformed("there is no number of the kind $code"), NUMBERS, code)

"An array as NumPy has it, in the order of Julia's memory: `a[i, j]` of Python is `a[i+1, j+1]` here."
function read_array(reader)
    code = scalar(reader, UInt8)
    size = [rows_below(scalar(reader, UInt64)) for _ in 1:below(reader, 33)]
    total = rows_below(foldl(*, size; init=big(1)))
    flat = code == 1 ? numbers(reader, UInt8, total) .!= 0 : numbers(reader, number_type(code), total)
    return reshape(flat isa BitArray ? Vector{Bool}(flat) : flat, size...)
end

function read_schema(reader)
    number = scalar(reader, UInt32)
    number < length(reader.schemas) && return reader.schemas[number+1]
    number in (length(reader.schemas), UNNUMBERED) || malformed("there is no schema $number")
    names, kinds = Symbol[], Kind[]
    for _ in 1:count_of(reader, UInt32, 9)
        push!(names, name(reader))
        push!(kinds, read_kind(reader))
    end
    schema = Schema(names, kinds)
    number == UNNUMBERED || length(reader.schemas) >= MOST_SCHEMAS || push!(reader.schemas, schema)
    return schema
end

function read_kind(reader, depth=0)
    depth > DEEPEST && malformed("it is nested too deeply")
    code = scalar(reader, UInt8)
    (haskey(NUMBERS, code) || code in (1, 12, 13, 14, 15, 18)) && return Kind(code)
    code == 16 && return Kind(code; numbers=(below(reader, 3), 0), text=text(reader))
    code in (17, 19) && return Kind(code; numbers=(below(reader, 3), 0))
    code == 20 && return Kind(code; numbers=(below(reader, 77), below(reader, 77)))
    code == 21 && return Kind(code; inner=[read_kind(reader, depth + 1)])
    code == 22 && return Kind(code; numbers=(Int(scalar(reader, UInt32)), 0), inner=[read_kind(reader, depth + 1)])
    code == 23 || malformed("there is no column of the kind $code")
    names, inner = Symbol[], Kind[]
    for _ in 1:count_of(reader, UInt32, 9)
        push!(names, name(reader))
        push!(inner, read_kind(reader, depth + 1))
    end
    return Kind(code; names=names, inner=inner)
end

function below(reader, limit)
    number = Int(scalar(reader, UInt8))
    return number < limit ? number : malformed("$number where less than $limit can be")
end

function read_table(reader)
    schema = read_schema(reader)
    rows = rows_below(scalar(reader, UInt64))
    return Table(schema.names, AbstractVector[read_column(reader, kind, rows) for kind in schema.kinds]; rows=rows)
end

function read_column(reader, kind, rows)
    missings = scalar(reader, UInt8) == 0 ? Bool[] : flags(reader, rows)
    code = kind.code
    code == 1 && return with_missings(flags(reader, rows), missings)
    haskey(NUMBERS, code) && return with_missings(numbers(reader, NUMBERS[code], rows), missings)
    code == 12 && return with_missings(read_parts(reader, rows, String), missings)
    code == 13 && return with_missings(read_parts(reader, rows, Vector{UInt8}), missings)
    code == 14 && return fill(missing, rows)
    if code == 15
        since = Dates.value(Date(1970))
        return with_missings(
            [Date(Dates.UTD(Int64(day) + since)) for day in numbers(reader, Int32, rows)], missings)
    end
    if code == 16
        ticks, unit = numbers(reader, Int64, rows), UNITS[kind.numbers[1]+1]
        unit == Millisecond && kind.text == "" || return Moments{unit}(ticks, missings, kind.text)
        return with_missings([DateTime(Dates.UTM(tick + EPOCH)) for tick in ticks], missings)
    end
    code == 17 && return with_missings(UNITS[kind.numbers[1]+1].(numbers(reader, Int64, rows)), missings)
    code == 18 && return with_missings(Time.(Nanosecond.(numbers(reader, Int64, rows))), missings)
    code == 19 && return read_pooled(reader, POOLS[kind.numbers[1]+1], rows, missings)
    code == 20 && return Decimals(numbers(reader, Int128, rows), missings, kind.numbers...)
    code == 21 && return read_lists(reader, kind, rows, missings)
    if code == 22
        width = kind.numbers[1]
        values = read_column(reader, kind.inner[1], rows_below(rows * big(width)))
        return Lists(collect(Int64, 0:rows) .* width, missings, values, width)
    end
    columns = AbstractVector[read_column(reader, inner, rows) for inner in kind.inner]
    return Records(Table(kind.names, columns; rows=rows), missings)
end

rows_below(rows) = 0 <= rows <= typemax(Int32) ? Int(rows) : malformed("$rows rows")

flags(reader, rows) = Bool[byte != 0 for byte in numbers(reader, UInt8, rows)]

function with_missings(values::Vector{T}, missings) where {T}
    isempty(missings) && return values
    result = Vector{Union{T,Missing}}(values)
    result[missings] .= missing
    return result
end

"Where each begins and ends, which is within what follows."
function read_offsets(reader, rows)
    offsets = numbers(reader, Int64, rows + 1)
    offsets[1] == 0 && issorted(offsets) || malformed("its parts do not follow one another")
    return offsets
end

function read_parts(reader, rows, ::Type{T}) where {T}
    offsets = read_offsets(reader, rows)
    start = reader.at
    offsets[end] <= left(reader) || malformed("it ends too early")
    reader.at += offsets[end]
    return T[part(T, reader.bytes, start + offsets[i], offsets[i+1] - offsets[i]) for i in 1:rows]
end
part(::Type{String}, bytes, from, count) = GC.@preserve bytes unsafe_string(pointer(bytes, from), count)
part(::Type{Vector{UInt8}}, bytes, from, count) = bytes[from:from+count-1]

function read_pooled(reader, kind, rows, missings)
    codes = numbers(reader, Int32, rows)
    pool = read_parts(reader, count_of(reader, UInt64, 8), String)
    for at in 1:rows
        !isempty(missings) && missings[at] || 0 <= codes[at] < length(pool) || malformed("a code stands for nothing")
    end
    return Pooled(codes, missings, pool, kind)
end

function read_lists(reader, kind, rows, missings)
    offsets = read_offsets(reader, rows)
    return Lists(offsets, missings, read_column(reader, kind.inner[1], rows_below(offsets[end])))
end
