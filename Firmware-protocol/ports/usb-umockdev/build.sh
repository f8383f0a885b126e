#!/usr/bin/env bash
# Builds USB devices for tests, which programs on this machine see by way of umockdev: build.sh OUTPUT
set -euo pipefail
output=$(realpath "${1:?where the program goes}")
cd "$(dirname "$0")"
read -ra flags <<< "$(pkg-config --cflags umockdev-1.0 gio-2.0)"
read -ra libraries <<< "$(pkg-config --libs umockdev-1.0 gio-2.0)"
"${CC:-cc}" -std=gnu11 -Wall -Wextra -Werror -O2 "${flags[@]}" ./*_board.c ./*_boards.c main.c arguments.c listeners.c testbed.c \
  usbfs.c memory.c gadget.c control.c descriptors.c ../model/crossbar_model.c ../../reference/tare_board.c \
  -o "$output" "${libraries[@]}"
