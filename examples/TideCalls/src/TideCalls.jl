"""
Predicts the height of the water for the competition "Called tides", whose host calls `predict` with one day after another.
"""
module TideCalls

"Fitted to the competition's train.csv."
const MEAN, RANGE, PHASE, PER_HECTOPASCAL = 3.0, 2.0, 0.7, -0.0101

height(hour, pressure) = MEAN + RANGE * cos(2π * hour / 12.42 - PHASE) + PER_HECTOPASCAL * (pressure - 1013.25)

"""
    predict(day)

The heights of the water for a table with the columns `hour` and `pressure`.
"""
predict(day) = (height = height.(day[:hour], day[:pressure]),)

end # module
