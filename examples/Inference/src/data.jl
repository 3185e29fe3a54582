"""
    stations() -> Dict{String,Harbour}

The competition's harbours, from the artifact `stations`.
"""
function stations()
    path = joinpath(artifact"stations", "stations.csv")
    table = read_csv(path, (:station, :datum, :range, :lag))
    numbers = (parse_column(Float64, path, table, name) for name in (:datum, :range, :lag))
    return Dict(zip(table.station, Harbour.(numbers...)))
end

"""
    read_observations(path) -> (id = ..., harbour = ..., time = ..., pressure = ...)

The rows of a train.csv or test.csv, with each station's name replaced by its [`Harbour`](@ref).
"""
function read_observations(path)
    table = read_csv(path, (:id, :station, :time, :pressure))
    known = stations()
    harbours = map(table.station) do name
        haskey(known, name) || throw(DataError("$path: the station $name is not among the known ones"))
        known[name]
    end
    return (
        id = parse_column(Int, path, table, :id),
        harbour = harbours,
        time = parse_column(DateTime, path, table, :time),
        pressure = parse_column(Float64, path, table, :pressure),
    )
end
