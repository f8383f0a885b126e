#!/bin/bash
# Tests of the board's core: ./run.sh [FUZZ-INPUTS] [FUZZ-SECONDS] [DECODER-INPUTS]
# Native tests, vectors and fuzzing with sanitizers, the size of the core on three processors, and the
# vectors once more on a processor of QEMU, where the host's codec runs as well.
set -euo pipefail
cd "$(dirname "$0")"
inputs=${1:-200000}
seconds=${2:-60}
decoder_inputs=${3:-1000000}
seed=${SEED:-20240229}
# Random frames for each codec, beside the vectors.
frames=${FRAMES:-2000}
# 12 kB of code on the smallest processor.
most_text=${MOST_TEXT:-12288}
core=../reference/tare_board.c
vectors=../vectors
strict=(-std=c99 -Wall -Wextra -Werror -Wconversion -pedantic)
sanitizers=(-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The linker of some toolchains warns about symbols of the sanitizers.
link() { clang "$@" 2> >(grep -v 'Cannot export local symbol' >&2 || true); }

# A tool that is missing is an error where all must be there, and else said aloud.
has() {
  if command -v "$1" > /dev/null; then return 0; fi
  if [ -n "${CI:-}" ]; then
    echo "$1 is missing"
    exit 1
  fi
  echo "SKIPPED: $1 is missing, $2"
  return 1
}

echo "== core: warnings are errors"
clang "${strict[@]}" -Os -c "$core" -o "$work/core.o"
clang "${strict[@]}" -Os -DTARE_MOST_LINES=4096 -c "$core" -o "$work/core.o"

echo "== tests"
clang "${strict[@]}" "${sanitizers[@]}" -c "$core" -o "$work/core.o"
link -std=c99 -Wall -Wextra -Werror "${sanitizers[@]}" "$work/core.o" test.c -o "$work/test"
"$work/test" "$seed"

echo "== vectors"
link "${strict[@]}" "${sanitizers[@]}" codec_board.c -o "$work/codec"
link "${strict[@]}" "${sanitizers[@]}" "$work/core.o" transcript_board.c -o "$work/transcript"
python3 "$vectors/make.py" --check
python3 "$vectors/transcripts.py" "$work/transcript" --check
python3 "$vectors/codec.py" "$seed" "$frames" "C=$work/codec"
python3 "$vectors/play.py" "C=$work/transcript"

echo "== fuzzing the core: $inputs inputs, at most $seconds s"
clang -std=c99 "${sanitizers[@]}" -fsanitize=fuzzer-no-link -c "$core" -o "$work/core.o"
link -std=c99 -Wall -Wextra -Werror "${sanitizers[@]}" -fsanitize=fuzzer "$work/core.o" fuzz.c -o "$work/fuzz"
"$work/fuzz" -runs="$inputs" -max_total_time="$seconds" -max_len=1024 -len_control=20 -timeout=20 \
  -seed="$seed" -artifact_prefix="$work/" -print_final_stats=1 > "$work/log" 2>&1 || {
  tail -40 "$work/log"
  for input in "$work"/crash-* "$work"/timeout-* "$work"/oom-*; do
    if [ -e "$input" ]; then echo "input: $(base64 -w 0 "$input")"; fi
  done
  exit 1
}
grep -E '^(Done|fuzz:)' "$work/log"

echo "== fuzzing the decoders: $decoder_inputs inputs each"
./fuzz.sh "$decoder_inputs" "$seed"

echo "== size"
if has arm-none-eabi-gcc "the size of the core was not checked"; then
  for processor in cortex-m0plus cortex-m3 cortex-m4; do
    arm-none-eabi-gcc "${strict[@]}" -Os -mcpu=$processor -mthumb -c "$core" -o "$work/$processor.o"
    text=$(arm-none-eabi-size -A "$work/$processor.o" | awk '$1 ~ /^\.text/ { sum += $2 } END { print sum }')
    constants=$(arm-none-eabi-size -A "$work/$processor.o" | awk '$1 ~ /^\.rodata/ { sum += $2 } END { print sum + 0 }')
    echo "$processor: $text bytes of code, $constants of constants"
    if [ $processor = cortex-m0plus ] && [ "$text" -ge "$most_text" ]; then too_large=$text; fi
  done
  if [ -n "${too_large:-}" ]; then
    echo "FAILED: $too_large bytes of code on a Cortex-M0+; there must be fewer than $most_text"
    exit 1
  fi
fi

echo "== vectors on QEMU"
if has arm-none-eabi-gcc "no image was built" && has qemu-system-arm "no image was run"; then
  port=../ports/qemu-lm3s6965evb
  "$port/build.sh" "$work/codec.elf" codec_board.c
  "$port/build.sh" "$work/transcript.elf" transcript_board.c "$core"
  "$port-swift/build.sh" "$work/swift.elf"
  # What QEMU says of parts of the machine that nobody uses.
  on_qemu() { python3 "$@" 2> >(grep -v -e 'nic stellaris_enet' -e 'period zero' >&2 || true); }
  qemu="qemu-system-arm -M lm3s6965evb -display none -monitor none -nodefaults -nic none
    -chardev stdio,id=line,signal=off -serial chardev:line -kernel"
  on_qemu "$vectors/codec.py" "$seed" "$frames" "C on QEMU=$qemu $work/codec.elf" \
    "Embedded Swift on QEMU=$qemu $work/swift.elf"
  on_qemu "$vectors/play.py" "C on QEMU=$qemu $work/transcript.elf"
fi
echo "passed"
