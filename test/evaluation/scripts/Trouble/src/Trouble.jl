# Each process has another environment.
__precompile__(false)

"What a `predict` can do wrong, named by the environment."
module Trouble

const TROUBLE = get(ENV, "TROUBLE", "")
__init__() = TROUBLE == "not loaded" && error("the model file is damaged")

height(hour, pressure) = 3 + 2cos(2π * hour / 12.42 - 0.7) - 0.0101 * (pressure - 1013.25)
good(day) = (height = height.(day[:hour], day[:pressure]),)

calls = 0
# So that the first batch, which has no deadline, is not the one.
function predict(day)
    global calls += 1
    calls == 1 && TROUBLE == "slow first" && sleep(17)
    return calls == 1 ? good(day) : later(day)
end

function later(day)
    TROUBLE == "throws" && throw(DomainError(day[:pressure][1], "no such\npressure"))
    TROUBLE == "wrong type" && return sin
    TROUBLE == "another type" && return (height = string.("high: ", good(day).height),)
    TROUBLE == "wrong rows" && return (height = [1.0, 2.0],)
    TROUBLE == "missing values" && return (height = [missing; good(day).height[2:end]],)
    TROUBLE == "nothing" && return nothing
    TROUBLE == "slow" && sleep(1)
    TROUBLE == "never returns" && while true end
    TROUBLE == "out of memory" && return (height = zeros(10^13),)
    TROUBLE == "killed" && ccall(:raise, Cint, (Cint,), 9)
    TROUBLE == "crashes" && unsafe_store!(Ptr{Int}(8), 1)
    TROUBLE == "exits" && exit(7)
    return good(day)
end

"For a gateway that tells how much is to come."
number_of_days(count) = (println("days to come: ", count); nothing)

"For a gateway that gives paths of files, which are there for this call alone."
function from_path(folder)
    lines = readlines(joinpath(folder, "day.csv"))[2:end]
    values = [parse.(Float64, split(line, ',')) for line in lines]
    return predict(Dict(:hour => getindex.(values, 3), :pressure => getindex.(values, 4)))
end

end # module
