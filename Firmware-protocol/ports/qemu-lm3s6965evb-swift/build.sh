#!/usr/bin/env bash
# Builds the codec board in Embedded Swift for QEMU's lm3s6965evb: build.sh OUTPUT
# The codec is compiled from the very sources of the host; nothing of it stands here.
set -euo pipefail
output=$(realpath "${1:?where the image goes}")
cd "$(dirname "$0")"
sources=../../../Sources
board=../qemu-lm3s6965evb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The instructions are those of a Cortex-M3; of the targets that the toolchain has a library for, this one
# is nearest.
compile() {
  swiftc -target armv7em-none-none-eabi -Xcc -mcpu=cortex-m3 -enable-experimental-feature Embedded \
    -swift-version 6 -enable-upcoming-feature ExistentialAny -warnings-as-errors \
    -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature InternalImportsByDefault \
    -wmo -Osize -parse-as-library -Xfrontend -function-sections -I "$work" "$@"
}
compile -module-name ByteCoding -c "$sources"/ByteCoding/*.swift \
  -emit-module -emit-module-path "$work/ByteCoding.swiftmodule" -o "$work/ByteCoding.o"
compile -module-name WireProtocol -c "$sources"/WireProtocol/*.swift \
  "$sources"/WireProtocol/Generated/Messages.swift \
  -emit-module -emit-module-path "$work/WireProtocol.swiftmodule" -o "$work/WireProtocol.o"
compile -module-name CodecBoard -import-objc-header "$board/uart.h" \
  -c CodecBoard.swift -o "$work/CodecBoard.o"
arm-none-eabi-gcc -std=c11 -Wall -Wextra -Werror -Os -ffreestanding -nostdlib -fno-builtin \
  -fno-tree-loop-distribute-patterns -mthumb -mcpu=cortex-m3 -Wl,--gc-sections,--no-enum-size-warning,-z,noexecstack \
  "$board/startup.c" runtime.c "$work"/*.o -T "$board/link.ld" -o "$output" -lgcc
