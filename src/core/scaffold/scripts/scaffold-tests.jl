using __NAME__
using Test

@testset "__NAME__" begin
    mktempdir() do folder
        output = joinpath(folder, "submission.csv")
        write(joinpath(folder, "sample_submission.csv"), "id,target\n1,0.5\n2,0.5\n")
        @test __NAME__.main(["--input", folder, "--output", output]) == 0
        @test readlines(output) == ["id,target", "1,0.5", "2,0.5"]
    end

    @testset "arguments that are wrong are exit code 2" begin
        @test redirect_stderr(() -> __NAME__.main(["--input"]), open(tempname(), "w")) == 2
        @test redirect_stderr(() -> __NAME__.main(["--in", "a", "--output", "b"]), open(tempname(), "w")) == 2
    end
end
