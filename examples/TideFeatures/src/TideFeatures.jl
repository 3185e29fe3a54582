"""
What a linear model has to know of a harbour, a moment and the weather to tell the height of the tide.

[`design_matrix`](@ref) is what a model is trained on and predicts from, [`feature_names`](@ref) what its columns mean.
"""
module TideFeatures

using Dates

export Harbour, design_matrix, feature_names

"The tidal constituents that the features know: the largest ones, with their periods in hours."
const CONSTITUENTS = (
    (name = "M2", period = 12.4206012),  # the Moon, twice a day
    (name = "S2", period = 12.0),        # the Sun, twice a day
    (name = "N2", period = 12.65834751), # the Moon's changing distance
    (name = "K1", period = 23.93447213), # the declination of Moon and Sun, once a day
    (name = "O1", period = 25.81933871), # the declination of the Moon, once a day
)

"The moment from which the phases of the constituents are counted."
const EPOCH = DateTime(2025, 1, 1)

"""
    hours(time) -> Float64

Hours since the [`EPOCH`](@ref).
"""
hours(time::DateTime) = Dates.value(time - EPOCH) / 3_600_000

"""
    harmonics!(row, hours)

Fills `row` with the cosine and the sine of each constituent's phase.
"""
function harmonics!(row::AbstractVector{Float64}, hours::Real)
    for (k, tide) in enumerate(CONSTITUENTS)
        row[2k], row[2k-1] = sincos(2π * hours / tide.period)
    end
    return row
end

"""
    Harbour(datum, range, lag)

A place with a tide: the height in metres of its mean water above the datum of its chart, the amplitude in metres of its
main lunar tide, and the hours by which its high water comes after that of the reference harbour.
"""
struct Harbour
    datum::Float64
    range::Float64
    lag::Float64
end

"Air pressure at sea level, in hPa, at which the water is neither pressed down nor lifted."
const STANDARD_PRESSURE = 1013.25

"""
    feature_names() -> Vector{String}

The columns of a [`design_matrix`](@ref).
"""
function feature_names()
    names = ["constant", "datum", "pressure"]
    for tide in CONSTITUENTS
        push!(names, "$(tide.name)_cos", "$(tide.name)_sin")
    end
    return names
end

"""
    design_matrix(harbours, times, pressures) -> Matrix{Float64}

One row for each observation: the harbour's mean water, the pressure's excess, and every tidal constituent as the harbour
sees it, with its own amplitude and lag. The three vectors must be of the same length.
"""
function design_matrix(
    harbours::AbstractVector{Harbour},
    times::AbstractVector{DateTime},
    pressures::AbstractVector{<:Real},
)
    rows = length(harbours)
    rows == length(times) == length(pressures) ||
        throw(DimensionMismatch("$rows harbours, $(length(times)) times, $(length(pressures)) pressures"))
    matrix = Matrix{Float64}(undef, rows, 3 + 2 * length(CONSTITUENTS))
    Threads.@threads for i in 1:rows
        harbour = harbours[i]
        matrix[i, 1] = 1
        matrix[i, 2] = harbour.datum
        matrix[i, 3] = pressures[i] - STANDARD_PRESSURE
        harmonics!(view(matrix, i, 4:size(matrix, 2)), hours(times[i]) - harbour.lag)
        matrix[i, 4:end] .*= harbour.range
    end
    return matrix
end

end # module
