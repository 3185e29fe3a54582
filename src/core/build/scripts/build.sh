# Arguments: where the sources were put, where they belong, the depot's stamp, what it is to say, what it says if the depot
# is already of this environment (empty: it is not), then the command that runs Julia, which hears last whether it is.
set -euo pipefail
staged=$1 dev=$2 stamp=$3 id=$4 known=$5
shift 5

depot_is=other
[ -z "$known" ] || [ "$(cat "$stamp" 2> /dev/null)" != "$known" ] || depot_is=same

# While it is worked on the depot is nobody's: whoever looks for the stamp of a build before finds none.
rm -f "$stamp"

# The whole folder is laid anew, so that a file deleted from the project is gone here too. Their times come along:
# they are derived from the content, so the caches of what did not change stay valid.
depot=$(dirname "$dev")
rm -rf "$dev"
cp -a "$staged" "$dev"

# Tells this depot from one that was made anew in its place. Logs are not packed.
mkdir -p "$depot/logs"
[ -s "$depot/logs/julia-kaggle-id" ] || cat /proc/sys/kernel/random/uuid > "$depot/logs/julia-kaggle-id"

"$@" "$depot_is"

printf '%s\n' "$id" > "$stamp"
