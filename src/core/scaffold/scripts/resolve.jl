# Resolves the project's environment, and tells which Manifest that wrote. Arguments: `update` or `resolve`, and what is
# done to it before: `@path` develops the package there, relative to the project, and a name adds the package.
import Pkg

include("/julia-kaggle/tell.jl")

paths = [argument[2:end] for argument in ARGS[2:end] if startswith(argument, "@")]
names = [argument for argument in ARGS[2:end] if !startswith(argument, "@")]
# As it is written into the Manifest.
cd(dirname(Base.active_project()))
isempty(paths) || Pkg.develop([Pkg.PackageSpec(path=path) for path in paths])
isempty(names) || Pkg.add([Pkg.PackageSpec(name=name) for name in names])
if ARGS[1] == "update"
    Pkg.update()
elseif isempty(names)
    Pkg.resolve()
end
tell("resolved"; file=Pkg.Types.Context().env.manifest_file)
