# Resolves the project's environment, and tells which Manifest that wrote. Arguments: `update` or `resolve`, and the
# packages that are added to it before.
import Pkg

include("/julia-kaggle/tell.jl")

names = ARGS[2:end]
isempty(names) || Pkg.add([Pkg.PackageSpec(name=name) for name in names])
if ARGS[1] == "update"
    Pkg.update()
elseif isempty(names)
    Pkg.resolve()
end
tell("resolved"; file=Pkg.Types.Context().env.manifest_file)
