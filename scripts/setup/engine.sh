#!/usr/bin/env bash
# engine.sh: makes sure that a Docker engine answers.
#
#   1. An engine that answers already (DOCKER_HOST, or the current docker context) is left as it is.
#   2. Otherwise, for root on a machine with apt: installs Docker when it is missing and starts it, with the service
#      manager where there is one, else by running dockerd itself, which then outlives this script.
#   3. Otherwise: says what to do, and fails.
#
# Needs: nothing for 1; root and apt-get for 2.
# Usage: engine.sh
# Prints the engine's address (what DOCKER_HOST would be) as its last line. Progress goes to stderr, dockerd's own log
# to $XDG_STATE_HOME/julia-kaggle/dockerd.log (XDG_STATE_HOME is ~/.local/state when not set).
set -euo pipefail
script_name=engine
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

default_address=unix:///var/run/docker.sock
socket=${default_address#unix://}
log=$state/dockerd.log
start_timeout=60 # seconds

# ---- asking

# in_time COMMAND…: for 20 seconds, where there is such a command; macOS has none.
in_time() { if has timeout; then timeout 20 "$@"; else "$@"; fi; }

# answers: whether the engine answers. What the docker command said instead is left in $complaint.
complaint=
answers() {
  has docker || { complaint='there is no docker command'; return 1; }
  complaint=$(in_time docker version --format '{{.Server.Version}}' 2>&1 > /dev/null)
}

# address: where the docker command looks for its engine.
address() {
  if [ -n "${DOCKER_HOST:-}" ]; then
    echo "$DOCKER_HOST"
  elif has docker; then
    docker context inspect --format '{{.Endpoints.docker.Host}}' 2> /dev/null || echo "$default_address"
  else
    echo "$default_address"
  fi
}

is_local_default() { [ "$1" = "$default_address" ] || [ "$1" = unix:///run/docker.sock ]; }

finish() {
  address
  exit 0
}

# explain: the one thing to do, according to what is wrong.
explain() {
  local where
  where=$(address)
  if ! is_local_default "$where"; then
    fail "the engine at $where does not answer ($complaint). Start it, or choose another with DOCKER_HOST or \`docker context use\`."
  elif [ -S "$socket" ] && ! [ -w "$socket" ]; then
    fail "user $(id -un) may not use $socket: permission denied. Join its group (sudo usermod -aG docker $(id -un)) and log in again."
  elif ! has docker; then
    fail 'Docker is not installed. Install Docker Engine or Docker Desktop: https://docs.docker.com/get-docker/'
  elif [ "$(uname)" != Linux ] || ! has dockerd; then
    fail 'Docker does not run. Start Docker Desktop (in WSL 2: with the integration of this distribution switched on), or install Docker Engine.'
  else
    fail 'Docker is installed but does not run. Start it: sudo systemctl start docker (or: sudo service docker start).'
  fi
}

# ---- starting

# runs FILE NAME: whether the pid file names a living process of that program (one that ended but was not yet collected
# by its parent still has its entry in /proc).
runs() {
  local pid status
  pid=$(tr -cd 0-9 2> /dev/null < "$1") && [ -n "$pid" ] || return 1
  status=$(cat "/proc/$pid/status" 2> /dev/null) || return 1
  grep -qx "Name:[[:space:]]$2" <<< "$status" && ! grep -q '^State:[[:space:]]Z' <<< "$status"
}

dockerd_runs() { runs /var/run/docker.pid dockerd; }

# drop_stale FILE NAME: removes a pid file that no longer names its program; dockerd would take whatever has that pid by
# now for a running engine, and refuse to start.
drop_stale() {
  if [ -f "$1" ] && ! runs "$1" "$2"; then rm -f "$1"; fi
}

# wait_until_it_answers SECONDS: gives up at once when the dockerd started here has ended.
started= # the process id of that dockerd
wait_until_it_answers() {
  local end=$((SECONDS + $1))
  until answers; do
    [ "$SECONDS" -lt "$end" ] || return 1
    [ -z "$started" ] || kill -0 "$started" 2> /dev/null || return 1
    sleep 0.3
  done
}

# start_service: by systemd, or by the distribution's init script.
start_service() {
  local command
  if [ -d /run/systemd/system ]; then
    command=(systemctl start docker)
  elif has service && [ -x /etc/init.d/docker ]; then
    command=(service docker start)
  else
    return 1
  fi
  say "starting Docker (${command[*]})"
  "${command[@]}" < /dev/null >> "$log" 2>&1 9>&-
}

# start_directly: dockerd in a session of its own, so that neither this script's end nor its caller's stops it, and
# holding none of their streams.
start_directly() {
  say "starting dockerd (log: $log)"
  setsid dockerd < /dev/null >> "$log" 2>&1 9>&- &
  started=$!
  disown
}

start() {
  drop_stale /var/run/docker.pid dockerd
  drop_stale /var/run/docker/containerd/containerd.pid containerd
  if dockerd_runs; then
    say 'dockerd runs already; waiting for it to answer'
  elif ! start_service || ! wait_until_it_answers 15; then
    dockerd_runs || start_directly
  fi
  wait_until_it_answers "$start_timeout"
}

# ---- the way through

if answers; then finish; fi
if ! is_local_default "$(address)" || ! can_install; then explain; fi

# One at a time: a second call waits here, and then finds the engine that the first one started.
only_one engine
if answers; then finish; fi

has dockerd || apt_install docker.io
if ! has docker && apt-cache show docker-cli > /dev/null 2>&1; then apt_install docker-cli; fi
if ! has dockerd || ! has docker; then fail 'the package docker.io did not bring the commands dockerd and docker'; fi

log_start=$(($(wc -l 2> /dev/null < "$log" || echo 0) + 1))
if start; then finish; fi
say "the end of $log:"
tail -n "+$log_start" "$log" | tail -n 20 >&2
fail "Docker could not be started ($complaint)."
