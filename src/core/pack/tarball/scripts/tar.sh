# Writes a tar of some paths below a folder to stdout; a path that does not exist is left out.
# Arguments: the folder, a file with the paths, each ended by a zero byte (they may be more than a command line takes),
# options of tar, and, where a Python program is to compress it, `--`, the program and its arguments.
set -euo pipefail
cd "$1"
paths=$2
shift 2
options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  options+=("$1")
  shift
done
present() {
  local path
  while IFS= read -r -d '' path; do
    if [ -e "$path" ] || [ -L "$path" ]; then printf '%s\0' "$path"; fi
  done < "$paths"
}
# Names are sorted, and messages worded, as anywhere else.
export LC_ALL=C
# Blocks as large as a pipe: half the time of tar's own.
# GNU format keeps whole seconds, cut: what Julia's caches need (docker-julia section 7).
# Of an empty list tar makes an empty archive, which it does not of no names at all.
pack=(tar --create --format=gnu --blocking-factor=128 --sparse --sort=name --owner=0 --group=0 --numeric-owner "${options[@]}" --null --files-from=-)
if [ $# -eq 0 ]; then
  present | "${pack[@]}"
  exit
fi
shift
present | "${pack[@]}" | python3 -c "$@"
