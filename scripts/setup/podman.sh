#!/usr/bin/env bash
# podman.sh: makes sure of Podman, of the runtime crun, and of catatonit, which is what `--init` runs and Debian only recommends.
#
# Needs: root and apt-get where one is missing.
# Usage: podman.sh
# Prints nothing but progress, on stderr.
set -euo pipefail
script_name=podman
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

complete() { has podman && has crun && has catatonit; }

complete && exit
can_install || fail 'podman, crun or catatonit is missing: install them'
only_one podman
complete && exit
apt_install podman crun catatonit
complete || fail 'the packages did not bring podman, crun and catatonit'
