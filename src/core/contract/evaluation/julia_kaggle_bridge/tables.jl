# What a function that Kaggle calls is given: tables of named columns, in Julia's own types as far as they hold the values
# exactly. Where they do not, a column keeps what came (codes, ticks, scale), and gives Julia's values when it is read.

"""
    Table(names, columns)
    Table(x = [1, 2], y = ["a", "b"])

Columns of equal length with their names, in order. `table[:x]` is a column, `table.names` and `table.columns` are all;
a loop over it gives its rows, of which `row.x` is a value. `DataFrame(table.columns, table.names)` copies it.
"""
struct Table
    names::Vector{Symbol}
    columns::Vector{AbstractVector}
    rows::Int
    function Table(names, columns; rows=isempty(columns) ? 0 : length(first(columns)))
        length(names) == length(columns) ||
            throw(ArgumentError("a table has $(length(names)) names for $(length(columns)) columns"))
        allunique(names) || throw(ArgumentError("a table has two columns of the same name: $(join(names, ", "))"))
        for (name, column) in zip(names, columns)
            length(column) == rows ||
                throw(ArgumentError("the column $name has $(length(column)) rows, others have $rows"))
        end
        return new(collect(Symbol, names), collect(AbstractVector, columns), rows)
    end
end
Table(; columns...) = Table(collect(keys(columns)), collect(AbstractVector, values(values(columns))))

function Base.getindex(table::Table, name::Symbol)
    at = findfirst(isequal(name), table.names)
    at === nothing && throw(KeyError(name))
    return table.columns[at]
end
Base.getindex(table::Table, name::AbstractString) = table[Symbol(name)]
Base.keys(table::Table) = table.names
Base.haskey(table::Table, name) = Symbol(name) in table.names
Base.length(table::Table) = table.rows
Base.size(table::Table) = (table.rows, length(table.columns))
Base.eltype(::Type{Table}) = Row
Base.iterate(table::Table, at=1) = at > table.rows ? nothing : (Row(table, at), at + 1)
Base.show(io::IO, table::Table) =
    print(io, "Table of ", table.rows, " rows with the columns ", join(table.names, ", "))

"One row of a table: `row.x` and `row[:x]` are its values."
struct Row
    table::Table
    at::Int
end
Base.getindex(row::Row, name) = getfield(row, :table)[name][getfield(row, :at)]
Base.getproperty(row::Row, name::Symbol) = row[name]
Base.propertynames(row::Row) = Tuple(keys(row))
Base.keys(row::Row) = getfield(row, :table).names
Base.values(row::Row) = [row[name] for name in keys(row)]
Base.isequal(one::Row, other::Row) = keys(one) == keys(other) && isequal(values(one), values(other))
Base.:(==)(one::Row, other::Row) = keys(one) == keys(other) && values(one) == values(other)
Base.hash(row::Row, seed::UInt) = hash(values(row), hash(keys(row), seed))
Base.show(io::IO, row::Row) = print(io, "Row(", join(("$name = $(repr(row[name]))" for name in keys(row)), ", "), ")")

"A column that came alone, with its name."
struct Series{E,V<:AbstractVector{E}} <: AbstractVector{E}
    values::V
    name::Symbol
end
Base.size(series::Series) = size(series.values)
Base.getindex(series::Series, at::Int) = series.values[at]

"A column that keeps what came: which of its values are missing is told by `missings`, which is empty where none is."
abstract type Kept{E} <: AbstractVector{E} end
Base.size(column::Kept) = (rows(column),)
Base.@propagate_inbounds function Base.getindex(column::Kept, at::Int)
    @boundscheck checkbounds(column, at)
    return !isempty(column.missings) && column.missings[at] ? missing : value(column, at)
end
"The type of the elements."
element(::Type{E}, missings) where {E} = isempty(missings) ? E : Union{E,Missing}

"A moment in ticks of `U` since 1970, which may be finer than a DateTime: `DateTime(moment)` cuts it to milliseconds."
struct Moment{U<:Period}
    ticks::Int64
end
const EPOCH = Dates.value(DateTime(1970))
per_millisecond(::Type{Millisecond}) = 1
per_millisecond(::Type{Microsecond}) = 1_000
per_millisecond(::Type{Nanosecond}) = 1_000_000
Dates.DateTime(moment::Moment{U}) where {U} =
    DateTime(Dates.UTM(fld(moment.ticks, per_millisecond(U)) + EPOCH))
Base.convert(::Type{DateTime}, moment::Moment) = DateTime(moment)
Base.isless(one::Moment{U}, other::Moment{U}) where {U} = one.ticks < other.ticks
Base.:(-)(one::Moment{U}, other::Moment{U}) where {U} = U(one.ticks - other.ticks)
Base.show(io::IO, moment::Moment{U}) where {U} = print(io, DateTime(moment), " (", moment.ticks, " of ", nameof(U), ")")

"Moments, with the name of their time zone, which is empty where they have none. The ticks are UTC where there is one."
struct Moments{U,E} <: Kept{E}
    ticks::Vector{Int64}
    missings::Vector{Bool}
    zone::String
    Moments{U}(ticks, missings=Bool[], zone="") where {U} = new{U,element(Moment{U}, missings)}(ticks, missings, zone)
end
rows(column::Moments) = length(column.ticks)
value(column::Moments{U}, at) where {U} = Moment{U}(column.ticks[at])

"Texts of which few are different: `pool[codes[i] + 1]`."
struct Pooled{E} <: Kept{E}
    codes::Vector{Int32}
    missings::Vector{Bool}
    pool::Vector{String}
    "`categorical`, `enum`, or `ordered` where the pool's order has a meaning."
    kind::Symbol
    Pooled(codes, missings, pool, kind=:categorical) = new{element(String, missings)}(codes, missings, pool, kind)
end
rows(column::Pooled) = length(column.codes)
value(column::Pooled, at) = column.pool[column.codes[at]+1]

"A decimal number: `Float64(number)` is the nearest, `value / 10^scale` is exact."
struct Decimal
    value::Int128
    scale::Int
end
function Base.show(io::IO, number::Decimal)
    digits = lpad(string(abs(big(number.value))), number.scale + 1, '0')
    print(io, number.value < 0 ? "-" : "", digits[1:end-number.scale])
    number.scale > 0 && print(io, '.', digits[end-number.scale+1:end])
end
Base.Float64(number::Decimal) = parse(Float64, string(number))
Base.convert(::Type{Float64}, number::Decimal) = Float64(number)

struct Decimals{E} <: Kept{E}
    numbers::Vector{Int128}
    missings::Vector{Bool}
    precision::Int
    scale::Int
    Decimals(numbers, missings, precision, scale) =
        new{element(Decimal, missings)}(numbers, missings, precision, scale)
end
rows(column::Decimals) = length(column.numbers)
value(column::Decimals, at) = Decimal(column.numbers[at], column.scale)

"Lists: each a part of one long column. `width` is 0 where they differ in length."
struct Lists{E,V} <: Kept{E}
    offsets::Vector{Int64}
    missings::Vector{Bool}
    values::V
    width::Int
    Lists(offsets, missings, values::V, width=0) where {V} =
        new{element(Vector{eltype(V)}, missings),V}(offsets, missings, values, width)
end
rows(column::Lists) = length(column.offsets) - 1
value(column::Lists, at) = column.values[column.offsets[at]+1:column.offsets[at+1]]

"Structs: the rows of a table."
struct Records{E} <: Kept{E}
    table::Table
    missings::Vector{Bool}
    Records(table, missings=Bool[]) = new{element(Row, missings)}(table, missings)
end
rows(column::Records) = column.table.rows
value(column::Records, at) = Row(column.table, at)
