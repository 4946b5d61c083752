#!/bin/sh
# Installs Opora from this folder without any network:   sh install.sh [FOLDER]   (default /opt/opora)
# Each version gets a folder of its own; FOLDER/current names the one in use, so the way back is one link.
# Needs the Python that the bundle was made for (file PYTHON); name another one with PYTHON=/path/to/python3.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/opora}
python=${PYTHON:-python3}
release=$(cat "$here/VERSION")
place=$target/$release

(cd "$here" && sha256sum --quiet -c SHA256SUMS) || { echo "The bundle is damaged: copy it again." >&2; exit 1; }
found=$("$python" -c 'import sys; print(f"cp{sys.version_info.major}{sys.version_info.minor}")')
if [ "$found" != "$(cat "$here/PYTHON")" ]; then
    echo "This bundle is for $(cat "$here/PYTHON"), $python is $found. Set PYTHON or make a bundle for it." >&2
    exit 1
fi
case $("$python" -c 'import os, sys; print(os.path.realpath(sys.executable))') in
    /root/*|/home/*) echo "Warning: $python lies where a service cannot see it. Take the system's Python for services." >&2 ;;
esac
if [ ! -e "$place/.complete" ]; then
    rm -rf "$place"
    mkdir -p "$target"
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
    "$python" -m zipfile -e "$here"/tools/uv-*.whl "$tools"
    uv=$(echo "$tools"/uv-*.data/scripts/uv)
    chmod +x "$uv"
    export UV_CACHE_DIR="$tools/cache" UV_OFFLINE=1 UV_NO_CONFIG=1 UV_LINK_MODE=copy
    "$uv" venv --quiet --no-project --python "$python" "$place"
    VIRTUAL_ENV=$place "$uv" pip install --quiet --no-index --find-links "$here/wheels" --require-hashes \
        --compile-bytecode -r "$here/requirements.txt"
    "$place/bin/python" -m dbt_project.build.describe
    cp -R "$here/systemd" "$place/systemd"
    touch "$place/.complete"
fi
ln -s "$release" "$target/.current.$$"
mv -T "$target/.current.$$" "$target/current"
echo "Opora $release: $target/current/bin/opora"
