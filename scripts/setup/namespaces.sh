#!/usr/bin/env bash
# namespaces.sh: makes sure of the tools with which tests give a second Docker engine a machine of its own: ip, unshare
# and nsenter.
#
# Needs: root, for namespaces are made by nobody else; apt-get where a tool is missing.
# Usage: namespaces.sh
# Prints nothing but progress, on stderr.
set -euo pipefail
script_name=namespaces
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

complete() { has ip && has unshare && has nsenter; }

is_root || fail 'the tests of a remote engine need root: run npm test as root'
complete && exit
can_install || fail 'ip, unshare and nsenter are missing: install iproute2 and util-linux'
only_one namespaces
complete && exit
apt_install iproute2 util-linux
complete || fail 'the packages iproute2 and util-linux did not bring ip, unshare and nsenter'
