# Compiles the project in the image. Arguments: the depot, the file of compile.jl, then Julia's command up to its program.
set -euo pipefail
depot=${1:?}; script=${2:?}
shift 2

# PackageCompiler takes JULIA_CC, else gcc, else clang (julia-facts section 6).
if [ -z "${JULIA_CC:-}" ]; then
  for each in gcc clang cc; do
    if command -v "$each" > /dev/null; then
      [ "$each" != cc ] || export JULIA_CC=cc
      found=$each
      break
    fi
  done
else
  command -v "${JULIA_CC%% *}" > /dev/null && found=$JULIA_CC
fi
if [ -z "${found:-}" ]; then
  echo '[julia-kaggle] {"kind":"problem","what":"no-compiler"}'
  exit 1
fi

# A compiler alone links nothing: without the headers and start files of the C library that would show after minutes.
probe=$(mktemp -d)
printf '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n' > "$probe/probe.c"
if ! $found -o "$probe/probe" "$probe/probe.c"; then
  echo '[julia-kaggle] {"kind":"problem","what":"compiler-broken"}'
  exit 1
fi
rm -r "$probe"

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
