#!/usr/bin/env bash
# Builds an image for QEMU's lm3s6965evb: build.sh OUTPUT [SOURCE...]
# Without sources it is the board; other sources are programs of the tests.
set -euo pipefail
output=$(realpath "${1:?where the image goes}")
shift
sources=()
for source in "$@"; do sources+=("$(realpath "$source")"); done
cd "$(dirname "$0")"
((${#sources[@]})) || sources=(main.c ../model/crossbar_model.c ../../reference/tare_board.c)
arm-none-eabi-gcc -std=c99 -Wall -Wextra -Werror -Os -ffreestanding -nostdlib -fno-builtin \
  -fno-tree-loop-distribute-patterns -mthumb -mcpu=cortex-m3 -DTARE_MOST_LINES=32u \
  startup.c "${sources[@]}" -T link.ld -o "$output" -lgcc
