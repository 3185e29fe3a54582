#!/usr/bin/env bash
# vscode.sh: puts a real VS Code for tests into a cache folder: the npm package code-server carries the VS Code server
# (with its Node.js extension host) and the web workbench. Only the npm registry is asked.
#
# Needs: node, npm, tar. The Node.js that VS Code itself runs on comes from npm too, when the one on the PATH has
# another major version.
# Usage: vscode.sh [FOLDER]        ($XDG_CACHE_HOME/julia-kaggle-dev/vscode when not given)
#   CODE_SERVER_VERSION=4.x.y      another version: VS Code's number with a 4 for the 1
# Ends at once when the folder has this version. Prints the folder to use as its last line; progress to stderr. In it:
#   node      the Node.js to start it with
#   vscode    the server; it is started by vscode/out/server-main.js
set -euo pipefail
script_name=vscode
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version=${CODE_SERVER_VERSION:-4.139.1}
cache=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/julia-kaggle-dev/vscode}
recipe=1 # count up with every change of what is installed
folder=$cache/code-server-$version

up_to_date() { [ "$(cat "$folder/.recipe" 2> /dev/null)" = "$recipe" ]; }
quiet_npm() { npm "$@" --no-audit --no-fund --loglevel=error >&2; }

# fetch_package: unpacks code-server into the current folder. `npm pack`, as the dependencies of code-server itself
# belong to its log-in page and its proxy, which tests do not use.
fetch_package() {
  say "fetching code-server $version"
  npm pack "code-server@$version" --silent >&2
  tar -xzf code-server-*.tgz --strip-components=1
  rm code-server-*.tgz
}

major_of() { node -p "String(require(process.argv[1]).engines.node).match(/\d+/)[0]" "$1"; }

# fitting_node MAJOR: prints the path of a Node.js of that major version.
fitting_node() {
  local architecture place=$cache/node-$1
  if [ "$(node -p 'process.versions.node.split(".")[0]')" = "$1" ]; then
    node -p process.execPath
    return
  fi
  case "$(uname -m)" in
    x86_64) architecture=x64 ;;
    aarch64 | arm64) architecture=arm64 ;;
    *) fail "npm has no Node.js for $(uname -m); put a Node.js $1 on the PATH" ;;
  esac
  if ! [ -x "$place/node_modules/node-linux-$architecture/bin/node" ]; then
    say "fetching Node.js $1"
    mkdir -p "$place"
    quiet_npm install --prefix "$place" --ignore-scripts --no-save "node-linux-$architecture@$1"
  fi
  echo "$place/node_modules/node-linux-$architecture/bin/node"
}

# install_dependencies NODE: without install scripts: what they would compile comes prebuilt or is replaced below.
# (`npm ci` fails: the package's shrinkwrap does not fit its package.json.)
install_dependencies() {
  say "installing VS Code's dependencies"
  (cd lib/vscode && PATH="$(dirname "$1"):$PATH" quiet_npm install --omit=dev --ignore-scripts)
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
    fetch_package
    node=$(fitting_node "$(major_of "$work/package.json")")
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
