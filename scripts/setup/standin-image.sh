#!/usr/bin/env bash
# standin-image.sh: makes a small stand-in for Kaggle's notebook image (which has some 20 GB), for demos and tests.
#
# It has what a run on Kaggle relies on: Python 3 with ipykernel, nbconvert and nbclient, the usual command-line tools,
# the root user, the folders /kaggle/{input,working,temp,lib} and Kaggle's environment. It has no Julia and no GPU.
# Made from Debian packages by mmdebstrap; where that cannot be used, from the public image of Debian 12,
# which is named by its digest, by `docker build` (standin.Dockerfile beside this file). Either way apt takes only what
# Debian's keys have signed, so that the mirrors need no HTTPS.
#
# Needs: a Docker engine (engine.sh). For mmdebstrap: root and apt-get, which install it when it is missing.
# Usage: standin-image.sh [TAG [SUITE [PACKAGE…]]]     (julia-kaggle/standin:1 and Debian's bookworm when not given)
#   SUITE           another Debian, such as trixie, for programs that were built for a newer glibc
#   PACKAGE         what the image has besides, of Debian
#   DOCKERFILE=1    takes the way of `docker build` even where mmdebstrap could be used
# Ends at once when the tag is already an image of this recipe. Prints the tag as its last line; progress to stderr.
set -euo pipefail
script_name=standin-image
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

tag=${1:-julia-kaggle/standin:1}
suite=${2:-bookworm}
recipe=1 # count up with every change of what the image holds
[ "$suite" = bookworm ] || recipe=$recipe-$suite
more=("${@:3}")
for each in "${more[@]}"; do recipe=$recipe-$each; done
label=julia-kaggle.standin
packages=(
  ca-certificates curl wget git tar gzip bzip2 unzip procps
  python3 python3-ipykernel python3-nbclient python3-nbconvert jupyter-nbconvert
  "${more[@]}"
)

up_to_date() {
  [ "$(docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$tag" 2> /dev/null)" = "$recipe" ]
}

# from_packages: the root tree made here, then imported. The tag is set last: it never names half an image.
from_packages() {
  local mirror tree id
  mirror=$(first_mirror_with "$suite") || fail "no Debian mirror that has $suite can be reached"
  tree=$(mktemp)
  # shellcheck disable=SC2064  # the name as it is now
  trap "rm -f '$tree'" EXIT

  say "making the root tree from $mirror"
  # What is cut out is what a running notebook has no use for; the hooks are run by mmdebstrap, with the tree as $1.
  # shellcheck disable=SC2016
  mmdebstrap --mode=root --variant=minbase --quiet --format=tar \
    --include="$(IFS=,; echo "${packages[*]}")" \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='force-unsafe-io' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='mkdir -p "$1/kaggle/input" "$1/kaggle/working" "$1/kaggle/temp" "$1/kaggle/lib"' \
    --customize-hook='ln -sf python3 "$1/usr/bin/python"' \
    --customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*' \
    "$suite" "$tree" "deb $mirror $suite main" >&2

  say 'importing it'
  id=$(docker import \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV HOME=/root LANG=C.UTF-8 KAGGLE_KERNEL_RUN_TYPE=Batch' \
    --change 'WORKDIR /kaggle/working' \
    --change 'CMD ["/bin/bash"]' \
    --change "LABEL $label=$recipe" \
    "$tree")
  docker tag "$id" "$tag"
}

from_dockerfile() {
  [ "$suite" = bookworm ] || fail "$suite is made by mmdebstrap alone: it needs root and apt-get"
  say "building it from Debian's image"
  docker build --tag "$tag" \
    --build-arg "packages=${packages[*]}" --build-arg "recipe=$recipe" - < "$here/standin.Dockerfile" >&2
}

has docker || fail 'there is no docker command; run engine.sh first'
if ! up_to_date; then
  only_one standin-image
  if up_to_date; then
    : # made by another run meanwhile
  elif [ -z "${DOCKERFILE:-}" ] && can_install; then
    if ! has mmdebstrap || ! [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
      apt_install mmdebstrap debian-archive-keyring
    fi
    from_packages
  else
    from_dockerfile
  fi
fi
say "$tag: $(docker image inspect --format '{{.Size}}' "$tag") bytes"
echo "$tag"
