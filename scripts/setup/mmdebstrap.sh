#!/usr/bin/env bash
# mmdebstrap.sh: makes sure of mmdebstrap and of Debian's keys, of which roots of another Debian are made.
#
# Needs: root and apt-get where they are missing.
# Usage: mmdebstrap.sh [SUITE]     (trixie when not given)
# Prints a mirror that has the suite as its last line. Progress goes to stderr.
set -euo pipefail
script_name=mmdebstrap
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

suite=${1:-trixie}
is_root || fail 'a root of another Debian is made by root alone'
if ! has mmdebstrap || ! [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
  can_install || fail 'mmdebstrap is missing: install it with debian-archive-keyring'
  only_one mmdebstrap
  apt_install mmdebstrap debian-archive-keyring
fi
first_mirror_with "$suite" || fail "no Debian mirror that has $suite can be reached"
