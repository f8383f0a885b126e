#!/usr/bin/env bash
# Installs a package in a fresh root, uses what it brings, removes it, and looks for what is left.
# Usage: packaging/check.sh PACKAGE.deb, as root; SUITE and MIRROR from the environment, or of this system.
set -euo pipefail

fail() {
  echo "tare: $2" >&2
  exit "$1"
}

[[ -f ${1:-} ]] || fail 64 "usage: packaging/check.sh PACKAGE.deb"
[[ $(id -u) == 0 ]] || fail 77 "a root of its own is made by root alone: sudo packaging/check.sh $1"
command -v debootstrap >/dev/null || fail 69 "debootstrap is not there; run .ci/setup package"
package=$(realpath -- "$1")
here=$(dirname -- "$(realpath -- "$0")")
# Mounts are of this script alone and end with it, where the system lets it have such.
if [[ -z ${TARE_IN_NAMESPACE:-} ]] && unshare --mount true 2>/dev/null; then
  TARE_IN_NAMESPACE=yes exec unshare --mount "$0" "$@"
fi

# shellcheck source=/dev/null
source /etc/os-release
suite=${SUITE:-$VERSION_CODENAME}
case $ID in
  ubuntu) mirror=${MIRROR:-http://archive.ubuntu.com/ubuntu} components=main,universe ;;
  *) mirror=${MIRROR:-http://deb.debian.org/debian} components=main ;;
esac

work=$(mktemp -d /var/tmp/tare-check.XXXXXX)
root=$work/root
finish() {
  local place
  for place in dev/pts dev sys proc; do
    if mountpoint -q "$root/$place"; then umount "$root/$place" || true; fi
  done
  # Nothing below the root is of another file system; --one-file-system stops at what should not be there.
  rm -rf --one-file-system -- "$work"
}
trap finish EXIT
step() { echo "tare: $1" >&2; }
within() { timeout 300 chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
  DEBIAN_FRONTEND=noninteractive TERM=dumb MANWIDTH=80 "$@"; }

# Without /proc a program does not see its own arguments.
mkdir -p "$root/proc"
mount -t proc proc "$root/proc" 2>/dev/null ||
  fail 69 "/proc may not be mounted here; in a container, allow it (--cap-add SYS_ADMIN)"
umount "$root/proc"
step "a root of $suite is made"
timeout 900 debootstrap --variant=minbase --components="$components" \
  --include=bash-completion,man-db,zsh,fish,systemd,udev,umockdev "$suite" "$root" "$mirror" >"$work/log" 2>&1 ||
  { tail -5 "$work/log" >&2; fail 69 "the root was not made"; }
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
cp "$package" "$root/tare.deb"
within apt-get -qq satisfy -y --no-install-recommends "$(dpkg-deb -f "$package" Depends)" >"$work/log" 2>&1 ||
  { tail -5 "$work/log" >&2; fail 1 "what the package depends on was not installed"; }

# Everything but the records of the package manager, caches of others, and what a restart clears.
files() {
  local place prune=()
  for place in proc sys dev run tmp root var/lib/dpkg var/lib/apt var/cache var/log; do
    prune+=(-path "./$place" -o)
  done
  (cd "$root" && find . -xdev \( "${prune[@]}" -false \) -prune -o -print | sort)
}
files >"$work/before"

step "the package is installed"
within apt-get -qq install -y --no-install-recommends /tare.deb >"$work/log" 2>&1 ||
  { cat "$work/log" >&2; fail 1 "the package was not installed"; }
within dpkg --verify tare
expect() { # WHAT EXPECTED COMMAND...
  local what=$1 expected=$2 found
  shift 2
  found=$(within "$@" 2>&1) || { echo "$found" >&2; fail 1 "$what: it failed"; }
  [[ $found == *"$expected"* ]] || { echo "$found" >&2; fail 1 "$what: \"$expected\" is missing"; }
  step "$what: it is there"
}
version=$(dpkg-deb -f "$package" Version)
expect "the version" "${version%-*}" tare --version
expect "the presets" low-noise tare presets
expect "the page of the command" "EXIT STATUS" man tare
expect "the page of a part of it" "--tolerance" man tare-calibrate
expect "an audit that balances" "balances" bash -c \
  "cd /tmp && tare calibrate --device 'sim:low-noise?rows=4&columns=4' --pulses 100 --quiet --out run >/dev/null &&
    tare audit run"
# As the shells find them by themselves.
# shellcheck disable=SC2016  # these are scripts of the shells that are tried
expect "completion in bash" calibrate bash -c '
  source /usr/share/bash-completion/bash_completion
  _completion_loader tare || [[ $? == 124 ]]
  COMP_WORDS=(tare cal) COMP_CWORD=1 COMP_LINE="tare cal" COMP_POINT=8
  function=$(complete -p tare | sed -n "s/.* -F \([^ ]*\) .*/\1/p")
  "$function" tare cal tare
  echo "${COMPREPLY[@]}"'
# shellcheck disable=SC2016
expect "completion in zsh" _tare zsh -fc \
  'zsh -n /usr/share/zsh/vendor-completions/_tare && autoload -Uz compinit && compinit -u -d /tmp/zcompdump &&
    print $_comps[tare]'
expect "completion in fish" calibrate fish -c 'complete -C "tare cal"'
expect "the rules of udev" /usr/lib/udev/rules.d/61-tare-access.rules dpkg -L tare

# Boards are plugged in that umockdev plays: udev itself goes through all rules of the system, with ours among them. Its
# devices are of this root alone.
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/dev"
mknod -m 666 "$root/dev/null" c 1 3
mkdir "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
cp "$here/boards.umockdev" "$root/tmp/"
plug() { # DEVICE
  within umockdev-run --device /tmp/boards.umockdev -- \
    udevadm test --action=add "/sys/devices/pci0000:00/0000:00:14.0/usb1/$1" 2>&1
}
finds() { # WHAT DEVICE EXPECTED...
  local what=$1 told expected
  told=$(plug "$2")
  shift 2
  for expected in "$@"; do
    [[ $told == *"$expected"* ]] || { echo "$told" >&2; fail 1 "$what: \"$expected\" is missing"; }
  done
  step "$what: udev finds it"
}
finds "a board on USB" 1-1 ID_TARE=1 ID_MM_DEVICE_IGNORE=1 :uaccess: "61-tare-access.rules" "MODE 0660"
finds "its serial port" 1-1/1-1:1.1/tty/ttyACM0 ID_TARE=1 :uaccess: /dev/tare/by-serial/SN_7-if01 \
  /dev/tare/by-id/cafe:0002:SN_7-if01
finds "a board with a serial port alone" 1-2/1-2:1.0/tty/ttyACM1 ID_TARE=1 :uaccess: /dev/tare/by-serial/T2 \
  /dev/tare/by-id/1209:0001:T2
if [[ $(plug 1-3/1-3:1.0/ttyUSB0/tty/ttyUSB0) == *TARE=1* ]]; then
  fail 1 "an adapter that nobody has named is taken for a board"
fi
mkdir -p "$root/etc/udev/rules.d"
# shellcheck disable=SC2016  # the marks of a block are no command
sed -n '/^```udev/,/^```$/{/^SUBSYSTEM/p}' "$root/usr/share/doc/tare/udev.md" \
  >"$root/etc/udev/rules.d/59-tare-lab.rules"
finds "an adapter that the lab has named" 1-3/1-3:1.0/ttyUSB0/tty/ttyUSB0 ID_TARE=1 /dev/tare/by-serial/FT1 \
  /dev/tare/by-id/0403:6014:FT1
finds "its latency timer" 1-3/1-3:1.0/ttyUSB0 ttyUSB0/latency_timer
rm "$root/etc/udev/rules.d/59-tare-lab.rules"
# And it verifies the files, where it is new enough.
if within udevadm verify --help >/dev/null 2>&1; then
  expect "what udev says of the rules" "Fail:    0" udevadm verify --resolve-names=never \
    /usr/lib/udev/rules.d/60-tare.rules /usr/lib/udev/rules.d/61-tare-access.rules
else
  step "SKIPPED: udev $(within udevadm --version) of $suite cannot verify the rules, which takes 254; it went through them"
fi
# What systemd says of the unit; of others it may say what it likes.
within systemd-analyze --version >/dev/null || fail 69 "the root has no systemd-analyze to ask of the unit"
told=$(within systemd-analyze verify --man=no tare-bench@night.service 2>&1 || true)
if [[ $told == *tare-bench* ]]; then
  echo "$told" >&2
  fail 1 "systemd has something against the unit"
fi
step "the unit: systemd has nothing against it"

step "the package is installed once more, and removed"
within dpkg -i /tare.deb >"$work/log" 2>&1 || { cat "$work/log" >&2; fail 1 "not a second time"; }
within apt-get -qq remove -y tare >"$work/log" 2>&1 || { cat "$work/log" >&2; fail 1 "not removed"; }
within apt-get -qq purge -y tare >"$work/log" 2>&1 || { cat "$work/log" >&2; fail 1 "not purged"; }
files >"$work/after"
diff "$work/before" "$work/after" >&2 || fail 1 "this is left of the package (>), or is gone with it (<)"
step "nothing is left of it"
