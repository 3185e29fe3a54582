# Prints each Artifacts.toml that has lazy artifacts: its path below the depot, then its text, line by line.
# Arguments: the depot, then the folders of packages below it; without any, all packages that are there.
cd "${1:?the depot}"
shift
shopt -s nullglob
[ $# -gt 0 ] || set -- packages/*/*

for folder in "$@"; do
  for file in "$folder"/JuliaArtifacts.toml "$folder"/Artifacts.toml; do
    [ -f "$file" ] || continue
    # Julia never reads a second one.
    if grep -q lazy "$file"; then
      printf '[artifacts]\t%s\n' "$file"
      awk '{ print "[artifacts]|" $0 }' "$file"
    fi
    break
  done
done
