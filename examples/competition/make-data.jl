# Makes the data of the competition "Harbour tides": public/ and hidden/ beside this file.
#
#     julia make-data.jl
#
# The heights are those of a real tide in form: five constituents that reach each harbour with its own amplitude and lag
# (artifacts/stations), water that rises where the air pressure is low, and waves that nobody can predict. The numbers
# come from a generator of this file's own, so they are the same on every version of Julia.

using Dates
using Printf

const HERE = @__DIR__

# ---- chance

"A linear congruential generator with Knuth's constants."
mutable struct Chance
    state::UInt64
end

"A number from 0 up to 1."
function uniform!(chance::Chance)
    chance.state = chance.state * 0x5851f42d4c957f2d + 0x14057b7ef767814f
    return (chance.state >> 11) * 2.0^-53
end

"A number of about the normal distribution."
normal!(chance::Chance) = sum(_ -> uniform!(chance), 1:12) - 6

pick!(chance::Chance, choices) = choices[1+floor(Int, uniform!(chance) * length(choices))]

# ---- the tide

"Period in hours, size beside the main constituent, and phase in radians."
const CONSTITUENTS = (
    (12.4206012, 1.00, 0.70),
    (12.0, 0.34, 1.90),
    (12.65834751, 0.20, 5.10),
    (23.93447213, 0.13, 3.40),
    (25.81933871, 0.09, 0.20),
)
const EPOCH = DateTime(2025, 1, 1)
const METRES_PER_HECTOPASCAL = -0.0101
const NOISE = 0.09 # metres

function height(station, time, pressure)
    hours = Dates.value(time - EPOCH) / 3_600_000 - station.lag
    tide = sum(size * cos(2π * hours / period - phase) for (period, size, phase) in CONSTITUENTS)
    return station.datum + station.range * tide + METRES_PER_HECTOPASCAL * (pressure - 1013.25)
end

function read_stations()
    lines = readlines(joinpath(HERE, "..", "artifacts", "stations", "stations.csv"))
    return map(lines[2:end]) do line
        code, _, datum, range, lag = split(line, ',')
        (code = code, datum = parse(Float64, datum), range = parse(Float64, range), lag = parse(Float64, lag))
    end
end

# ---- rows

"`count` observations between two days, in order of time, every ten minutes at most, numbered from `first_id`."
function observe(chance, stations, count, from, to; first_id)
    steps = Dates.value(DateTime(to) - DateTime(from)) ÷ 600_000
    times = sort!([DateTime(from) + Minute(10 * floor(Int, steps * uniform!(chance))) for _ in 1:count])
    return map(enumerate(times)) do (i, time)
        station = pick!(chance, stations)
        pressure = round(1012 + 9 * normal!(chance); digits = 1)
        observed = height(station, time, pressure) + NOISE * normal!(chance)
        (id = first_id + i - 1, station = station.code, time = time, pressure = pressure, height = observed)
    end
end

question(row) = @sprintf("%d,%s,%s,%.1f", row.id, row.station, row.time, row.pressure)
answered(row) = @sprintf("%s,%.3f", question(row), row.height)

function write_lines(name, header, lines)
    path = joinpath(HERE, name)
    mkpath(dirname(path))
    write(path, join([header; lines], '\n') * "\n")
    println(length(lines), " rows in ", name)
end

function main()
    chance = Chance(20250101)
    stations = read_stations()
    # The last harbour is met in the hidden test only: a model must know harbours by their properties, not their names.
    seen = stations[1:end-1]
    train = observe(chance, seen, 400, Date(2025, 1, 1), Date(2025, 10, 1); first_id = 1)
    public = observe(chance, seen, 60, Date(2025, 10, 1), Date(2025, 11, 1); first_id = 401)
    hidden = [public; observe(chance, stations, 540, Date(2025, 11, 1), Date(2026, 1, 1); first_id = 461)]

    constant = @sprintf("%.2f", sum(row.height for row in train) / length(train))
    samples(rows) = ["$(row.id),$constant" for row in rows]
    usage(_) = uniform!(chance) < 0.3 ? "Public" : "Private"

    write_lines("public/train.csv", "id,station,time,pressure,height", answered.(train))
    write_lines("public/test.csv", "id,station,time,pressure", question.(public))
    write_lines("public/sample_submission.csv", "id,height", samples(public))
    write_lines("hidden/test.csv", "id,station,time,pressure", question.(hidden))
    write_lines("hidden/sample_submission.csv", "id,height", samples(hidden))
    write_lines(
        "hidden/solution.csv",
        "id,height,Usage",
        [@sprintf("%d,%.3f,%s", row.id, row.height, usage(row)) for row in hidden],
    )
end

main()
