#!/usr/bin/env bash
# Installs the Debian packages that building, testing and running the lab need. For root, or a user with sudo.
#   packages.sh [build|package|lab|lint ...]      default: all of them
set -euo pipefail

build=(gcc make git patch xz-utils clang libclang-rt-14-dev gcc-mingw-w64-x86-64 libz-mingw-w64-dev cmake ninja-build
  premake4 tcl libicu-dev zlib1g-dev libseccomp-dev libxcb1-dev libxml2-dev dpkg-dev ca-certificates python3 python3-markdown)
lab=(wine wine64 xvfb openbox xdotool imagemagick xrdp xorgxrdp freerdp2-shadow-x11 winpr-utils freerdp2-x11 iproute2 iptables
  nmap openssl procps sqlite3 libfaketime python3 python3-pytest python3-pytest-xdist x11-xserver-utils x11-utils)
package=(nsis wixl msitools libfaketime)
lint=(clang-format clang-tidy clang-tools-14 llvm-14 lua5.4 cppcheck pmccabe spin)

wanted=()
for group in "${@:-all}"; do
  case $group in
    build) wanted+=("${build[@]}") ;;
    package) wanted+=("${package[@]}") ;;
    lab) wanted+=("${lab[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    all) wanted+=("${build[@]}" "${package[@]}" "${lab[@]}" "${lint[@]}") ;;
    *) echo "packages.sh: no package group is named $group" >&2; exit 2 ;;
  esac
done

missing=()
for each in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$each" 2>/dev/null)" = installed ] || missing+=("$each")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "packages.sh: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing ${#missing[@]} packages: ${missing[*]}"
# A package that starts a server would start it on this machine: the lab wants the programs, not the host's own xrdp.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  "${as_root[@]}" sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy"
  trap '"${as_root[@]}" rm -f $policy' EXIT
fi
"${as_root[@]}" apt-get update -q >/dev/null
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
