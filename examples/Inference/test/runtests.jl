using Dates
using Inference
using Inference: DataError, load_model, main, parse_options, predict, read_csv, save_model, stations
using Test
using TideFeatures

const TEST_CSV = """
    id,station,time,pressure
    7,ALD,2025-10-01T00:00:00,1013.2
    9,HAV,2025-10-01T06:10:00,998.7
    """

"Runs the program quietly and gives its exit code."
quietly(args) = open(io -> redirect_stderr(() -> redirect_stdout(() -> main(args), io), io), tempname(), "w")

"Runs it on the given test.csv with a model that always says the datum."
function run_main(f, test_csv = TEST_CSV)
    weights = Float64.(feature_names() .== "datum")
    mktempdir() do folder
        write(joinpath(folder, "test.csv"), test_csv)
        model = save_model(joinpath(folder, "model.csv"), weights)
        output = joinpath(folder, "out", "submission.csv")
        code = quietly(["--input", folder, "--model", model, "--output", output])
        f(code, output)
    end
end

@testset "Inference" begin
    @testset "the program" begin
        run_main() do code, output
            @test code == 0
            @test readlines(output) == ["id,height", "7,3.05", "9,2.18"]
        end
    end

    @testset "what is wrong with the data is an exit code" begin
        run_main((code, output) -> @test((code, isfile(output)) == (1, false)), replace(TEST_CSV, "HAV" => "XXX"))
        run_main((code, output) -> @test((code, isfile(output)) == (1, false)), replace(TEST_CSV, "998.7" => "low"))
        @test quietly(["--speed", "3"]) == 2
        @test quietly(["--input"]) == 2
    end

    @testset "options" begin
        options = parse_options(["--input", "a", "--model", "b"])
        @test options == Dict("input" => "a", "model" => "b", "output" => "submission.csv")
    end

    @testset "tables" begin
        mktempdir() do folder
            path = joinpath(folder, "table.csv")
            write(path, "a,b,c\r\n1,2,3\r\n4,5,6\r\n")
            @test read_csv(path, (:c, :a)) == (c = ["3", "6"], a = ["1", "4"])
            @test_throws DataError read_csv(path, (:d,))
            write(path, "a,b\n1\n")
            @test_throws DataError read_csv(path, (:a,))
            @test_throws DataError read_csv(joinpath(folder, "none.csv"), (:a,))
        end
    end

    @testset "stations" begin
        harbours = stations()
        @test length(harbours) == 8
        @test harbours["ALD"] == Harbour(3.05, 1.62, 0.0)
    end

    @testset "a model comes back as it was saved, and is refused for other features" begin
        mktempdir() do folder
            path = joinpath(folder, "model.csv")
            weights = collect(1:length(feature_names())) ./ 7
            save_model(path, weights)
            @test load_model(path) == weights
            write(path, replace(read(path, String), "M2_cos" => "M3_cos"))
            @test_throws DataError load_model(path)
        end
    end

    @testset "a fit finds the weights that made the data" begin
        times = DateTime(2025) .+ Minute.(0:97:97*199)
        harbours = collect(Iterators.take(Iterators.cycle(values(stations())), 200))
        data = (harbour = harbours, time = times, pressure = 1000 .+ 20 .* sin.(1:200))
        weights = collect(range(-1, 1; length = length(feature_names())))
        @test Inference.fit(data, predict(weights, data)) ≈ weights
    end
end
