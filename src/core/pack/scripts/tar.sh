# Writes a tar of the given paths below /root to stdout; a path that does not exist is left out.
# Options of tar come first, then `--`, then the paths.
set -euo pipefail
options=()
while [ "$1" != -- ]; do
  options+=("$1")
  shift
done
shift
cd /root
present=()
for path in "$@"; do
  [ ! -e "$path" ] || present+=("$path")
done
# GNU format keeps whole seconds, cut: what Julia's caches need (docker-julia section 7).
exec tar --create --format=gnu --sort=name --owner=0 --group=0 --numeric-owner "${options[@]}" -- "${present[@]}"
