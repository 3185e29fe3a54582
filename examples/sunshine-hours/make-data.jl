# Makes the data of the competition "Sunshine hours": public/ and hidden/ beside this file.
#
#     julia make-data.jl
#
# The sun shines for a part of the day that clouds leave, with chance. The numbers come from a generator of this file's
# own, so they are the same on every version of Julia.

using Printf

const HERE = @__DIR__

"A linear congruential generator with Knuth's constants."
mutable struct Chance
    state::UInt64
end

"A number from 0 up to 1."
function uniform!(chance::Chance)
    chance.state = chance.state * 0x5851f42d4c957f2d + 0x14057b7ef767814f
    return (chance.state >> 11) * 2.0^-53
end

function day_length(day, latitude)
    declination = -23.44 * cosd(360 / 365 * (day + 10))
    return 24 / 180 * acosd(clamp(-tand(latitude) * tand(declination), -1, 1))
end

function observe(chance, id)
    day = 1 + floor(Int, 365 * uniform!(chance))
    latitude = round(30 + 32 * uniform!(chance); digits = 1)
    clouds = round(uniform!(chance); digits = 2)
    share = clamp(0.93 - 0.85 * clouds + 0.12 * (uniform!(chance) - 0.5), 0, 1)
    return (id = id, day = day, latitude = latitude, clouds = clouds, hours = day_length(day, latitude) * share)
end

question(row) = @sprintf("%d,%d,%.1f,%.2f", row.id, row.day, row.latitude, row.clouds)
answered(row) = @sprintf("%s,%.2f", question(row), row.hours)

function write_lines(name, header, lines)
    path = joinpath(HERE, name)
    mkpath(dirname(path))
    write(path, join([header; lines], '\n') * "\n")
    println(length(lines), " rows in ", name)
end

function main()
    chance = Chance(20250601)
    train = [observe(chance, id) for id in 1:300]
    test = [observe(chance, id) for id in 301:500]
    constant = @sprintf("%.2f", sum(row.hours for row in train) / length(train))
    usage(_) = uniform!(chance) < 0.3 ? "Public" : "Private"
    write_lines("public/train.csv", "id,day,latitude,clouds,hours", answered.(train))
    write_lines("public/test.csv", "id,day,latitude,clouds", question.(test))
    write_lines("public/sample_submission.csv", "id,hours", ["$(row.id),$constant" for row in test])
    write_lines("hidden/solution.csv", "id,hours,Usage", [@sprintf("%d,%.2f,%s", row.id, row.hours, usage(row)) for row in test])
end

main()
