#!/usr/bin/env bash
# Installs the Debian packages the tests need, where it may; elsewhere it names the one command to run.
set -euo pipefail
cd "$(dirname "$0")"
missing=()
while read -r package; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done < debian-packages.txt
[ ${#missing[@]} -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "These tests need, by their Debian names: ${missing[*]}. Install them with this machine's package manager and run make test again." >&2
  exit 1
fi
install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  echo "Please run once:  sudo apt-get update && sudo $install" >&2
  exit 1
fi
echo "── Debian packages: ${missing[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive $install >/dev/null
