#!/usr/bin/env bash
# Install the system packages that Gehoor's tests need and that are missing: a browser, fonts, a database server, and
# what lets a disk or a clock fail.
# Quick and silent when everything is there. Nothing is started and no service is switched on.
set -u

find_first() { # the first argument that exists, be it a file or a command
  local candidate
  for candidate in "$@"; do
    if [ -e "$candidate" ] || command -v "$candidate" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

missing() { # the packages that are still needed, on one line
  local packages=()
  find_first /usr/bin/chromium chromium chromium-browser || packages+=(chromium)
  # Latin, Cyrillic, Greek, Turkish and Arabic.
  if ! find_first /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf /usr/share/fonts/*/noto*/NotoSans-Regular.ttf ||
    ! find_first /usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf \
      /usr/share/fonts/*/noto*/NotoSansArabic-Regular.ttf; then
    packages+=(fonts-noto-core)
  fi
  find_first /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf /usr/share/fonts/*/noto*/NotoColorEmoji.ttf ||
    packages+=(fonts-noto-color-emoji)
  find_first /usr/lib/postgresql/15/bin/postgres /usr/lib/postgresql/1[6-9]/bin/postgres || packages+=(postgresql)
  find_first psql || packages+=(postgresql-client)
  # Faults for real: a disk that fails, a clock that is set back.
  find_first strace || packages+=(strace)
  find_first /usr/lib/*/faketime/libfaketimeMT.so.1 || packages+=(libfaketime)
  echo "${packages[*]-}"
}

todo=$(missing)
[ -z "$todo" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Missing on this system (Debian's names): $todo" >&2
  echo "Install them with the system's own package manager." >&2
  exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
  become=()
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  become=(sudo -n)
else
  echo "Missing system packages. Run this once, as an administrator:" >&2
  echo "  apt-get update && apt-get install -y --no-install-recommends $todo" >&2
  exit 1
fi

echo "Installing system packages: $todo"
# RUNLEVEL=1: packages do not start their services. What apt says matters less than what is there afterwards: in a
# container the step that switches a service on may fail while the programs themselves are in place.
quiet=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  "${become[@]}" "${quiet[@]}" apt-get update
  # shellcheck disable=SC2086  # a list of names, to be split
  "${become[@]}" "${quiet[@]}" apt-get install -y --no-install-recommends $todo
} >"$log" 2>&1

todo=$(missing)
[ -z "$todo" ] && exit 0
tail -n 20 "$log" >&2
echo "Still missing: $todo" >&2
echo "  apt-get update && apt-get install -y --no-install-recommends $todo" >&2
exit 1
