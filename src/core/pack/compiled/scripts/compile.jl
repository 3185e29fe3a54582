# Makes an app or a system image of the project with PackageCompiler. All it needs to know is in JULIA_KAGGLE_* variables.
# Nothing is written into the project or its depot: the work folder has an environment, and a depot that comes first.
import Pkg

include("tell.jl")

const MODE = ENV["JULIA_KAGGLE_MODE"]
const OUTPUT = ENV["JULIA_KAGGLE_OUTPUT"]
const WORK = ENV["JULIA_KAGGLE_WORK"]
const PROJECT = ENV["JULIA_KAGGLE_PROJECT"]
const WRAPPER = ENV["JULIA_KAGGLE_WRAPPER"]
const CPU_TARGET = ENV["JULIA_CPU_TARGET"]
const COMPILER_VERSION = ENV["JULIA_KAGGLE_COMPILER_VERSION"]
const COMPILER_FOLDER = get(ENV, "JULIA_KAGGLE_COMPILER_FOLDER", "")
const DEPOT = ENV["JULIA_KAGGLE_DEPOT"]
# A line of a file each: the program and its arguments.
const SAMPLE_RUN = readlines(ENV["JULIA_KAGGLE_SAMPLE_RUN"])

function first_file(folder, names)
    found = filter(isfile, joinpath.(folder, names))
    isempty(found) ? nothing : first(found)
end

"The Manifest's packages by name, in either format of it."
entries(manifest) = haskey(manifest, "deps") && haskey(manifest, "manifest_format") ? manifest["deps"] : manifest

const SERIES = "v$(VERSION.major).$(VERSION.minor)"
project_file() = first_file(PROJECT, ["JuliaProject.toml", "Project.toml"])
"Beside the project, else beside a folder that holds it: a workspace has one for all."
function manifest_file()
    folder = PROJECT
    names = ["JuliaManifest-$SERIES.toml", "Manifest-$SERIES.toml", "JuliaManifest.toml", "Manifest.toml"]
    while true
        found = first_file(folder, names)
        (found !== nothing || folder == dirname(folder)) && return found
        folder = dirname(folder)
    end
end

"The project's own environment with the project as one more package, so that another package can use it."
function write_environment()
    project = Pkg.TOML.parsefile(project_file())
    manifest_path = manifest_file()
    manifest = Pkg.TOML.parsefile(manifest_path)
    for versions in values(entries(manifest)), entry in (versions isa Vector ? versions : [])
        haskey(entry, "path") && (entry["path"] = normpath(joinpath(dirname(manifest_path), entry["path"])))
    end
    own = Dict{String,Any}("uuid" => project["uuid"], "path" => PROJECT, "deps" => get(project, "deps", Dict()))
    haskey(project, "version") && (own["version"] = project["version"])
    entries(manifest)[project["name"]] = [own]
    # It is of the project's own dependencies.
    delete!(manifest, "project_hash")
    wrapper = Pkg.TOML.parsefile(joinpath(WRAPPER, "Project.toml"))
    wrapper["deps"] = merge(get(project, "deps", Dict()), Dict(project["name"] => project["uuid"]))
    for section in ("extras", "preferences")
        haskey(project, section) && (wrapper[section] = project[section])
    end
    open(io -> Pkg.TOML.print(io, wrapper), joinpath(WRAPPER, "Project.toml"), "w")
    open(io -> Pkg.TOML.print(io, manifest), joinpath(WRAPPER, "Manifest.toml"), "w")
    for name in ("JuliaLocalPreferences.toml", "LocalPreferences.toml")
        isfile(joinpath(PROJECT, name)) && cp(joinpath(PROJECT, name), joinpath(WRAPPER, name); force=true)
    end
    return project
end

"Runs the project on the sample data, keeping what it compiles. Gives the file of it."
function run_sample()
    tell("compiling"; step="run on the sample data")
    statements = joinpath(WORK, "statements.jl")
    # From 1.9 on caches hold native code, which is not compiled again and so would not be seen.
    native = VERSION < v"1.9" ? `` : `--pkgimages=no`
    julia = Base.julia_cmd().exec[1]
    command = `$julia --startup-file=no --color=no $native --project=$WRAPPER --trace-compile=$statements $SAMPLE_RUN`
    if !success(pipeline(command; stdout=stdout, stderr=stderr))
        tell("problem"; what="sample-run")
        exit(1)
    end
    touch(statements)
    return statements
end

"Only what comes with Julia: such a checkout needs no environment of its own."
function needs_standard_library_only(folder)
    deps = get(Pkg.TOML.parsefile(joinpath(folder, "Project.toml")), "deps", Dict())
    all(name -> isdir(joinpath(Sys.STDLIB, name)), keys(deps))
end

function load_compiler()
    tell("compiling"; step="get PackageCompiler")
    environment = joinpath(WORK, "environment")
    mkpath(environment)
    if COMPILER_FOLDER != "" && needs_standard_library_only(COMPILER_FOLDER)
        environment = COMPILER_FOLDER
    elseif COMPILER_FOLDER != ""
        Pkg.activate(environment)
        Pkg.develop(Pkg.PackageSpec(path=COMPILER_FOLDER))
    else
        Pkg.activate(environment)
        uuid = Base.UUID("9b87118b-4619-50d2-8e1e-99f35a4d4d9d")
        Pkg.add(Pkg.PackageSpec(name="PackageCompiler", uuid=uuid, version=COMPILER_VERSION))
    end
    pushfirst!(LOAD_PATH, environment)
    @eval Main import PackageCompiler
    file = first_file(dirname(dirname(Base.pathof(Main.PackageCompiler))), ["Project.toml"])
    tell("compiler"; version=get(Pkg.TOML.parsefile(file), "version", "?"))
end

"Calls a function with those of the options that its version knows."
function call(f, args...; options...)
    known = reduce(union, (Base.kwarg_decl(method) for method in methods(f)); init=Symbol[])
    f(args...; (name => value for (name, value) in pairs(options) if name in known)...)
end

"Every file below, that was read since its time of access was set to 0; links are not followed."
function was_read(folder)
    for (root, _, files) in walkdir(folder), file in files
        path = joinpath(root, file)
        # Base has no time of access.
        islink(path) || readchomp(`stat -c %X $path`) == "0" || return true
    end
    return false
end

"What the run read, of all artifacts of the depot: before PackageCompiler copies them, which reads them too."
function read_artifacts()
    folder = joinpath(DEPOT, "artifacts")
    isdir(folder) || return Dict{String,String}()
    ENV["JULIA_KAGGLE_ACCESS_TIMES"] == "yes" || return Dict(hash => "unknown" for hash in readdir(folder))
    Dict(hash => (was_read(joinpath(folder, hash)) ? "read" : "unread") for hash in readdir(folder))
end

folder_bytes(folder) = parse(Int, first(split(readchomp(`du -sb $folder`))))

"Brings in what was used and did not come (lazy ones), and tells of each."
function tell_artifacts(uses)
    # PackageCompiler 1, which is for Julia 1.5 and older, puts them at the top.
    folder = mkpath(VERSION < v"1.6" ? joinpath(OUTPUT, "artifacts") : joinpath(OUTPUT, "share", "julia", "artifacts"))
    for (hash, use) in uses
        from, to = joinpath(DEPOT, "artifacts", hash), joinpath(folder, hash)
        use == "read" && isdir(from) && !ispath(to) && run(`cp -a $from $to`)
    end
    for hash in readdir(folder)
        isdir(joinpath(folder, hash)) || continue
        tell("bundled"; hash=hash, bytes=folder_bytes(joinpath(folder, hash)), use=get(uses, hash, "unknown"))
    end
end

project = write_environment()
statements = run_sample()
uses = read_artifacts()
load_compiler()
tell("compiling"; step="compile")
started = time()
if MODE == "app"
    call(Main.PackageCompiler.create_app, WRAPPER, OUTPUT; precompile_statements_file=statements, incremental=true,
         force=true, cpu_target=CPU_TARGET, include_lazy_artifacts=false, include_transitive_dependencies=true)
    tell_artifacts(uses)
else
    is_script = ENV["JULIA_KAGGLE_FORM"] == "script"
    packages = is_script ? collect(keys(get(project, "deps", Dict()))) : [project["name"]]
    mkpath(OUTPUT)
    call(Main.PackageCompiler.create_sysimage, Symbol.(packages); sysimage_path=joinpath(OUTPUT, "sysimage.so"),
         project=WRAPPER, precompile_statements_file=statements, incremental=true, cpu_target=CPU_TARGET,
         include_transitive_dependencies=true)
end
# Nothing of it is packed.
rm(WORK; recursive=true, force=true)
write(ENV["JULIA_KAGGLE_STAMP"], ENV["JULIA_KAGGLE_ID"])
tell("compiled"; bytes=folder_bytes(OUTPUT), seconds=round(time() - started; digits=3))
