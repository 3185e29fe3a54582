using __NAME__
using Test

@testset "__NAME__" begin
    mktempdir() do folder
        output = joinpath(folder, "submission.csv")
        write(joinpath(folder, __NAME__.SAMPLE), "id,target\n1,0.5\n\"2,3\",0.5\n")
        @test __NAME__.main(["--input", folder, "--output", output]) == 0
        @test readlines(output) == ["id,target", "1,0.5", "\"2,3\",0.5"]
    end

    @testset "the baseline is the mean or the most frequent value" begin
        @test __NAME__.predict(["1.5", "2.5"], "0.5") == "2.0"
        @test __NAME__.predict(["0", "1", "1"], "0") == "1"
        @test __NAME__.predict(["True", "False", "True"], "False") == "True"
        @test __NAME__.predict(String[], "0") === nothing
    end

    @testset "a table is read as it was written" begin
        mktempdir() do folder
            path = joinpath(folder, "table.csv")
            write(path, "\ufeffid,name\r\n1,\"Moran, Mr. \"\"Jim\"\"\"\r\n\r\n2,\n")
            @test __NAME__.read_csv(path) == [["id", "name"], ["1", "Moran, Mr. \"Jim\""], ["2", ""]]
        end
    end

    @testset "arguments that are wrong are exit code 2" begin
        @test redirect_stderr(() -> __NAME__.main(["--input"]), open(tempname(), "w")) == 2
        @test redirect_stderr(() -> __NAME__.main(["--in", "a", "--output", "b"]), open(tempname(), "w")) == 2
    end
end
