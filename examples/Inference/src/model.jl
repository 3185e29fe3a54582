"""
    fit(data, heights) -> Vector{Float64}

The weights of the features that come closest to the observed heights (least squares).
"""
fit(data, heights) = features(data) \ heights

"""
    predict(weights, data) -> Vector{Float64}

The heights of the tide for observations as [`read_observations`](@ref) gives them.
"""
predict(weights, data) = features(data) * weights

features(data) = design_matrix(data.harbour, data.time, data.pressure)

"""
    load_model(path) -> Vector{Float64}

The weights in a model file, which must be for the very features of TideFeatures.
"""
function load_model(path)
    table = read_csv(path, (:feature, :weight))
    table.feature == feature_names() || throw(DataError("$path is a model for other features"))
    return parse_column(Float64, path, table, :weight)
end

"""
    save_model(path, weights)

Writes a model file.
"""
save_model(path, weights) = write_csv(path, (feature = feature_names(), weight = weights))
