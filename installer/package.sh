#!/usr/bin/env bash
# `./dev package`: what users are given, into build/packages:
#   the set-up program, a portable zip, the agent's set-up program and MSI, Debian packages, a bill of materials (CycloneDX), SHA256SUMS;
#   and WinGet's manifests where NIGHTSHIFT_RELEASE_URL says from where the set-up program can be fetched.
# The same commit gives the same bytes, wherever it is built. NIGHTSHIFT_SIGN names a program that signs: it gets each file that Windows may ask a
# signature of, and replaces it; what it adds need not be the same twice.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
"$here/packages.sh" build package
version=$(sed -n 's/^local version = "\(.*\)"$/\1/p' premake5.lua)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C
umask 022
./dev build linux
./dev build windows
out=build/packages
stage=build/stage
rm -rf $out $stage
mkdir -p $out $stage/windows/guide $stage/agent

sign() { [ -z "${NIGHTSHIFT_SIGN:-}" ] || "$NIGHTSHIFT_SIGN" "$1"; }

# A name that stays: of what Windows Installer tells packages apart by.
stable_id() { /usr/bin/python3 -c 'import sys, uuid; print(str(uuid.uuid5(uuid.NAMESPACE_URL, "nightshift:" + sys.argv[1])).upper())' "$1"; }

same_age() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

zip_folder() { # FOLDER FILE
  /usr/bin/python3 - "$1" "$2" <<'PY'
import os, pathlib, sys, time, zipfile
folder = pathlib.Path(sys.argv[1])
age = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        entry = zipfile.ZipInfo(str(path.relative_to(folder.parent)), age)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        archive.writestr(entry, path.read_bytes())
PY
}

debian() { # NAME ARCHITECTURE DESCRIPTION DEPENDS; its files stand in $stage/NAME
  local root=$stage/$1
  mkdir -p "$root/DEBIAN" "$root/usr/share/doc/$1"
  install -m 644 LICENSE "$root/usr/share/doc/$1/copyright"
  printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: Nightshift\nSection: admin\nPriority: optional\nInstalled-Size: %d\nDepends: %s\nDescription: %s\n' \
    "$1" "$version" "$2" "$(du -sk --apparent-size "$root/usr" | cut -f1)" "$4" "$3" > "$root/DEBIAN/control"
  same_age "$root"
  dpkg-deb --root-owner-group -Zxz --build "$root" "$out/$1_${version}_$2.deb" >/dev/null
}

needs() { # PROGRAM -> what it loads, as Depends
  local folder
  folder=$(mktemp -d)
  mkdir "$folder/debian" && : > "$folder/debian/control"
  (cd "$folder" && dpkg-shlibdeps -O "$OLDPWD/$1" 2>/dev/null) | sed -n 's/^shlibs:Depends=//p'
  rm -rf "$folder"
}

for program in nightshift nightshiftctl nightshift-runner nightshift-agent; do
  cp build/windows/$program.exe $stage/windows/
  sign $stage/windows/$program.exe
done
cp LICENSE $stage/windows/LICENSE.txt
cp build/windows/guide/*.html $stage/windows/guide/
cp $stage/windows/nightshift-agent.exe $stage/windows/LICENSE.txt $stage/agent/
same_age $stage
(cd $stage/windows/guide && printf '  Delete "$INSTDIR\\guide\\%s"\n' *.html) > $stage/pages.nsh

set_up() { # SCRIPT STAGE FILE
  makensis -V2 -INPUTCHARSET UTF8 "-DVERSION=$version" "-DSTAGE=$PWD/$2" "-DPAGES=$PWD/$stage/pages.nsh" "-DRESOURCES=$PWD/resources" "-DOUT=$PWD/$out/$3" \
    ${NIGHTSHIFT_SIGN:+"-DSIGN=$NIGHTSHIFT_SIGN"} "installer/setup/$1.nsi"
  sign "$out/$3"
}
set_up nightshift $stage/windows "nightshift-$version-setup.exe"
set_up agent $stage/agent nightshift-agent-setup.exe

# Wixl takes the files from where it stands, makes a package code of its own, and writes down when it did.
cp installer/setup/agent.wxs $stage/agent/
(cd $stage/agent && LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME="$(date -u -d "@$SOURCE_DATE_EPOCH" '+%F %T')" \
  wixl -a x64 -D Version="$version" -D ProductCode="$(stable_id "agent $version")" -o agent.msi agent.wxs)
msibuild $stage/agent/agent.msi -s 'Nightshift agent' Nightshift 'x64;1033' "{$(stable_id "agent package $(git rev-parse HEAD)")}"
mv $stage/agent/agent.msi "$out/nightshift-agent-$version.msi"
sign "$out/nightshift-agent-$version.msi"

cp -r $stage/windows "$stage/nightshift-$version"
cp installer/setup/nightshift-portable.txt "$stage/nightshift-$version/"
zip_folder "$stage/nightshift-$version" "$out/nightshift-$version-portable.zip"

install -D -m 755 -t $stage/nightshift-ctl/usr/lib/nightshift build/linux/nightshiftctl build/linux/nightshift-runner
mkdir -p $stage/nightshift-ctl/usr/bin && ln -s ../lib/nightshift/nightshiftctl $stage/nightshift-ctl/usr/bin/nightshiftctl
debian nightshift-ctl amd64 'test unattended runs on Windows machines, from a command line' "$(needs build/linux/nightshift-runner), $(needs build/linux/nightshiftctl)"
install -D -m 644 -t $stage/nightshift-worker/usr/lib/systemd/user installer/nightshift-worker.service
debian nightshift-worker all 'Nightshift worker, as a service of its user' "nightshift-ctl (= $version)"
install -D -m 755 -t $stage/nightshift-agent/usr/lib/nightshift build/linux/nightshift-agent
mkdir -p $stage/nightshift-agent/DEBIAN
printf '#!/bin/sh\nset -e\n[ "$1" != configure ] || /usr/lib/nightshift/nightshift-agent --install >/dev/null\n' > $stage/nightshift-agent/DEBIAN/postinst
printf '#!/bin/sh\nset -e\n[ "$1" != remove ] || /usr/lib/nightshift/nightshift-agent --uninstall\n' > $stage/nightshift-agent/DEBIAN/prerm
chmod 755 $stage/nightshift-agent/DEBIAN/{postinst,prerm}
debian nightshift-agent amd64 'Nightshift agent, which starts flows in desktop sessions' "$(needs build/linux/nightshift-agent)"

/usr/bin/python3 installer/describe.py sbom "$version" "$out/nightshift-$version.cdx.json"
if [ -n "${NIGHTSHIFT_RELEASE_URL:-}" ]; then
  mkdir $out/winget
  /usr/bin/python3 installer/describe.py winget "$version" "$NIGHTSHIFT_RELEASE_URL" "$out/nightshift-$version-setup.exe" $out/winget
else
  echo 'No WinGet manifests: NIGHTSHIFT_RELEASE_URL does not say from where the set-up program can be fetched.'
fi
(cd $out && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs sha256sum > SHA256SUMS)
ls -l $out
