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
