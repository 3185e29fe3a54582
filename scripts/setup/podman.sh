#!/usr/bin/env bash
# podman.sh: makes sure of Podman, of the runtime crun, and of what Debian only recommends: catatonit, which is what `--init` runs,
# and newuidmap and slirp4netns, without which no plain user has containers.
#
# Needs: root and apt-get where one is missing.
# Usage: podman.sh
# Prints nothing but progress, on stderr.
set -euo pipefail
script_name=podman
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

complete() { has podman && has crun && has catatonit && has newuidmap && has slirp4netns; }

complete && exit
can_install || fail 'podman, crun, catatonit, newuidmap or slirp4netns is missing: install them'
only_one podman
complete && exit
apt_install podman crun catatonit uidmap slirp4netns
complete || fail 'the packages did not bring podman, crun, catatonit, newuidmap and slirp4netns'
