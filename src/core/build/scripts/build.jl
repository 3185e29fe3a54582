# Fills the depot with what the Manifest names and compiles it, in the image, at the paths that Kaggle will see.
# Arguments: name and uuid of the package to load at the end, or nothing when the project is run as a script.
using Pkg

Pkg.instantiate()
Pkg.precompile()

# Loading is the proof that the caches are complete, and what lazy artifacts of library packages wait for.
for (name, uuid) in Iterators.partition(ARGS, 2)
    Base.require(Base.PkgId(Base.UUID(uuid), name))
end
