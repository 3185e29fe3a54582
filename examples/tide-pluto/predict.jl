### A Pluto.jl notebook ###
# v0.19.40

using Markdown
using InteractiveUtils

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000001
using Dates, DelimitedFiles

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000002
md"""
# Harbour tides
Least squares on the periods of the tide, station by station.
"""

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000003
# Run by hand in Pluto, the notebook finds the data beside it; on Kaggle it is told where they are.
data, output = isempty(ARGS) ? (joinpath(@__DIR__, "..", "competition", "public"), "submission.csv") : ARGS

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000004
function table(path)
    cells, header = readdlm(path, ',', String; header=true)
    return Dict(name => cells[:, i] for (i, name) in enumerate(vec(header)))
end

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000005
# Hours of the moon's and the sun's tides.
const PERIODS = (12.4206012, 12.0, 12.65834751, 23.93447213, 25.81933871)

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000006
function features(rows, here)
    hours = [Dates.value(DateTime(t) - DateTime(2025)) / 3.6e6 for t in rows["time"][here]]
    pressure = parse.(Float64, rows["pressure"][here])
    waves = [f.(2pi / p .* hours) for p in PERIODS for f in (sin, cos)]
    return hcat(ones(length(hours)), pressure .- 1013, waves...)
end

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000007
train, test = table(joinpath(data, "train.csv")), table(joinpath(data, "test.csv"))

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000008
heights = let found = zeros(length(test["id"]))
    for station in unique(test["station"])
        known, wanted = train["station"] .== station, test["station"] .== station
        weights = features(train, known) \ parse.(Float64, train["height"][known])
        found[wanted] = features(test, wanted) * weights
    end
    found
end

# ╔═╡ 5a0c7c10-0000-11ef-0000-000000000009
open(output, "w") do io
    println(io, "id,height")
    foreach((id, height) -> println(io, id, ',', round(height; digits=3)), test["id"], heights)
end

# ╔═╡ 00000000-0000-0000-0000-000000000001
PLUTO_PROJECT_TOML_CONTENTS = """
[deps]
Dates = "ade2ca70-3891-5945-98fb-dc099432e06a"
DelimitedFiles = "8bb1440f-4735-579b-a4ab-409b98df4dab"
"""

# ╔═╡ 00000000-0000-0000-0000-000000000002
PLUTO_MANIFEST_TOML_CONTENTS = """
# This file is machine-generated - editing it directly is not advised

[[Dates]]
deps = ["Printf"]
uuid = "ade2ca70-3891-5945-98fb-dc099432e06a"

[[DelimitedFiles]]
deps = ["Mmap"]
uuid = "8bb1440f-4735-579b-a4ab-409b98df4dab"

[[Mmap]]
uuid = "a63ad114-7e13-5084-954f-fe012c677804"

[[Printf]]
deps = ["Unicode"]
uuid = "de0858da-6303-5e67-8744-51eddeeeb8d7"

[[Unicode]]
uuid = "4ec0a83e-493e-50e2-b9ac-8f72acf5a8f5"
"""

# ╔═╡ Cell order:
# ╠═5a0c7c10-0000-11ef-0000-000000000002
# ╠═5a0c7c10-0000-11ef-0000-000000000001
# ╠═5a0c7c10-0000-11ef-0000-000000000003
# ╠═5a0c7c10-0000-11ef-0000-000000000004
# ╠═5a0c7c10-0000-11ef-0000-000000000005
# ╠═5a0c7c10-0000-11ef-0000-000000000006
# ╠═5a0c7c10-0000-11ef-0000-000000000007
# ╠═5a0c7c10-0000-11ef-0000-000000000008
# ╠═5a0c7c10-0000-11ef-0000-000000000009
# ╟─00000000-0000-0000-0000-000000000001
# ╟─00000000-0000-0000-0000-000000000002
