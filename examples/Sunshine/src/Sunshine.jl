"""
Predicts the hours of sunshine for the competition "Sunshine hours": least squares on the length of the day and the clouds.

    julia --project=Sunshine -e 'using Sunshine; exit(Sunshine.main(ARGS))' -- --input DIR --output FILE
"""
module Sunshine

import LinearAlgebra # the solution of least squares

"""
    main(args = ARGS) -> Int

Fits `train.csv` of the folder after `--input`, and writes predictions for `test.csv` to the file after `--output`.
"""
function main(args = ARGS)::Int
    options = Dict(args[i] => args[i+1] for i in 1:2:length(args)-1)
    train = read_table(joinpath(options["--input"], "train.csv"))
    test = read_table(joinpath(options["--input"], "test.csv"))
    weights = features(train) \ parse.(Float64, train["hours"])
    hours = clamp.(features(test) * weights, 0, 24)
    open(options["--output"], "w") do io
        println(io, "id,hours")
        for (id, value) in zip(test["id"], hours)
            println(io, id, ',', round(value; digits = 3))
        end
    end
    println("wrote ", length(hours), " rows")
    return 0
end

"The columns of a CSV file without quotes, by name."
function read_table(path)
    rows = split.(readlines(path), ',')
    return Dict(name => getindex.(rows[2:end], column) for (column, name) in enumerate(rows[1]))
end

function features(table)
    day, latitude, clouds = (parse.(Float64, table[name]) for name in ("day", "latitude", "clouds"))
    light = day_length.(day, latitude)
    return [ones(length(day)) light clouds light .* clouds]
end

"Hours from sunrise to sunset, by the day of the year and the latitude in degrees."
function day_length(day, latitude)
    declination = -23.44 * cosd(360 / 365 * (day + 10))
    return 24 / 180 * acosd(clamp(-tand(latitude) * tand(declination), -1, 1))
end

end # module
