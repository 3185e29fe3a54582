"What enters the competition of the tests."
module Tides
const seen = Int[]
predict(batch) = (push!(seen, length(batch)); println("seen ", seen); (height=2 .* batch[:x] .+ 1,))
reset() = empty!(seen)
nothing_given(batch) = nothing
too_many(batch) = vcat(batch[:x], batch[:x], batch[:x])
gap(batch) = (height=[missing; batch[:x][2:end]],)
"Whole numbers, and later others."
turns(batch) = (push!(seen, 1); (height=length(seen) == 1 ? fill(1, length(batch)) : fill(length(seen) == 2 ? 2.0 : 2.5, length(batch)),))
fails(batch) = error("no tide\nhere")
end
