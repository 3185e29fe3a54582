# Random tables go through the format and come out the same; damaged messages are refused, and nothing else happens.
# Arguments: bridge.jl, a seed.
using Dates, Random
include(ARGS[1])
using .JuliaKaggleBridge: Table, Moments, Pooled, Decimals, Lists, Records, Writer, Reader
using .JuliaKaggleBridge: write_value, read_value, FormatError

const SEED = parse(Int, ARGS[2])
const RANDOM = MersenneTwister(SEED)
pick(values) = rand(RANDOM, values)
some(make, rows) = [make() for _ in 1:rows]
word() = String(rand(RANDOM, collect("aß水🌊\"\0 \n"), pick(0:30)))
gaps(rows) = pick((true, false)) ? Bool[] : rand(RANDOM, Bool, rows)

"A column, and with `missing` in it at times."
function column(rows, depth=0)
    kind = pick(depth < 2 ? (1:14) : (1:10))
    kind == 1 && return with_gaps(rand(RANDOM, pick((Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64)), rows))
    kind == 2 && return with_gaps(reinterpret(Float64, rand(RANDOM, UInt64, rows)) |> collect)
    kind == 3 && return with_gaps(rand(RANDOM, pick((Float16, Float32)), rows))
    kind == 4 && return with_gaps(rand(RANDOM, Bool, rows))
    kind == 5 && return with_gaps(some(word, rows))
    kind == 6 && return with_gaps(some(() -> Date(pick(-9999:9999), pick(1:12), pick(1:28)), rows))
    kind == 7 && return with_gaps(pick((Millisecond, Microsecond, Nanosecond)).(rand(RANDOM, Int64, rows)))
    kind == 8 && return with_gaps(some(() -> rand(RANDOM, UInt8, pick(0:9)), rows))
    kind == 9 && return Moments{pick((Microsecond, Nanosecond))}(rand(RANDOM, Int64, rows), gaps(rows), pick(("", "UTC")))
    kind == 10 && return Decimals(rand(RANDOM, Int128, rows), gaps(rows), 38, pick(0:38))
    kind == 11 && return Pooled(rand(RANDOM, Int32.(0:2), rows), gaps(rows), ["a", "", "ü"], pick((:categorical, :enum, :ordered)))
    if kind == 12
        offsets = cumsum([0; some(() -> pick(0:3), rows)])
        return Lists(offsets, gaps(rows), column(offsets[end], depth + 1))
    end
    kind == 13 && return Lists(collect(0:rows) .* 2, gaps(rows), column(2rows, depth + 1), 2)
    return Records(table(rows, depth + 1), gaps(rows))
end
with_gaps(values) = pick((true, false)) ? values : Union{eltype(values),Missing}[pick(1:4) == 1 ? missing : each for each in values]

function table(rows, depth=0)
    count = pick(0:4)
    return Table([Symbol("c", at, replace(word(), "\0" => "-")) for at in 1:count], [column(rows, depth) for _ in 1:count]; rows=rows)
end

same(one, other) = isequal(one, other)
same(one::Table, other::Table) = one.names == other.names && one.rows == other.rows &&
    all(same(one.columns[at], other.columns[at]) for at in eachindex(one.columns))
same(one::Records, other::Records) = gone(one) == gone(other) && same(one.table, other.table)
same(one::Lists, other::Lists) =
    gone(one) == gone(other) && one.offsets == other.offsets && one.width == other.width && same(one.values, other.values)
same(one::Moments, other::Moments) = isequal(one, other) && one.zone == other.zone
gone(column) = any(column.missings) ? column.missings : Bool[]

bytes_of(value) = take!(write_value(Writer(), value).io)

function main()
    messages = Vector{UInt8}[]
    sent, received = Writer().schemas, Reader(UInt8[]).schemas
    for _ in 1:60
        value = table(pick(0:5))
        bytes = take!(write_value(Writer(sent), value).io)
        back = read_value(Reader(bytes, received))
        same(back, value) || error("seed $SEED: $(value.columns) came back as $(back.columns)")
        push!(messages, bytes_of(value))
    end
    refused = 0
    for message in messages, _ in 1:10
        damaged = copy(message)
        if pick((true, false))
            resize!(damaged, pick(0:length(damaged)))
        else
            for _ in 1:pick(1:3)
                damaged[pick(eachindex(damaged))] = pick((0x00, 0x01, 0x7f, 0xff, rand(RANDOM, UInt8)))
            end
        end
        try
            read_value(Reader(damaged))
        catch error
            error isa FormatError || rethrow()
            refused += 1
        end
    end
    println("$(length(messages)) tables, $refused damaged messages refused")
end

main()
