# Compiles the project in the image. Arguments: the depot, the file of compile.jl, then Julia's command up to its program.
set -euo pipefail
depot=${1:?}; script=${2:?}
shift 2

source "$(dirname "$0")/find-compiler.sh"

# What is read from now on gets a time of access that is not this one, where the file system keeps such times.
mark() { find "$@" -type f -exec touch -a --date=@0 {} +; }
canary=$depot/.julia-kaggle-canary
echo canary > "$canary"
mark "$canary"
cat "$canary" > /dev/null
[ "$(stat -c %X "$canary")" = 0 ] && export JULIA_KAGGLE_ACCESS_TIMES=no || export JULIA_KAGGLE_ACCESS_TIMES=yes
rm -f "$canary"
[ ! -d "$depot/artifacts" ] || mark "$depot/artifacts"

exec "$@" "$script"
