using __NAME__
using Test

# What brings a batch from Python to Julia and an answer back, here without Python.
include(joinpath(@__DIR__, "bridge", "bridge.jl"))
using .JuliaKaggleBridge: Table, through

@testset "__NAME__" begin
    batch = through(Table(row_id = [7, 8], x = [0.5, missing]))
    answer = through(__NAME__.predict(batch))
    @test length(answer) == length(batch)
    @test answer[:prediction] == [0.0, 0.0]
end
