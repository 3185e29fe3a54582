# shellcheck shell=bash
# common.sh: what the scripts of this folder share. To be sourced, not run.
#
# Progress goes to stderr, so that a script's stdout holds its result alone.

# Where locks and logs lie.
state=${XDG_STATE_HOME:-$HOME/.local/state}/julia-kaggle

# say TEXT...: one line of progress.
say() { printf '%s: %s\n' "${script_name:-setup}" "$*" >&2; }

# fail TEXT...: one line that says what to do, then the end.
fail() {
  say "$*"
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" > /dev/null 2>&1; }
can_install() { is_root && has apt-get; }

# apt_install PACKAGE...: installs Debian packages, waiting for another apt that may be at work. A source that cannot
# be reached does not matter as long as the packages are found in the others.
apt_install() {
  say "apt-get install $*"
  local quiet=(-q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  apt-get "${quiet[@]}" update >&2 || say 'apt-get update reported an error; going on with the lists it has'
  DEBIAN_FRONTEND=noninteractive apt-get "${quiet[@]}" -y install --no-install-recommends "$@" >&2 9>&-
}

# only_one NAME: lets one run at a time go on, on descriptor 9 (closed as 9>&- for programs that outlive the script).
only_one() {
  mkdir -p "$state"
  has flock || return 0
  exec 9> "$state/$1.lock"
  flock 9
}

# debian_mirrors: the Debian mirrors worth asking, best first: those that this machine's apt uses, when they are
# Debian's (Ubuntu's hold other packages), then the public one and the archive of old releases.
debian_mirrors() {
  if has apt-get; then
    # shellcheck disable=SC2016  # $(...) is apt's own notation
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2> /dev/null \
      | { grep -E '/debian/?$' || true; } | sed 's,/$,,'
  fi | sort -u
  echo 'http://deb.debian.org/debian'
  echo 'http://archive.debian.org/debian'
}

# first_mirror_with SUITE: prints the first mirror that has that Debian release.
first_mirror_with() {
  local mirror
  while read -r mirror; do
    if mirror_has "$mirror" "$1"; then
      echo "$mirror"
      return
    fi
  done < <(debian_mirrors | awk '!seen[$0]++')
  return 1
}

# mirror_has MIRROR SUITE: asks for the release file, with whatever program is there.
mirror_has() {
  local url="$1/dists/$2/InRelease"
  if has curl; then
    curl -fsSL --max-time 30 -o /dev/null "$url" 2> /dev/null
  elif has wget; then
    wget -q -T 30 -O /dev/null "$url"
  else # with apt alone
    local folder found=0
    folder=$(mktemp -d)
    /usr/lib/apt/apt-helper -q download-file "$url" "$folder/InRelease" > /dev/null 2>&1 || found=1
    rm -r "$folder"
    return $found
  fi
}
