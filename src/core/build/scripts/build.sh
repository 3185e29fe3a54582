# Arguments: where the sources were put, where they belong, then the command that runs Julia.
set -euo pipefail
staged=$1 dev=$2
shift 2

# The whole folder is laid anew, so that a file deleted from the project is gone here too. Their times come along:
# they are derived from the content, so the caches of what did not change stay valid.
rm -rf "$dev"
cp -a "$staged" "$dev"

"$@"
