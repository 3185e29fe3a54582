# Writes a tar of the given paths below a folder to stdout; a path that does not exist is left out.
# Arguments: the folder, options of tar, `--`, the paths, and, where a Python program is to compress it, `--`, the
# program and its arguments.
set -euo pipefail
cd "$1"
shift
options=()
while [ "$1" != -- ]; do
  options+=("$1")
  shift
done
shift
present=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  if [ -e "$1" ] || [ -L "$1" ]; then present+=("$1"); fi
  shift
done
# Names are sorted, and messages worded, as anywhere else.
export LC_ALL=C
# Blocks as large as a pipe: half the time of tar's own.
# GNU format keeps whole seconds, cut: what Julia's caches need (docker-julia section 7).
# Of nothing an empty archive, which tar makes only where names could come from a file.
pack=(tar --create --format=gnu --blocking-factor=128 --sparse --sort=name --owner=0 --group=0 --numeric-owner "${options[@]}" --files-from=/dev/null -- "${present[@]}")
if [ $# -eq 0 ]; then exec "${pack[@]}"; fi
shift
"${pack[@]}" | python3 -c "$@"
