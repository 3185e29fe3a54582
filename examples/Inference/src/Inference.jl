"""
Predicts the height of the tide for the competition "Harbour tides".

It is a package and a program:

    julia --project=Inference Inference/src/Inference.jl --input DIR --model FILE [--output FILE]
    julia --project=Inference -e 'using Inference; exit(Inference.main(ARGS))' -- --input DIR --model FILE
"""
module Inference

using Dates
using Pkg.Artifacts
using TideFeatures

import LinearAlgebra # the matrix operations of model.jl

include("csv.jl")
include("data.jl")
include("model.jl")

# The macro artifact"" reads Artifacts.toml when this module is compiled: compile it anew when that file changes.
include_dependency(joinpath(@__DIR__, "..", "Artifacts.toml"))

const USAGE = """
    Options:
      --input DIR     folder with the competition's test.csv
      --model FILE    the trained model
      --output FILE   where the predictions go (submission.csv when not given)"""

"""
    main(args = ARGS) -> Int

The program: predicts a height for each row of test.csv and writes the submission. The exit code is 0, 1 when a file is
not as it should be, or 2 when the options are wrong.
"""
function main(args = ARGS)::Int
    try
        options = parse_options(args)
        submission = predict_file(joinpath(options["input"], "test.csv"), options["model"])
        write_csv(options["output"], submission)
        println("wrote ", length(submission.id), " rows to ", options["output"], " (", Threads.nthreads(), " threads)")
        return 0
    catch e
        if e isa UsageError
            println(stderr, "Inference: ", e.message, "\n\n", USAGE)
            return 2
        elseif e isa DataError
            println(stderr, "Inference: ", e.message)
            return 1
        end
        rethrow()
    end
end

"Options that cannot be understood."
struct UsageError <: Exception
    message::String
end

function parse_options(args)
    options = Dict("output" => "submission.csv")
    names = ("input", "model", "output")
    rest = collect(String, args)
    while !isempty(rest)
        option = popfirst!(rest)
        startswith(option, "--") && option[3:end] in names || throw(UsageError("unknown option $option"))
        isempty(rest) && throw(UsageError("$option needs a value"))
        options[option[3:end]] = popfirst!(rest)
    end
    for name in names
        haskey(options, name) || throw(UsageError("--$name is missing"))
    end
    return options
end

"""
    predict_file(test, model) -> (id = [...], height = [...])

Predictions for a test.csv by a model file.
"""
function predict_file(test, model)
    weights = load_model(model)
    data = read_observations(test)
    heights = predict(weights, data)
    return (id = data.id, height = round.(heights; digits = 4))
end

end # module

# Run as a program; `using Inference` does not come here.
if abspath(PROGRAM_FILE) == @__FILE__
    exit(Inference.main(ARGS))
end
