# Resolves the project's environment, and tells which Manifest that wrote. Argument: `update` or `resolve`.
import Pkg

include("/julia-kaggle/tell.jl")

ARGS[1] == "update" ? Pkg.update() : Pkg.resolve()
tell("resolved"; file=Pkg.Types.Context().env.manifest_file)
