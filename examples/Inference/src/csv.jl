"A file that is missing or not as it should be."
struct DataError <: Exception
    message::String
end

"""
    read_csv(path, columns) -> NamedTuple

The named columns of a CSV file with a header line, as vectors of strings. Others are left out. Fields in quotes are not
understood: the competition has none.
"""
function read_csv(path, columns::NTuple{N,Symbol}) where {N}
    isfile(path) || throw(DataError("there is no file $path"))
    lines = readlines(path)
    isempty(lines) && throw(DataError("$path is empty"))

    header = split(lines[1], ',')
    places = map(columns) do column
        place = findfirst(==(String(column)), header)
        place === nothing && throw(DataError("$path has no column $column; its columns are $(join(header, ", "))"))
        place
    end

    values = ntuple(_ -> String[], N)
    for (number, line) in enumerate(lines)
        (number == 1 || isempty(line)) && continue
        fields = split(line, ',')
        length(fields) == length(header) ||
            throw(DataError("$path:$number has $(length(fields)) fields instead of $(length(header))"))
        for (column, place) in zip(values, places)
            push!(column, fields[place])
        end
    end
    return NamedTuple{columns}(values)
end

"""
    write_csv(path, columns)

Writes a named tuple of vectors as a CSV file with a header line.
"""
function write_csv(path, columns::NamedTuple)
    mkpath(dirname(abspath(path)))
    open(path, "w") do io
        println(io, join(keys(columns), ','))
        for row in zip(columns...)
            println(io, join(row, ','))
        end
    end
    return path
end

"""
    parse_column(T, path, columns, name) -> Vector{T}

One column of what [`read_csv`](@ref) read from `path`, as values of the type `T`.
"""
function parse_column(::Type{T}, path, columns::NamedTuple, name::Symbol) where {T}
    return map(columns[name]) do text
        value = tryparse(T, text)
        value === nothing && throw(DataError("$path: \"$text\" in column $name is not of type $T"))
        value
    end
end
