"""
Predicts for the Kaggle competition __COMPETITION__, whose host calls `predict` with the hidden data, batch by batch.
"""
module __NAME__

"""
    predict(batch, others...)

A baseline to begin with; put your model here. The arguments are those of `predict` in the competition's demo notebook. A
table has its columns as `batch[:x]`, all of them as `batch.columns` and `batch.names`; a loop over it gives its rows, of
which `row.x` is a value. The answer is what the gateway wants: a table such as this one with a row for each of the batch,
a vector, a number or a text.
"""
function predict(batch, others...)
    return (prediction = zeros(length(batch)),)
end

end # module
