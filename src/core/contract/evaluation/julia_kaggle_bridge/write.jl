# Writes what a function gives for the Python side, in the format that `read.jl` reads.

"What a function gave cannot be handed to Kaggle."
struct AnswerError <: Exception
    problem::String
end
Base.showerror(io::IO, error::AnswerError) = print(io, error.problem)

mutable struct Writer
    io::IOBuffer
    "Those of the connection, by their bytes."
    schemas::Dict{Vector{UInt8},UInt32}
end
Writer(schemas=Dict{Vector{UInt8},UInt32}()) = Writer(IOBuffer(), schemas)

const CODES = Dict{DataType,UInt8}(type => code for (code, type) in NUMBERS)
const TABLES = Base.PkgId(Base.UUID("bd369af6-aec1-5ad0-b16a-f7cc5008161c"), "Tables")

put(io, number::Number) = write(io, number)
function put(io, text::AbstractString)
    bytes = codeunits(String(text))
    write(io, UInt64(length(bytes)))
    write(io, bytes)
end
put(io, name::Symbol) = put(io, String(name))

"""
A value. `outer`: it is the answer itself, whose numbers go back as NumPy's: a float of Python's own would lose half its
digits in Kaggle's relay.
"""
function write_value(writer, value; outer=false, depth=0)
    io = writer.io
    depth > DEEPEST && throw(AnswerError("the answer is nested too deeply"))
    inside(each) = write_value(writer, each; depth=depth + 1)
    if value === nothing || value === missing
        write(io, 0x00)
    elseif value isa Bool
        write(io, value ? 0x02 : 0x01)
    elseif value isa Integer
        write_integer(io, value, outer)
    elseif value isa Real || value isa Decimal
        write(io, 0x0e, CODES[Float64], Float64(value))
    elseif value isa Union{AbstractString,Symbol,AbstractChar}
        write(io, 0x05)
        put(io, string(value))
    elseif value isa AbstractVector{UInt8}
        write(io, 0x07, UInt64(length(value)), Vector{UInt8}(value))
    elseif value isa Series
        write_series(writer, value.values, value.name)
    elseif value isa Table
        write(io, 0x0b)
        write_table(writer, value)
    elseif value isa Tuple
        write(io, 0x09, UInt32(length(value)))
        foreach(inside, value)
    elseif isrows(value)
        write_value(writer, of_rows(value))
    elseif value isa AbstractVector{<:Pair} || (value isa NamedTuple && all(each -> each isa AbstractVector, value))
        write_value(writer, of_pairs(pairs_of(value)))
    elseif value isa Union{AbstractDict,NamedTuple,Row}
        write(io, 0x0a, UInt32(length(keys(value))))
        for key in keys(value)
            key isa Union{AbstractString,Symbol} ||
                throw(AnswerError("a dictionary has the key $(repr(key)): only texts can be keys"))
            put(io, key)
            inside(value[key])
        end
    elseif istable(value)
        write_value(writer, of_table(value))
    elseif value isa Vector{Any} && !(outer && is_column(value))
        write(io, 0x08, UInt32(length(value)))
        foreach(inside, value)
    elseif value isa AbstractVector
        write_series(writer, value, Symbol(""))
    elseif value isa AbstractArray{<:Union{keys(CODES)...,Bool}} && ndims(value) > 0
        write(io, 0x0d, eltype(value) == Bool ? 0x01 : CODES[eltype(value)], UInt8(ndims(value)))
        foreach(each -> write(io, UInt64(each)), size(value))
        write(io, eltype(value) == Bool ? Array{UInt8}(value) : Array(value))
    else
        throw(AnswerError("the answer is a $(typeof(value)): it can be a table, a vector, a number, a text or nothing"))
    end
    return writer
end

function write_integer(io, value, outer)
    type = typemin(Int64) <= value <= typemax(Int64) ? Int64 : UInt64
    typemin(type) <= value <= typemax(type) || throw(AnswerError("the number $value has more than 64 bits"))
    if type == Int64 && !outer
        write(io, 0x03, Int64(value))
    else
        write(io, 0x0e, CODES[type], type(value))
    end
end

isrows(value) = value isa AbstractVector{<:Union{NamedTuple,Row}} && !(value isa Kept)
of_rows(rows) =
    isempty(rows) ? Table() :
    Table(collect(Symbol, keys(first(rows))), [[row[name] for row in rows] for name in keys(first(rows))])
pairs_of(value::AbstractVector) = value
pairs_of(value::NamedTuple) = collect(pairs(value))
of_pairs(pairs) = Table(Symbol.(first.(pairs)), last.(pairs))

"A table of any package, such as a DataFrame: they all have loaded Tables."
istable(value) = haskey(Base.loaded_modules, TABLES) &&
    Base.invokelatest(Base.loaded_modules[TABLES].istable, value)::Bool
function of_table(value)
    tables = Base.loaded_modules[TABLES]
    columns = Base.invokelatest(tables.columns, value)
    names = collect(Symbol, Base.invokelatest(tables.columnnames, columns))
    return Table(names, [Base.invokelatest(tables.getcolumn, columns, name) for name in names])
end

function write_series(writer, values, name)
    write(writer.io, 0x0c)
    write_table(writer, Table([name], [values]))
end

function write_table(writer, table)
    io = writer.io
    columns = AbstractVector[settled(column, name) for (name, column) in zip(table.names, table.columns)]
    schema = IOBuffer()
    write(schema, UInt32(length(columns)))
    for (name, column) in zip(table.names, columns)
        put(schema, name)
        write_kind(schema, column)
    end
    bytes = take!(schema)
    known = get(writer.schemas, bytes, UNNUMBERED)
    if known != UNNUMBERED
        write(io, known)
    else
        number = length(writer.schemas) < MOST_SCHEMAS ? UInt32(length(writer.schemas)) : UNNUMBERED
        number == UNNUMBERED || (writer.schemas[bytes] = number)
        write(io, number, bytes)
    end
    write(io, UInt64(table.rows))
    foreach(column -> write_column(io, column), columns)
end

"Whether all elements can be in one column. A vector that grew with `push!` knows no type, one of a list neither."
is_column(values) = sent_as(type_of(values)) !== nothing || all(each -> each === nothing || each === missing, values)

"The type of those elements that are not missing; `Union{}` where there is none."
function type_of(column::AbstractVector{E}) where {E}
    T = Base.nonnothingtype(nonmissingtype(E))
    (T === Union{} || isconcretetype(T) || T <: Union{AbstractString,AbstractVector}) && return T
    return foldl(promote_type, unique(typeof(each) for each in column if each !== nothing && each !== missing); init=Union{})
end

"The column with elements that can be sent; `nothing` counts as missing."
settled(column::Series, name) = settled(column.values, name)
settled(column::Kept, name) = column
function settled(column::AbstractVector{E}, name) where {E}
    T = type_of(column)
    T === Union{} && return fill(missing, length(column))
    target = sent_as(T)
    target === nothing && throw(AnswerError(
        "the column $(name == Symbol("") ? "" : "$name ")holds values of the type $T: convert them, e.g. to texts with string.(x)"))
    E === target && return column
    convert_one(each) = each === nothing || each === missing ? missing : as(target, each)
    return Nothing <: E || Missing <: E ? Union{target,Missing}[convert_one(each) for each in column] :
        target[as(target, each) for each in column]
end

"The type that elements of a type are sent as; nothing: they cannot be."
function sent_as(T)
    T === Union{} && return nothing
    (haskey(CODES, T) || T in (Bool, Date, DateTime, Time, UNITS...)) && return T
    T <: Moment && isconcretetype(T) && return T
    T <: Union{AbstractString,Symbol,AbstractChar} && return String
    T <: AbstractVector{UInt8} && return Vector{UInt8}
    T <: AbstractVector && return T
    T <: Union{NamedTuple,Row} && return T
    T <: Integer && return Int64
    T <: Union{Real,Decimal} && return Float64
    T <: Union{Second,Minute,Hour,Day,Week} && return Millisecond
    return nothing
end
as(::Type{T}, value) where {T} = convert(T, value)
as(::Type{String}, value) = string(value)
as(::Type{Float64}, value) = Float64(value)

element_of(column) = nonmissingtype(eltype(column))

"The kind of a column that is `settled`."
function write_kind(io, column)
    T = element_of(column)
    if haskey(CODES, T)
        write(io, CODES[T])
    elseif column isa Moments || T <: Moment && T !== Union{}
        write(io, 0x10, UInt8(findfirst(isequal(T.parameters[1]), UNITS) - 1))
        put(io, column isa Moments ? column.zone : "")
    elseif column isa Pooled
        write(io, 0x13, UInt8(findfirst(isequal(column.kind), POOLS) - 1))
    elseif column isa Decimals
        write(io, 0x14, UInt8(column.precision), UInt8(column.scale))
    elseif column isa Records
        write_fields(io, column.table)
    elseif column isa Lists
        column.width == 0 ? write(io, 0x15) : write(io, 0x16, UInt32(column.width))
        write_kind(io, settled(column.values, Symbol("")))
    elseif T === Union{}
        write(io, 0x0e)
    elseif T == DateTime
        write(io, 0x10, 0x00)
        put(io, "")
    elseif T in UNITS
        write(io, 0x11, UInt8(findfirst(isequal(T), UNITS) - 1))
    elseif T == Vector{UInt8}
        write(io, 0x0d)
    elseif T <: AbstractVector
        write(io, 0x15)
        write_kind(io, inner_values(column))
    elseif T <: Union{NamedTuple,Row}
        write_fields(io, fields(column))
    else
        write(io, Dict{Any,UInt8}(Bool => 1, String => 12, Date => 15, Time => 18)[T])
    end
end

function write_fields(io, table)
    write(io, 0x17, UInt32(length(table.names)))
    for (name, column) in zip(table.names, table.columns)
        put(io, name)
        write_kind(io, settled(column, name))
    end
end

"All elements of vectors, one after the other."
inner_values(column) = settled(
    foldl(append!, (each for each in column if each !== missing); init=Vector{eltype(element_of(column))}()), Symbol(""))

"Structs as a table; where one is missing, so are its fields."
function fields(column)
    row = first(each for each in column if each !== missing)
    return Table(collect(Symbol, keys(row)),
        [[each === missing ? missing : each[name] for each in column] for name in keys(row)])
end

function write_column(io, column)
    missings = column isa Kept ? column.missings : Missing <: eltype(column) ? [each === missing for each in column] : Bool[]
    element_of(column) === Union{} && (missings = Bool[])
    if any(missings)
        write(io, 0x01, Vector{UInt8}(missings))
    else
        write(io, 0x00)
    end
    write_values(io, column, element_of(column))
end

"The values, with zero or nothing where one is missing."
write_values(io, column::Moments, T) = write(io, column.ticks)
write_values(io, column::Decimals, T) = write(io, column.numbers)
function write_values(io, column::Pooled, T)
    write(io, column.codes, UInt64(length(column.pool)))
    write_parts(io, column.pool)
end
function write_values(io, column::Lists, T)
    column.width == 0 && write(io, column.offsets)
    write_column(io, settled(column.values, Symbol("")))
end
write_values(io, column::Records, T) = write_table_columns(io, column.table)
function write_values(io, column, T)
    if T === Union{}
        return
    elseif T == String || T == Vector{UInt8}
        write_parts(io, column)
    elseif T <: AbstractVector
        write_offsets(io, (each === missing ? 0 : length(each) for each in column))
        write_column(io, inner_values(column))
    elseif T <: Union{NamedTuple,Row}
        write_table_columns(io, fields(column))
    else
        write_numbers(io, column, T)
    end
end

write_table_columns(io, table) =
    foreach(((name, column),) -> write_column(io, settled(column, name)), zip(table.names, table.columns))

write_numbers(io, column::Vector{T}, ::Type{T}) where {T} =
    haskey(CODES, T) ? write(io, column) : write(io, number_of.(column))
function write_numbers(io, column, ::Type{T}) where {T}
    W = haskey(CODES, T) ? T : T == Bool ? UInt8 : T == Date ? Int32 : Int64
    write(io, W[each === missing ? zero(W) : number_of(each) for each in column])
end

number_of(value) = value
number_of(value::Bool) = UInt8(value)
number_of(value::Date) = Int32(Dates.value(value) - Dates.value(Date(1970)))
number_of(value::DateTime) = Dates.value(value) - EPOCH
number_of(value::Union{Period,Time}) = Dates.value(value)
number_of(value::Moment) = value.ticks

function write_offsets(io, lengths)
    offset = Int64(0)
    write(io, offset)
    for each in lengths
        offset += each
        write(io, offset)
    end
end

function write_parts(io, parts)
    write_offsets(io, (each === missing ? 0 : sizeof(each) for each in parts))
    foreach(each -> each === missing || write(io, each), parts)
end
