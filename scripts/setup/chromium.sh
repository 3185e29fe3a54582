#!/usr/bin/env bash
# chromium.sh: makes sure that there is a Chromium, in which tests open VS Code's window.
#
# Needs: nothing where Chromium or Chrome is installed; otherwise root and apt-get.
# Usage: chromium.sh
#   CHROMIUM=/path/of/it   takes that one
# Prints the program's path as its last line. Progress goes to stderr.
set -euo pipefail
script_name=chromium
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

find_it() {
  local name
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome-stable google-chrome; do
    command -v "$name" && return
  done
  return 1
}

find_it && exit
can_install || fail 'there is no Chromium: install it, or name its program in CHROMIUM'
only_one chromium
find_it && exit
apt_install chromium
find_it || fail 'the package chromium did not bring the command chromium'
