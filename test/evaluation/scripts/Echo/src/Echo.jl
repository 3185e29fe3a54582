"What the tests of the bridge call."
module Echo

"What came, as it came."
predict(arguments...; options...) =
    isempty(options) ? only_or_all(arguments) : Dict(String(key) => value for (key, value) in options)
only_or_all(arguments) = length(arguments) == 1 ? arguments[1] : arguments

"The same columns as plain vectors of Julia, as a package makes them."
rebuilt(table) = [name => collect(column) for (name, column) in zip(table.names, table.columns)]

"The types of the elements, by column."
types(table) = Tuple(string(eltype(column)) for column in table.columns)

"Values of Julia by name, as a function may give them."
function gives(what)
    what == "integer" && return 3
    what == "small" && return Float32(0.1)
    what == "float" && return 0.1
    what == "rational" && return 1 // 4
    what == "grown" && return push!(Any[], 1, 2.5)
    what == "numbers" && return Real[1, 2.5]
    what == "nothing in it" && return [1.5, nothing]
    what == "named tuple" && return (x=[1, 2], y=["a", "b"])
    what == "rows" && return [(x=1, y="a"), (x=2, y="b")]
    what == "matrix" && return [1 2 3; 4 5 6]
    what == "dictionary" && return Dict(:a => 1, :b => [1.5])
    what == "lists" && return ["x" => [[1, 2], Int[]]]
    what == "structs" && return ["x" => [(a=1, b="u"), missing]]
    what == "symbols" && return [:a, :b]
    what == "latin" && return [String(UInt8[0xe9])]
    what == "complex" && return [1im]
    what == "function" && return sin
    what == "unequal" && return ["x" => [1], "y" => [1, 2]]
    what == "big" && return big(2)^80
end

calls = 0
count() = (global calls += 1)

fails(value) = throw(DomainError(value, "nothing is\nright"))
loud(lines) = (foreach(line -> println("line ", line), 1:lines); lines)
sleeps(seconds) = (sleep(seconds); seconds)
ends(code) = exit(code)
crashes() = unsafe_store!(Ptr{Int}(8), 1)
killed() = ccall(:raise, Cint, (Cint,), 9)
"Dies as long as the file is not there, which it makes."
function once(path)
    isfile(path) && return "again"
    touch(path)
    exit(7)
end
constant(arguments...) = 0.5
first_column(table) = table.columns[1]

end # module
