# Tells facts to Julia on Kaggle, each a line of JSON with our mark. Julia comes without JSON; facts need no more than this.

"JSON of a text, in which only a quote, a backslash and control characters need another form."
json(text::AbstractString) =
    string('"', (c < ' ' || c in "\"\\" ? "\\u" * string(UInt32(c); base=16, pad=4) : c for c in text)..., '"')
json(value::Real) = string(value)

function tell(kind; facts...)
    members = [string(',', json(String(name)), ':', json(value)) for (name, value) in facts]
    # In one piece: programs that were started may print at the same time.
    print(string("[julia-kaggle] {\"kind\":", json(kind), members..., "}\n"))
    flush(stdout)
end
