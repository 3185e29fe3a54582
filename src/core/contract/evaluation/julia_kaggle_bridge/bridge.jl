# Answers what Kaggle's evaluation asks, in a Julia that lives as long as the notebook. Needs nothing but Julia's own
# libraries. As a program: `julia bridge.jl`, with the socket and the functions in its environment: the arguments are the
# package's own.
module JuliaKaggleBridge

using Dates
using Sockets

# Nearly all time is spent in compiling, which has a deadline; the loops are over memory.
isdefined(Base.Experimental, Symbol("@optlevel")) && @eval Base.Experimental.@optlevel 1

include("tables.jl")
include("read.jl")
include("write.jl")

"The connection to the Python side: messages of one value each, after their length."
struct Link
    stream::IO
    received::Vector{Schema}
    sent::Dict{Vector{UInt8},UInt32}
end
Link(stream) = Link(stream, Schema[], Dict{Vector{UInt8},UInt32}())

"The next call."
function receive(link)
    message = read(link.stream, Int(read(link.stream, UInt64)))
    return read_value(Reader(message, link.received))
end

"Sends what happened to a call; of an answer, the value with it. `schemas`: those that the other side knows."
function send(link, what, call, value, schemas=link.sent)
    writer = Writer(schemas)
    write(writer.io, UInt64(0), 0x09, UInt32(3)) # the length goes before
    write_value(writer, what)
    write_value(writer, call)
    write_value(writer, value; outer=true)
    bytes = take!(writer.io)
    copyto!(bytes, 1, reinterpret(UInt8, [UInt64(length(bytes) - 8)]), 1, 8)
    write(link.stream, bytes)
end

"What happened in short, for the gateway keeps one line of it, and all of it for the log."
function send_error(link, call, error, trace)
    whole = sprint(showerror, error, trace)
    name, short = string(nameof(typeof(error))), sprint(showerror, error)
    send(link, "error", call, (startswith(short, name) ? short : "$name: $short", whole))
end

"""
    serve(path, targets)

Connects to the socket, loads the packages that the targets (`name => "Package.function"`) are of, and answers calls by
name until the other side closes.
"""
function serve(path, targets)
    link = Link(connect(path))
    functions = try
        Dict(name => load(target) for (name, target) in targets)
    catch error
        send_error(link, 0, error, catch_backtrace())
        return 1
    end
    send(link, "ready", 0, string(VERSION))
    while !eof(link.stream)
        try
            answer(link, functions, receive(link)...)
        catch error
            send_error(link, 0, error, catch_backtrace())
        end
    end
    return 0
end

function load(target)
    Core.eval(Main, Meta.parse("import " * first(split(target, '.'))))
    return Core.eval(Main, Meta.parse(target))
end

function answer(link, functions, call, name, arguments, options)
    named = (Symbol(key) => value for (key, value) in options)
    try
        if name == "predict" && haskey(functions, "fallback")
            # While `predict` computes, nobody could be asked for it.
            value = Base.invokelatest(functions["fallback"], arguments...; named...)
            send(link, "fallback", call, value, Dict{Vector{UInt8},UInt32}())
        end
        send(link, "answer", call, Base.invokelatest(functions[name], arguments...; named...))
    catch error
        send_error(link, call, error, catch_backtrace())
    end
end

"""
    through(value)

The value as it comes out at the other side, without Python: what a test gives to `predict`, and asks of its answer.
"""
through(value) = read_value(Reader(take!(write_value(Writer(), value; outer=true).io)))

end # module

if abspath(PROGRAM_FILE) == @__FILE__
    targets = [Pair(split(each, '='; limit=2)...) for each in split(ENV["JULIA_KAGGLE_FUNCTIONS"])]
    exit(JuliaKaggleBridge.serve(ENV["JULIA_KAGGLE_SOCKET"], targets))
end
