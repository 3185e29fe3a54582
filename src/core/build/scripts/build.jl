# Fills the depot with what the Manifest names and compiles it, in the image, at the paths that Kaggle will see.
# Arguments: name and uuid of the package to load at the end, or nothing when the project is run as a script.
using Pkg

include("tell.jl")

Pkg.instantiate()

# What of the depot is this Manifest's own; packages of earlier ones may lie beside.
for (uuid, info) in Pkg.dependencies()
    info.source !== nothing && tell("source"; path=info.source)
end

# Packages that run a program of their own when they are installed. Those in the depot did so just now or at an earlier
# build. Those staged from the person's machine are laid anew each time, without what such a program wrote here.
for (uuid, info) in Pkg.dependencies()
    info.source !== nothing && isfile(joinpath(info.source, "deps", "build.jl")) || continue
    tell("build-script"; package=info.name)
    info.is_tracking_path && Pkg.build(info.name)
end
project = dirname(Base.active_project())
if isfile(joinpath(project, "deps", "build.jl"))
    tell("build-script"; package=something(Pkg.project().name, ""))
    Pkg.build()
end

Pkg.precompile()

# Loading is the proof that the caches are complete, and what lazy artifacts of library packages wait for.
for (name, uuid) in Iterators.partition(ARGS, 2)
    Base.require(Base.PkgId(Base.UUID(uuid), name))
end
