# As tide-script, but the table of the harbours is a dataset that somebody else published on Kaggle, and the weights
# are a version of their model on Kaggle Models: nothing is trained here.
#
#     julia --project=tide-inputs tide-inputs/predict.jl competition/public \
#         datasets/port-authority/harbour-stations/stations.csv \
#         kaggle-models/port-authority/tide-weights/other/linear/weights.csv submission.csv      (in the folder above)

using Dates, TideFeatures

number(text) = parse(Float64, text)

"The rows of a CSV file without quotes, each by its columns' names."
function table(path)
    lines = split.(readlines(path), ',')
    names = Tuple(Symbol.(lines[1]))
    return [NamedTuple{names}(Tuple(line)) for line in lines[2:end]]
end

data, stations, model, output = ARGS
harbours = Dict(row.station => Harbour(number.((row.datum, row.range, row.lag))...) for row in table(stations))

function features(rows)
    at = [harbours[row.station] for row in rows]
    return design_matrix(at, [DateTime(row.time) for row in rows], [number(row.pressure) for row in rows])
end

test = table(joinpath(data, "test.csv"))
weights = [number(row.weight) for row in table(model)]

open(output, "w") do io
    println(io, "id,height")
    for (row, height) in zip(test, features(test) * weights)
        println(io, row.id, ',', round(height; digits=3))
    end
end
println("wrote ", length(test), " rows")
