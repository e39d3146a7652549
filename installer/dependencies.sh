#!/usr/bin/env bash
# Builds the libraries that Debian 12 does not package as Nightshift needs them, from Debian's source packages, into a
# cache outside the tree, and links them together under build/deps/{linux,windows}.
#   dependencies.sh linux|windows|versions|check
# `check` compares the pins with what the registry has, and with how long their authors mend them.
# NIGHTSHIFT_CACHE    where the cache is (default: $XDG_CACHE_HOME/nightshift)
# NIGHTSHIFT_SOURCES  a folder of tarballs, for what the package registry does not serve (and for machines without a network)
# NIGHTSHIFT_FREERDP  a tarball of another FreeRDP 3 to build with, as it is
# Each library has a folder of its own, keyed by its version, its build function and its compiler; a finished one has a stamp.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(dirname "$here")
cache=${NIGHTSHIFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nightshift}
jobs=$(nproc)
cross=x86_64-w64-mingw32
hardening='-fstack-protector-strong -D_FORTIFY_SOURCE=2'

die() { echo "dependencies.sh: $*" >&2; exit 1; }

field() { # NAME KIND COLUMN
  awk -v n="$1" -v k="$2" -v c="$3" '$1 == n && $3 == k {print $c}' "$here/sources.txt"
}

# What a library is built with, of installer/options, which the Visual Studio build reads too.
options() { # LIBRARY
  sed -n 's/^[A-Z]/-D&/p' "$here/options/$1.txt"
}

# A private apt configuration: the machine's own sources as deb-src, and the later releases beside them. Changes nothing of the machine's.
# The last release has neither updates nor a security part.
apt_private() {
  local dir=$cache/registry
  if [ ! -d "$dir/parts" ]; then
    mkdir -p "$dir"/{parts,lists/partial,archives/partial}
    local list release
    for list in /etc/apt/sources.list.d/*.sources /etc/apt/sources.list; do
      grep -q bookworm "$list" 2>/dev/null || continue
      for release in bookworm trixie forky sid; do
        sed -e 's/^Types:.*/Types: deb-src/' -e 's/^deb /deb-src /' -e "/^Suites:\|^deb/s/bookworm/$release/g" -e 's/ sid-updates//' "$list" |
          grep -v '^deb-src .* sid-' | awk 'BEGIN { RS = ""; ORS = "\n\n" } !/Suites: *sid-/' > "$dir/parts/$release-$(basename "$list")"
      done
    done
  fi
  local verb=$1
  shift
  "$verb" -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$dir/parts" -o Dir::State::Lists="$dir/lists" \
    -o Dir::Cache="$dir" -o APT::Sandbox::User=root "$@"
}

# Once a day is enough.
refresh() {
  [ -n "$(find "$cache/registry/fresh" -mmin -1440 2>/dev/null)" ] || { apt_private apt-get update >&2 && touch "$cache/registry/fresh"; } || true
}

fetch() { # NAME KIND -> the path of the verified file on standard output
  local name=$1 kind=$2 file sum version way
  file=$(field "$name" "$kind" 4) sum=$(field "$name" "$kind" 5) version=$(field "$name" "$kind" 2)
  local path=$cache/sources/$file
  good() { [ -e "$1" ] && echo "$sum  $1" | sha256sum --status -c -; }
  mkdir -p "$cache/sources"
  if ! good "$path" && [ -e "${NIGHTSHIFT_SOURCES:-/nowhere}/$file" ]; then
    cp "$NIGHTSHIFT_SOURCES/$file" "$path"
  elif ! good "$path"; then
    way=--tar-only
    [ "$kind" = orig ] || way=--diff-only
    refresh
    local full
    # Any Debian revision of the pinned upstream version carries the same upstream tarball; the sum decides.
    for full in $(apt_private apt-cache showsrc "$name" 2>/dev/null | awk '$1 == "Version:" {print $2}' | sort -ur | grep -F "$version-"); do
      (cd "$cache/sources" && apt_private apt-get source "$way" --download-only "$name=$full" >&2) || continue
      good "$path" && break
    done
  fi
  good "$path" || die "could not get $file with the pinned SHA-256. Set NIGHTSHIFT_SOURCES to a folder that holds it."
  echo "$path"
}

unpack() { # TARBALL -> the folder it holds, renamed src
  mkdir unpacked && tar -xf "$1" -C unpacked && mv unpacked/* src
}

# It reads no configuration of the computer's: what Nightshift refuses is the same everywhere, and nobody else's file changes it. What neither TLS with
# a Windows machine nor CredSSP asks for is left out: it cannot be attacked, and need not be built. ARIA and Camellia stay: preflight can only name a cipher
# that is refused where it can speak it.
openssl_options='--libdir=lib no-shared no-tests no-apps no-docs no-dso no-module no-legacy no-autoload-config no-engine no-quic no-dtls no-srtp no-psk
  no-srp no-comp no-ssl-trace no-ct no-ts no-cmp no-http no-rfc3779 no-ec2m no-gost no-sm2 no-sm3 no-sm4 no-bf no-blake2 no-cast
  no-idea no-mdc2 no-ocb no-rc2 no-rmd160 no-scrypt no-argon2 no-seed no-siphash no-siv no-whirlpool no-slh-dsa'
build_openssl() { # PREFIX PLACE configure options …; the place is what it believes, and writes into the library
  unpack "$(fetch openssl orig)"
  cd src
  CFLAGS="-O2 $hardening" ./Configure $openssl_options --prefix="$2" "${@:3}"
  make -j"$jobs" build_libs && make install_dev DESTDIR="$PWD/installed"
  cp -r "installed$2/." "$1/"
}
# Where Debian keeps the authorities that it trusts; on Windows where nobody but an administrator may write.
build_openssl_linux() { build_openssl "$1" /usr --openssldir=/etc/ssl linux-x86_64; }
build_openssl_windows() {
  build_openssl "$1" 'C:/Program Files/Nightshift' --openssldir='C:/Program Files/Nightshift' mingw64 --cross-compile-prefix=$cross-
}

build_cjson() { # PREFIX CC AR
  unpack "$(fetch cjson orig)"
  $2 -O2 -fPIC $hardening -DCJSON_HIDE_SYMBOLS -c src/cJSON.c -o cJSON.o
  mkdir -p "$1"/{lib,include/cjson} && $3 rcs "$1/lib/libcjson.a" cJSON.o && cp src/cJSON.h "$1/include/cjson/"
}
build_cjson_linux() { build_cjson "$1" gcc ar; }
build_cjson_windows() { build_cjson "$1" $cross-gcc $cross-ar; }

build_cmocka() { # PREFIX cmake options …
  unpack "$(fetch cmocka orig)"
  cmake -S src -B made -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DWITH_EXAMPLES=OFF -DCMAKE_INSTALL_PREFIX="$1" \
    -DCMAKE_INSTALL_LIBDIR=lib "${@:2}"
  ninja -C made -j"$jobs" && ninja -C made install
}
build_cmocka_linux() { build_cmocka "$1"; }
build_cmocka_windows() { build_cmocka "$1" -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_C_COMPILER=$cross-gcc -DCMAKE_RC_COMPILER=$cross-windres; }

# The writer and what it stands on; Debian has it as a package.
build_libxml2_windows() {
  unpack "$(fetch libxml2 orig)"
  cmake -S src -B made -G Ninja $(options libxml2) -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DHAVE_PTHREAD_H=OFF -DCMAKE_SYSTEM_NAME=Windows \
    -DCMAKE_C_COMPILER=$cross-gcc -DCMAKE_RC_COMPILER=$cross-windres -DCMAKE_INSTALL_PREFIX="$1" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_C_FLAGS="-O2 $hardening -ffile-prefix-map=$PWD=."
  ninja -C made -j"$jobs" && ninja -C made install
  [ -e "$1/lib/libxml2.a" ] || cp "$1"/lib/libxml2s.a "$1/lib/libxml2.a" # its name where it is static
}

build_sqlite() { # PREFIX CC AR
  unpack "$(fetch sqlite3 orig)"
  (cd src && ./configure >/dev/null && make sqlite3.c >/dev/null)
  $2 -O2 $hardening $(options sqlite3) -c src/sqlite3.c -o sqlite3.o
  mkdir -p "$1"/{lib,include} && $3 rcs "$1/lib/libsqlite3.a" sqlite3.o && cp src/sqlite3.h "$1/include/"
}
build_sqlite3_linux() { build_sqlite "$1" gcc ar; }
build_sqlite3_windows() { build_sqlite "$1" $cross-gcc $cross-ar; }

freerdp_here='-DCMAKE_BUILD_TYPE=RelWithDebInfo -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF
  -DWITH_CCACHE=OFF -DWITH_CLANG_FORMAT=OFF -DUSE_VERSION_FROM_GIT_TAG=OFF -DCMAKE_INSTALL_SYSCONFDIR=/etc'

build_freerdp() { # PREFIX extra cmake options
  local prefix=$1 series
  shift
  if [ -n "${NIGHTSHIFT_FREERDP:-}" ]; then
    unpack "$NIGHTSHIFT_FREERDP"
  else
    unpack "$(fetch freerdp3 orig)"
    tar -xf "$(fetch freerdp3 debian)"
    while read -r series; do
      case $series in ''|'#'*) continue ;; esac
      patch -s -p1 -d src < "debian/patches/$series"
    done < debian/patches/series
  fi
  # NDEBUG would remove the assertions that stop a hostile machine's data: RelWithDebInfo without it. Nothing of where it is built goes into it: neither
  # the folder it will lie in, nor debug information.
  cmake -S src -B made -G Ninja $(options freerdp) $freerdp_here -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_C_FLAGS_RELWITHDEBINFO="-O2 $hardening" "$@"
  ninja -C made -j"$jobs" && cmake --install made --prefix "$prefix"
}
build_freerdp_on() { # PREFIX TARGET cmake options …
  local deps
  deps="$(prefix_of openssl "$2");$(prefix_of cjson "$2")"
  build_freerdp "$1" -DCMAKE_PREFIX_PATH="$deps" -DOPENSSL_ROOT_DIR="$(prefix_of openssl "$2")" -DOPENSSL_USE_STATIC_LIBS=ON "${@:3}"
}
build_freerdp3_linux() { build_freerdp_on "$1" linux; }
build_freerdp3_windows() {
  build_freerdp_on "$1" windows -DCMAKE_TOOLCHAIN_FILE="$PWD/src/scripts/mingw64.cmake" \
    -DCMAKE_FIND_ROOT_PATH="$(prefix_of openssl windows);$(prefix_of cjson windows)"
}

prefix_of() { # NAME TARGET -> its folder in the cache
  local compiler recipe key
  case $2 in windows) compiler=$($cross-gcc -dumpfullversion) ;; *) compiler=$(gcc -dumpfullversion) ;; esac
  case $1 in
    sqlite3) recipe="$(declare -f build_sqlite) $(options sqlite3)" ;;
    freerdp3)
      recipe="$(declare -f build_freerdp build_freerdp_on) $(options freerdp) $freerdp_here $(prefix_of openssl "$2") $(prefix_of cjson "$2")"
      [ -z "${NIGHTSHIFT_FREERDP:-}" ] || recipe="$recipe $(sha256sum < "$NIGHTSHIFT_FREERDP")" ;;
    libxml2) recipe=$(options libxml2) ;;
    openssl) recipe="$(declare -f build_openssl) $openssl_options" ;;
    *) recipe=$(declare -f "build_$1") ;;
  esac
  recipe="$recipe $(declare -f "build_$1_$2") $hardening $compiler $(field "$1" orig 5) $(field "$1" debian 5)"
  key=$(printf '%s' "$recipe" | sha256sum | cut -c1-12)
  echo "$cache/built/$2/$1-$(field "$1" orig 2)-$key"
}

provide() { # NAME TARGET
  local prefix started work
  prefix=$(prefix_of "$1" "$2")
  if [ ! -e "$prefix/.done" ]; then
    started=$SECONDS
    echo "building $1 $(field "$1" orig 2) for $2"
    rm -rf "$prefix"
    mkdir -p "$prefix"
    work=$(mktemp -d "$cache/work.XXXXXX")
    # A process of its own: within the condition of an `if`, bash would not stop at the first failing command.
    if ! (cd "$work" && exec "$here/dependencies.sh" build "$1" "$2" "$prefix") > "$prefix/build.log" 2>&1; then
      tail -30 "$prefix/build.log" >&2
      die "building $1 for $2 failed; the log is $prefix/build.log"
    fi
    rm -rf "$work"
    touch "$prefix/.done"
    echo "built $1 for $2 in $((SECONDS - started)) s"
  fi
  cp -rsf "$prefix/." "$top/build/deps/$2/"
}

# make does not see that a library is another one: what was built with the one before goes.
rebuild_with() { # TARGET LIBRARY …
  local note=$top/build/deps/$1.built now
  now=$(for name in "${@:2}"; do prefix_of "$name" "$1"; done)
  [ "$(cat "$note" 2>/dev/null)" != "$now" ] || return 0
  rm -rf "$top/build/obj/$1" "$top/build/$1" "$top/build/$1"-*
  printf '%s\n' "$now" > "$note"
}

# One line a pin, and what is wrong with it; ends with 1 where there is something.
check() {
  local name version until series newest says bad=0
  refresh
  while read -r name version _ _ _ until; do
    series= # what has a date of its own is a long-term release: the next one is no reason to leave it
    [ "$until" = newest ] || series=${version%.*}.
    newest=$(apt_private apt-cache showsrc "$name" 2>/dev/null | awk -v s="$series" '$1 == "Version:" && index($2, s) == 1 {print $2}' |
      sed 's/-[^-]*$//' | sort -V | tail -1)
    says=
    if [ -z "$newest" ]; then says="the registry does not know it"
    elif [ "$(printf '%s\n' "$version" "$newest" | sort -V | tail -1)" != "$version" ]; then
      says="the registry has $newest"
      [ "$until" != newest ] || says="$says, and its authors mend only that"
    fi
    if [ "$until" != newest ] && [[ "$until" < "$(date +%F)" ]]; then says="${says:+$says; }its authors mend it no more since $until"; fi
    [ -z "$says" ] || bad=1
    printf '%-9s %-28s %s\n' "$name" "$version" "${says:-is the newest}"
  done < <(awk '$3 == "orig"' "$here/sources.txt")
  return $bad
}

main() {
  local target=$1 name libraries
  mkdir -p "$cache"
  case $target in
    build) "build_$2_$3" "$4"; exit 0 ;;
    versions) awk '$3 == "orig" {print $1, $2}' "$here/sources.txt"; exit 0 ;;
    check) check; exit ;;
    linux) libraries=(openssl cjson cmocka sqlite3 freerdp3) ;;
    windows) libraries=(openssl cjson cmocka sqlite3 libxml2 freerdp3) ;;
    *) die "usage: dependencies.sh linux|windows|versions|check" ;;
  esac
  exec 9> "$cache/lock"
  flock 9
  rm -rf "$top/build/deps/$target"
  mkdir -p "$top/build/deps/$target"
  for name in "${libraries[@]}"; do provide "$name" "$target"; done
  rebuild_with "$target" "${libraries[@]}"
}
main "${@:-}"
