# Tells what the environment of this process needs of the depot at run time. It only reads; where it cannot tell, it says
# nothing, and what is not spoken of is kept.
using Pkg: Pkg

include("tell.jl")

const DEPOT = first(DEPOT_PATH)
const TOML = Pkg.TOML

"Path below the depot, or nothing."
below(path) = startswith(path, DEPOT * "/") ? path[length(DEPOT)+2:end] : nothing

artifact_files(folder) =
    [joinpath(place, name) for (place, _, names) in walkdir(folder) for name in names
     if name == "Artifacts.toml" || name == "JuliaArtifacts.toml"]

"The hashes that this machine takes of an artifact with several variants; nothing when that cannot be told."
function selected(folder, file, name)
    try
        # A package may choose by a program of its own, as CUDA's do by the preferences.
        if isfile(joinpath(folder, ".pkg", "select_artifacts.jl"))
            chosen = Pkg.Operations.collect_artifacts(folder; include_lazy = true)
            return [meta["git-tree-sha1"] for (_, artifacts) in chosen for (key, meta) in artifacts if key == name]
        end
        meta = Pkg.Artifacts.artifact_meta(name, file)
        return meta === nothing ? nothing : [meta["git-tree-sha1"]]
    catch
        return nothing
    end
end

function tell_artifacts(owner, folder)
    for file in artifact_files(folder), (name, bound) in TOML.parsefile(file)
        variants = bound isa AbstractVector ? bound : [bound]
        hashes = [meta["git-tree-sha1"] for meta in variants if meta isa AbstractDict && haskey(meta, "git-tree-sha1")]
        present = unique(filter(hash -> isdir(joinpath(DEPOT, "artifacts", hash)), hashes))
        taken = length(present) > 1 ? selected(folder, file, name) : nothing
        known = taken !== nothing && any(in(taken), present)
        for hash in present
            tell("artifact"; hash=hash, name=name, owner=owner, taken=!known || hash in taken)
        end
    end
end

"Whether Julia would reject the cache. Versions before 1.9 have no `ignore_loaded`."
function rejected(source, cache)
    try
        return Base.stale_cachefile(source, cache; ignore_loaded = true) === true
    catch
    end
    try
        return Base.stale_cachefile(source, cache) === true
    catch
        return false
    end
end

function tell_caches(uuid, name)
    folder = joinpath(DEPOT, "compiled", "v$(VERSION.major).$(VERSION.minor)", name)
    isdir(folder) || return
    source = Base.locate_package(Base.PkgId(uuid, name))
    source === nothing && return
    for file in readdir(folder)
        cache = joinpath(folder, file)
        endswith(file, ".ji") && rejected(source, cache) && tell("rejected"; path=below(cache))
    end
end

function tell_package(uuid, name, folder)
    path = folder === nothing ? nothing : below(folder)
    tell("package"; uuid=string(uuid), name=name, path=something(path, ""))
    path === nothing && return
    tell_artifacts(name, folder)
    tell_caches(uuid, name)
end

"Extensions have caches under their own names (Julia 1.9 and later)."
function tell_extensions(table)
    deps = get(table, "deps", table)
    for (name, entries) in deps, entry in (entries isa AbstractVector ? entries : [])
        entry isa AbstractDict || continue
        foreach(extension -> tell("extension"; name=extension, owner=name), keys(get(entry, "extensions", Dict())))
    end
end

for (uuid, info) in Pkg.dependencies()
    tell_package(uuid, info.name, info.source)
end
let project = Pkg.project(), folder = dirname(project.path)
    project.name === nothing || tell_package(project.uuid, project.name, folder)
    foreach(name -> tell("extension"; name=name, owner=something(project.name, "")),
            keys(get(TOML.parsefile(project.path), "extensions", Dict())))
end
let manifest = Pkg.Types.EnvCache().manifest_file
    isfile(manifest) && tell_extensions(TOML.parsefile(manifest))
end
# Printed last: without it, what stands above may be a part of the whole.
tell("complete"; packages=length(Pkg.dependencies()))
