"""
Predicts for the Kaggle competition __COMPETITION__.

It is a package and a program:

    julia --project=. src/__NAME__.jl --input DIR --output FILE
"""
module __NAME__

const USAGE = "usage: --input DIR --output FILE"

"The competition's sample submission: the submission has its columns and rows."
const SAMPLE = "__SAMPLE__"

"So many of its first columns say what a row is about; the others are to be predicted."
const KEYS = __KEYS__

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
    rows = predict_file(options["input"], options["output"])
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
function predict_file(input, output)
    sample = read_csv(joinpath(input, SAMPLE))
    header, rows = sample[1], sample[2:end]
    train = training_values(joinpath(input, "train.csv"))
    first_values = isempty(rows) ? header : rows[1]
    answers = [predict(get(train, name, String[]), value) for (name, value) in zip(header, first_values)]
    open(output, "w") do io
        println(io, join(quoted.(header), ","))
        for row in rows
            values = [
                i <= KEYS || answers[i] === nothing ? value : answers[i] for (i, value) in enumerate(row)
            ]
            println(io, join(quoted.(values), ","))
        end
    end
    return length(rows)
end

"""
    predict(seen, sample) -> String or nothing

A baseline to begin with, the same for each row; put your model here. `seen` are the column's values in the training data:
their mean where they are numbers and the sample's value has a fraction or there are many of them, else the most frequent
one. `nothing`: what the sample says.
"""
function predict(seen, sample)
    isempty(seen) && return nothing
    numbers = [tryparse(Float64, value) for value in seen]
    are_measured = occursin('.', sample) || length(unique(seen)) > 20
    if are_measured && !any(isnothing, numbers)
        return string(sum(numbers) / length(numbers))
    end
    counts = Dict{String,Int}()
    for value in seen
        counts[value] = get(counts, value, 0) + 1
    end
    most = maximum(values(counts))
    return minimum(value for (value, count) in counts if count == most)
end

"The values of the training data by column, without those that are missing; nothing where there is no such file."
function training_values(path)
    isfile(path) || return Dict{String,Vector{String}}()
    table = read_csv(path)
    return Dict(
        name => [row[i] for row in table[2:end] if length(row) >= i && !isempty(row[i])] for
        (i, name) in enumerate(table[1])
    )
end

"The rows of a CSV file, the header first. Values in quotes may hold commas and line ends."
function read_csv(path)
    rows, row, value = Vector{String}[], String[], IOBuffer()
    in_quotes, previous = false, ' '
    function end_value(ends_row)
        push!(row, String(take!(value)))
        ends_row || return
        row == [""] || push!(rows, row)
        row = String[]
    end
    for char in lstrip(isequal('\ufeff'), read(path, String))
        if char == '"'
            # Two of them stand for one in a value.
            !in_quotes && previous == '"' && print(value, '"')
            in_quotes = !in_quotes
        elseif in_quotes || !(char in (',', '\r', '\n'))
            print(value, char)
        elseif char != '\r'
            end_value(char == '\n')
        end
        previous = char
    end
    end_value(true)
    return rows
end

"A value as CSV has it."
function quoted(value)
    any(char -> char in (',', '"', '\r', '\n'), value) || return value
    return string('"', replace(value, "\"" => "\"\""), '"')
end

end # module

# Run as a program; `using __NAME__` does not come here.
if abspath(PROGRAM_FILE) == @__FILE__
    exit(__NAME__.main(ARGS))
end
