# Predicts the heights of the competition "Harbour tides": least squares on the features of TideFeatures. No package: an
# environment (`] activate .`, `] dev ../TideFeatures`) and this script.
#
#     julia --project=tide-script tide-script/predict.jl competition/public submission.csv      (in the folder above)

using Dates, TideFeatures

include("tables.jl")

data, output = ARGS
harbours = Dict(row.station => Harbour(number.((row.datum, row.range, row.lag))...) for row in table(joinpath(@__DIR__, "stations.csv")))

function features(rows)
    at = [harbours[row.station] for row in rows]
    return design_matrix(at, [DateTime(row.time) for row in rows], [number(row.pressure) for row in rows])
end

train = table(joinpath(data, "train.csv"))
test = table(joinpath(data, "test.csv"))
weights = features(train) \ [number(row.height) for row in train]

open(output, "w") do io
    println(io, "id,height")
    for (row, height) in zip(test, features(test) * weights)
        println(io, row.id, ',', round(height; digits=3))
    end
end
println("wrote ", length(test), " rows")
