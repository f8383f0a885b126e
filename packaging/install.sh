#!/usr/bin/env bash
# Installs the command, its manual pages and completions, the rules of udev and the unit of systemd, or removes them.
# Usage: packaging/install.sh install|uninstall, with PREFIX, DESTDIR, BINARY, UDEVDIR and UNITDIR from the environment.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

fail() {
  echo "tare: $2" >&2
  exit "$1"
}

prefix=${PREFIX:-/usr/local}
[[ $prefix == /* ]] || fail 64 "PREFIX is \"$prefix\": an absolute path is needed"
destination=${DESTDIR:-}
binary=${BINARY:-.build/release/tare}
share=$prefix/share
documentation=$share/doc/tare
case $prefix in
  # What distributions install is apart from what administrators do.
  /usr) rules=/usr/lib/udev/rules.d zsh=$share/zsh/vendor-completions ;;
  # Not every version of udev reads /usr/local; all read /etc.
  *) rules=/etc/udev/rules.d zsh=$share/zsh/site-functions ;;
esac
rules=${UDEVDIR:-$rules}
units=${UNITDIR:-$prefix/lib/systemd/system}
documents=(
  README.md CHANGELOG.md docs/bench-file.md docs/device-file.md docs/ledger-format.md
  docs/schedule-file.md docs/tracking.md docs/training.md
)

# Where udev and systemd run, they are told of what has changed. In a staging folder nothing has.
tell() {
  [[ -z $destination ]] || return 0
  if [[ -S /run/udev/control ]] && command -v udevadm >/dev/null; then
    udevadm control --reload || true
    for subsystem in usb usb-serial tty; do
      udevadm trigger --action=change --subsystem-match="$subsystem" || true
    done
  fi
  if [[ -d /run/systemd/system ]]; then systemctl daemon-reload || true; fi
}

put() { # MODE SOURCE TARGET
  install -D -m "$1" "$2" "$destination$3" || fail 73 "$destination$3 cannot be written"
}

install_all() {
  [[ -x $binary ]] || fail 66 "there is no $binary; run \`make build\` first, without sudo"
  command -v python3 >/dev/null || fail 69 "python3 writes the manual pages, and is not there"
  local made version date page name
  made=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$made'" EXIT
  version=$("$binary" --version)
  date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}" +%F)
  "$binary" --experimental-dump-help | python3 packaging/manual.py "$version" "$date" "$made/man"
  local shell
  for shell in bash zsh fish; do
    "$binary" --generate-completion-script "$shell" >"$made/$shell"
  done
  # A file that is read and never run names no program to run it.
  sed -i '1{/^#!/d}' "$made/bash"
  sed "s|@BINDIR@|$prefix/bin|; s|@DOCDIR@|$documentation|" packaging/tare-bench@.service >"$made/unit"
  # roff takes a bare - for a hyphen, which nobody can paste into a shell.
  sed -i "s|@DOCDIR@|${documentation//-/\\\\-}|" "$made/man/tare.1"

  put 755 "$binary" "$prefix/bin/tare"
  if [[ -n ${STRIP:-} ]]; then "$STRIP" --strip-unneeded "$destination$prefix/bin/tare"; fi
  for page in "$made"/man/*.1; do put 644 "$page" "$share/man/man1/$(basename "$page")"; done
  put 644 "$made/bash" "$share/bash-completion/completions/tare"
  put 644 "$made/zsh" "$zsh/_tare"
  put 644 "$made/fish" "$share/fish/vendor_completions.d/tare.fish"
  for name in 60-tare.rules 61-tare-access.rules; do put 644 "udev/$name" "$rules/$name"; done
  put 644 "$made/unit" "$units/tare-bench@.service"
  # They stand side by side there, and name each other so.
  for name in "${documents[@]}" udev/README.md packaging/README.md; do
    case $name in
      udev/*) page=udev.md ;;
      packaging/*) page=installation.md ;;
      *) page=$(basename "$name") ;;
    esac
    sed 's|](\(\.\./\)\{0,1\}docs/|](|g; s|](\(\.\./\)\{0,1\}udev/README\.md|](udev.md|g
      s|](\(\.\./\)\{0,1\}packaging/README\.md|](installation.md|g' "$name" >"$made/document"
    put 644 "$made/document" "$documentation/$page"
  done
  for name in bench.toml schedule.toml; do
    put 644 "Examples/$name" "$documentation/examples/$name"
  done
  tell
}

uninstall_all() {
  rm -f -- "$destination$prefix/bin/tare" "$destination$share"/man/man1/tare{,-*}.1 \
    "$destination$share/bash-completion/completions/tare" "$destination$zsh/_tare" \
    "$destination$share/fish/vendor_completions.d/tare.fish" \
    "$destination$rules"/6{0-tare,1-tare-access}.rules \
    "$destination$units/tare-bench@.service"
  rm -rf -- "$destination$documentation"
  tell
}

case ${1:-} in
  install) install_all ;;
  uninstall) uninstall_all ;;
  *) fail 64 "usage: packaging/install.sh install|uninstall" ;;
esac
