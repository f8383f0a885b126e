#!/usr/bin/env bash
# Builds the emulated USB devices and tries them with libusb, as programs do: check.sh [speed]
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./build.sh "$work/usb-devices"
read -ra flags <<< "$(pkg-config --cflags --libs libusb-1.0)"
"${CC:-cc}" -std=gnu11 -Wall -Wextra -Werror -O2 check.c -o "$work/check" "${flags[@]}"
LD_PRELOAD=libumockdev-preload.so.0 timeout 60 "$work/check" "$work/usb-devices" "$@"
