# What scripts that show windows share; to be sourced.

# Makes the Wine prefix that WINEPREFIX names, once.
prepare_wine() {
  [ ! -e "$WINEPREFIX/.ready" ] || return 0
  mkdir -p "$WINEPREFIX"
  wineboot -i >/dev/null 2>&1
  # A crash must end the program, not wait for somebody to press a button.
  wine reg add 'HKCU\Software\Wine\WineDbg' /v ShowCrashDialog /t REG_DWORD /d 0 /f >/dev/null 2>&1
  wineserver -w
  touch "$WINEPREFIX/.ready"
}

# Shows what follows on an X server of the script's own, on a number that is free; `close_display` ends both.
open_display() { # WIDTHxHEIGHT
  exec {display_numbers}< <(exec Xvfb -displayfd 1 -screen 0 "$1x24" -nolisten tcp 2>/dev/null)
  display_server=$!
  local number
  read -r -u "$display_numbers" number
  export DISPLAY=:$number
  openbox >/dev/null 2>&1 &
  display_manager=$!
}

close_display() {
  kill "$display_manager" "$display_server" 2>/dev/null || true
}
