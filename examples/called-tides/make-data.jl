# Makes the data of the competition "Called tides": tables in public/ and hidden/ beside this file.
#
#     julia make-data.jl
#
# The water follows the moon and the air pressure, and waves that nobody can predict. The numbers come from a generator of
# this file's own, so they are the same on every version of Julia.

const HERE = @__DIR__
const ROWS_A_DAY = 12

"A linear congruential generator with Knuth's constants: a number from 0 up to 1."
function uniform!(state)
    state[] = state[] * 0x5851f42d4c957f2d + 0x14057b7ef767814f
    return (state[] >> 11) * 2.0^-53
end

height(hour, pressure) = 3 + 2cos(2π * hour / 12.42 - 0.7) - 0.0101 * (pressure - 1013.25)
rounded(value) = round(value; digits=3)

function write_days(folder, days, state)
    mkpath(joinpath(HERE, folder))
    name = first(days) == 1 ? "train.csv" : "test.csv"
    truth = NamedTuple[]
    open(joinpath(HERE, folder, name), "w") do io
        println(io, "row_id,day,hour,pressure", name == "train.csv" ? ",height" : "")
        for day in days, turn in 1:ROWS_A_DAY
            row_id = day * 100 + turn
            hour = rounded(24 * (day - 1) + 24 * uniform!(state))
            pressure = rounded(990 + 40 * uniform!(state))
            water = rounded(height(hour, pressure) + 0.3 * (uniform!(state) - 0.5))
            push!(truth, (row_id=row_id, height=water))
            println(io, join((row_id, day, hour, pressure), ','), name == "train.csv" ? ",$water" : "")
        end
    end
    return truth
end

state = Ref(UInt64(22))
write_days("public", 1:20, state)
write_days("public", 21:23, state)
truth = write_days("hidden", 21:40, state)
open(joinpath(HERE, "hidden", "solution.csv"), "w") do io
    println(io, "row_id,height,Usage")
    foreach(row -> println(io, row.row_id, ',', row.height, ',', row.row_id % 3 == 0 ? "Public" : "Private"), truth)
end
