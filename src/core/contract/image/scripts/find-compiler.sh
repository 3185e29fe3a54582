# Finds the C compiler of the image, and tells why there is none that works. For `source` too.
set -euo pipefail

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
