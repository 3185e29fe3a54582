# Trains the example's model on the competition's public data and writes models/model.csv.
#
#     julia --project=Inference train.jl      (in this folder)

using Inference
using Inference: fit, parse_column, predict, read_csv, read_observations, save_model

const TRAIN = joinpath(@__DIR__, "competition", "public", "train.csv")
const MODEL = joinpath(@__DIR__, "models", "model.csv")

rmse(a, b) = sqrt(sum(abs2, a .- b) / length(a))

data = read_observations(TRAIN)
heights = parse_column(Float64, TRAIN, read_csv(TRAIN, (:height,)), :height)
weights = round.(fit(data, heights); sigdigits = 8)
save_model(MODEL, weights)
println("trained on ", length(heights), " rows: RMSE ", round(rmse(predict(weights, data), heights); digits = 4))
