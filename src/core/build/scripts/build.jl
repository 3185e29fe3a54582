# Fills the depot with what the Manifest names and compiles it, in the image, at the paths that Kaggle will see.
# Arguments: name and uuid of the package to load at the end, or nothing when the project is run as a script; then `same`
# where the last build was of this very environment, so that what it told of the depot holds.
using Pkg

include("tell.jl")

const IS_SAME = pop!(ARGS) == "same"

Pkg.instantiate()

function tell_packages()
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
end

"Whether Julia has still to compile a package. Before 1.10 only that it has no cache at all can be told."
uncompiled(id) =
    isdefined(Base, :isprecompiled) ? !Base.isprecompiled(id) : isempty(Base.find_all_in_cache_path(id))

"The extensions of the Manifest (Julia 1.9 and later) of which all triggers are in it, as packages of their own."
function extensions(names)
    manifest = Pkg.TOML.parsefile(Pkg.Types.EnvCache().manifest_file)
    return [Base.PkgId(Base.uuid5(Base.UUID(entry["uuid"]), extension), extension)
            for entries in values(get(manifest, "deps", Dict())) for entry in entries
            for (extension, triggers) in get(entry, "extensions", Dict())
            if issubset(triggers isa AbstractString ? [triggers] : triggers, names)]
end

function count_uncompiled()
    packages = [Base.PkgId(uuid, info.name) for (uuid, info) in Pkg.dependencies()
                if info.source !== nothing && !startswith(info.source, Sys.STDLIB)]
    own = Pkg.project()
    own.name === nothing || push!(packages, Base.PkgId(own.uuid, own.name))
    names = Set(info.name for info in values(Pkg.dependencies()))
    return count(uncompiled, packages) + count(id -> isempty(Base.find_all_in_cache_path(id)), extensions(names))
end

if !IS_SAME
    tell_packages()
    try
        tell("uncompiled"; packages=count_uncompiled())
    catch
        # A number to show is no reason to end here.
    end
end

# Julia 1.5 names what it compiles only in its debug messages, which its Pkg turns off when it downloads.
if VERSION < v"1.6"
    Base.CoreLogging.disable_logging(Base.CoreLogging.BelowMinLevel)
    withenv(Pkg.precompile, "JULIA_DEBUG" => "loading")
else
    Pkg.precompile()
end

# Loading is the proof that the caches are complete, and what lazy artifacts of library packages wait for.
for (name, uuid) in Iterators.partition(ARGS, 2)
    Base.require(Base.PkgId(Base.UUID(uuid), name))
end
