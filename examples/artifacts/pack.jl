# Packs the artifact `stations` as a package server serves it, and binds it in Inference's Artifacts.toml.
#
#     julia --project=Inference artifacts/pack.jl      (in the folder examples)
#
# Writes artifacts/<git-tree-sha1>.tar.gz. The same table gives the same bytes. Needs GNU tar and gzip.

using Pkg.Artifacts
import SHA

const HERE = @__DIR__
const TOML = joinpath(HERE, "..", "Inference", "Artifacts.toml")
const URL = "https://github.com/julia-on-kaggle/julia-on-kaggle/raw/main/examples/artifacts"

tree = create_artifact() do folder
    file = joinpath(folder, "stations.csv")
    cp(joinpath(HERE, "stations", "stations.csv"), file)
    chmod(file, 0o644)
end

tarball = joinpath(HERE, "$tree.tar.gz")
folder = artifact_path(tree)
tar = `tar --sort=name --format=ustar --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rw,go+r
       -C $folder -c stations.csv`
run(pipeline(tar, `gzip -n -9`, tarball))

sha256 = open(io -> bytes2hex(SHA.sha256(io)), tarball)
bind_artifact!(TOML, "stations", tree; download_info = [("$URL/$tree.tar.gz", sha256)], force = true)
println("stations is ", tree, ", sha256 of its tarball ", sha256)
