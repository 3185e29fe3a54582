"""
Predicts for the Kaggle competition __COMPETITION__.

It is a package and a program:

    julia --project=. src/__NAME__.jl --input DIR --output FILE
"""
module __NAME__

const USAGE = "usage: --input DIR --output FILE"

"""
    main(args = ARGS) -> Int

The submission contract: reads the competition's files in the folder after `--input`, writes the submission to the file
after `--output`, and gives the exit code: 0, or 2 when the arguments are wrong.
"""
function main(args = ARGS)::Int
    options = parse_options(args)
    if options === nothing
        println(stderr, "__NAME__: ", USAGE)
        return 2
    end
    rows = predict_file(joinpath(options["input"], "sample_submission.csv"), options["output"])
    println("wrote ", rows, " rows")
    return 0
end

"The options by their names, or `nothing` when they cannot be understood."
function parse_options(args)
    length(args) == 4 || return nothing
    options = Dict(args[1] => args[2], args[3] => args[4])
    keys(options) == Set(["--input", "--output"]) || return nothing
    return Dict(replace(name, "--" => "") => value for (name, value) in options)
end

"Writes a prediction for each row of the sample submission, and gives the number of rows."
function predict_file(sample, output)
    header, rows = Iterators.peel(eachline(sample))
    count = 0
    open(output, "w") do io
        println(io, header)
        for row in rows
            isempty(row) && continue
            println(io, predict(row))
            count += 1
        end
    end
    return count
end

"""
    predict(row) -> String

One row of the submission. A baseline to begin with: what the sample submission says. Put your model here.
"""
predict(row) = row

end # module

# Run as a program; `using __NAME__` does not come here.
if abspath(PROGRAM_FILE) == @__FILE__
    exit(__NAME__.main(ARGS))
end
