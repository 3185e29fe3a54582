#!/usr/bin/env bash
# evaluation-image.sh: makes the stand-in for Kaggle's image with what a competition that calls the notebook needs besides:
# gRPC, pandas and NumPy, from Debian. polars and pyarrow are no packages of Debian 12.
#
# Needs: the stand-in (standin-image.sh), and a network for `docker build`.
# Usage: evaluation-image.sh TAG BASE
# Ends at once when the tag was made from this base already. Prints the tag as its last line; progress to stderr.
set -euo pipefail
script_name=evaluation-image
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

tag=$1 base=$2
recipe=1 # count up with every change of what the image holds
label=julia-kaggle.evaluation
packages=(python3-grpcio python3-pandas)

id=$(docker image inspect --format '{{.Id}}' "$base")
up_to_date() {
  [ "$(docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$tag" 2> /dev/null)" = "$recipe-$id" ]
}

if ! up_to_date; then
  only_one evaluation-image
  up_to_date || docker build --tag "$tag" --label "$label=$recipe-$id" - >&2 << EOF
FROM $base
RUN apt-get update \\
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages[*]} \\
    && rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/*
EOF
fi
say "$tag: $(docker image inspect --format '{{.Size}}' "$tag") bytes"
echo "$tag"
