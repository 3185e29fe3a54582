#!/usr/bin/env bash
# julia-tarball.sh: makes julia-1.5.3-linux-x86_64.tar.gz, a stand-in for the Julia site's own archive, from Debian 11
# packages. For demos and tests on machines that cannot reach the Julia site (mirror.mjs serves it to them).
#
# It has the shape of the official one (julia-1.5.3/{bin,etc,include,lib,share}) and carries every shared library it
# needs but glibc (2.31 or newer), so it runs in images that know nothing of Julia, wherever it is unpacked. The same
# packages give the same bytes.
#
# Needs: an x86-64 Debian or Ubuntu with apt; patchelf, binutils and Debian's archive keyring, which are installed when
# missing, for root.
# Usage: julia-tarball.sh OUT_DIR
# Writes OUT_DIR/julia-1.5.3-linux-x86_64.tar.gz and the same name with .sha256; ends at once when they are there and
# of this recipe. Prints the tarball's path as its last line; progress goes to stderr.
set -euo pipefail
script_name=julia-tarball
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ $# = 1 ] || fail 'usage: julia-tarball.sh OUT_DIR'
version=1.5.3
recipe=1 # count up with every change of what the tarball holds
suite=bullseye
arch=x86_64-linux-gnu
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
out=$(mkdir -p "$1" && cd "$1" && pwd)
tarball=$out/julia-$version-linux-x86_64.tar.gz
stamp=$tarball.stamp # what the pair was made from: recipe, size and time of the tarball, its sum

# ---- is it there?

stamp_text() { echo "recipe $recipe, $(stat -c '%s bytes, time %Y' "$tarball"), $(cat "$tarball.sha256")"; }

up_to_date() {
  [ -f "$tarball" ] && [ -f "$tarball.sha256" ] && [ -f "$stamp" ] && [ "$(stamp_text)" = "$(cat "$stamp")" ]
}

finish() {
  echo "$tarball"
  exit 0
}

if up_to_date; then finish; fi
only_one julia-tarball
if up_to_date; then finish; fi

# ---- what it takes

has apt-get || fail 'needs apt-get, as Debian and Ubuntu have it'
missing=()
has patchelf || missing+=(patchelf)
has readelf || missing+=(binutils)
[ -r "$keyring" ] || missing+=(debian-archive-keyring)
if [ ${#missing[@]} -gt 0 ]; then
  is_root || fail "install these packages first: ${missing[*]}"
  apt_install "${missing[@]}"
fi
mirror=$(first_mirror_with "$suite") || fail "no Debian mirror that has $suite can be reached"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# ---- the packages, fetched with an apt of their own: this machine's is not touched, nothing is installed

private_apt() {
  apt-get -q -y -c "$work/apt.conf" "$@" >&2
}

download() {
  mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,preferences.d}
  : > "$work/apt/status"
  echo "deb [arch=amd64 signed-by=$keyring] $mirror $suite main" > "$work/apt/sources.list"
  cat > "$work/apt.conf" << CONF
Dir::State "$work/apt";
Dir::State::lists "$work/apt/lists";
Dir::State::status "$work/apt/status";
Dir::Cache "$work/apt/cache";
Dir::Etc::sourcelist "$work/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "$work/apt/preferences.d";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Debug::NoLocking "true";
CONF
  private_apt update
  private_apt --download-only install julia libjulia-dev
}

# unpack: Julia's own packages into $work/julia, the libraries they stand on into $work/libs.
unpack() {
  local deb
  for deb in "$work"/apt/cache/archives/*.deb; do
    case ${deb##*/} in
      julia_* | julia-common_* | libjulia1_* | libjulia-dev_*) dpkg-deb -x "$deb" "$work/julia" ;;
      lib* | zlib1g_* | gcc-*) dpkg-deb -x "$deb" "$work/libs" ;;
    esac
  done
}

# ---- the tree

top=$work/tree/julia-$version
lib=$top/lib/$arch

lay_out() {
  local from=$work/julia/usr
  mkdir -p "$top"/{bin,etc,include,share/man} "$lib"
  cp -a "$from/bin/julia" "$top/bin/"
  cp -a "$work/julia/etc/julia" "$top/etc/"
  cp -a "$from/include/julia" "$top/include/"
  cp -a "$from/share/julia" "$top/share/"
  cp -a "$from/share/man/man1" "$top/share/man/"
  cp -a "$from/lib/$arch/julia" "$from/lib/$arch"/libjulia.so* "$lib/"
  # Julia 1.5 downloads with the programs curl or wget; this link would only pull in a long chain of TLS libraries.
  rm -f "$lib/julia/libcurl.so"
}

# find_library NAME: its file among the unpacked packages.
find_library() {
  local dir
  for dir in usr/lib/$arch lib/$arch usr/lib lib; do
    if [ -e "$work/libs/$dir/$1" ]; then
      readlink -f "$work/libs/$dir/$1"
      return
    fi
  done
  fail "no package holds $1"
}

add_library() { cp "$(find_library "$1")" "$lib/$1"; }

# needed: the names of the libraries that the programs and libraries of the tree ask for.
needed() {
  find "$top/bin" "$top/lib" -type f \( -name julia -o -name '*.so' -o -name '*.so.*' \) -exec readelf -d {} + 2> /dev/null \
    | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p' | sort -u
}

is_glibc() {
  [[ $1 =~ ^(ld-linux-x86-64\.so\.2|lib(c|m|pthread|dl|rt|util|resolv|anl|nsl|BrokenLocale|thread_db|mvec)\.so\.[0-9]+)$ ]]
}

add_libraries() {
  local link name added=1
  # The links in Julia's private folder name what it opens at run time.
  for link in "$lib"/julia/*; do
    if [ -L "$link" ] && [ ! -e "$link" ]; then add_library "$(basename "$(readlink "$link")")"; fi
  done
  # Each library added may need more.
  while [ $added = 1 ]; do
    added=0
    for name in $(needed); do
      if is_glibc "$name" || [ -e "$lib/$name" ] || [ -e "$lib/julia/$name" ]; then continue; fi
      add_library "$name"
      added=1
    done
  done
}

# relocate: one DT_RPATH on the program. Unlike a RUNPATH it also serves dlopen and the libraries of libraries; unlike
# LD_LIBRARY_PATH it does not reach the programs that Julia starts. A library with a RUNPATH of its own would ignore it.
relocate() {
  local file
  while read -r file; do
    if [ -n "$(patchelf --print-rpath "$file")" ]; then patchelf --remove-rpath "$file"; fi
  done < <(find "$top/lib" -type f -name '*.so*')
  # shellcheck disable=SC2016  # $ORIGIN is the loader's
  patchelf --force-rpath --set-rpath '$ORIGIN/../lib/'"$arch"':$ORIGIN/../lib/'"$arch/julia" "$top/bin/julia"
}

# pack: entries sorted, owned by root, and none newer than the packages themselves.
pack() {
  chmod -R u+rwX,go+rX "$top"
  tar --sort=name --clamp-mtime --mtime=2020-12-24T00:00:00Z --owner=0 --group=0 --numeric-owner \
    -C "$work/tree" -c "julia-$version" | gzip -n -6 > "$tarball.part"
  (cd "$out" && sha256sum "$(basename "$tarball").part" | sed 's/\.part$//') > "$tarball.sha256.part"
  rm -f "$stamp"
  mv "$tarball.part" "$tarball"
  mv "$tarball.sha256.part" "$tarball.sha256"
  stamp_text > "$stamp"
}

say "fetching the packages from $mirror"
download
say 'laying out the tree'
unpack
lay_out
add_libraries
relocate
say 'packing it'
pack
say "$(stat -c %s "$tarball") bytes, sha256 $(cut -d ' ' -f 1 "$tarball.sha256")"
finish
