#!/usr/bin/env bash
# Builds the image for QEMU's lm3s6965evb: build.sh OUTPUT
set -euo pipefail
output=$(realpath "${1:?where the image goes}")
cd "$(dirname "$0")"
arm-none-eabi-gcc -std=c99 -Wall -Wextra -Werror -Os -ffreestanding -nostdlib -fno-builtin \
  -fno-tree-loop-distribute-patterns -mthumb -mcpu=cortex-m3 -DTARE_MOST_LINES=32u \
  main.c ../../reference/tare_board.c -T link.ld -o "$output" -lgcc
