#!/bin/bash
# Tests of the board's core: ./run.sh [FUZZ-INPUTS] [FUZZ-SECONDS]
# Native tests and fuzzing with sanitizers, then the size of the core on three processors.
set -euo pipefail
cd "$(dirname "$0")"
inputs=${1:-200000}
seconds=${2:-60}
seed=${SEED:-20240229}
# 12 kB of code on the smallest processor.
most_text=${MOST_TEXT:-12288}
core=../reference/tare_board.c
strict=(-std=c99 -Wall -Wextra -Werror -Wconversion -pedantic)
sanitizers=(-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The linker of some toolchains warns about symbols of the sanitizers.
link() { clang "$@" 2> >(grep -v 'Cannot export local symbol' >&2 || true); }

echo "== core: warnings are errors"
clang "${strict[@]}" -Os -c "$core" -o "$work/core.o"
clang "${strict[@]}" -Os -DTARE_MOST_LINES=4096 -c "$core" -o "$work/core.o"

echo "== tests"
clang "${strict[@]}" "${sanitizers[@]}" -c "$core" -o "$work/core.o"
link -std=c99 -Wall -Wextra -Werror "${sanitizers[@]}" "$work/core.o" test.c -o "$work/test"
"$work/test" "$seed"

echo "== fuzzing: $inputs inputs, at most $seconds s"
clang -std=c99 "${sanitizers[@]}" -fsanitize=fuzzer-no-link -c "$core" -o "$work/core.o"
link -std=c99 -Wall -Wextra -Werror "${sanitizers[@]}" -fsanitize=fuzzer "$work/core.o" fuzz.c -o "$work/fuzz"
"$work/fuzz" -runs="$inputs" -max_total_time="$seconds" -max_len=1024 -timeout=20 -seed="$seed" \
  -artifact_prefix="$work/" -print_final_stats=1 > "$work/log" 2>&1 || {
  tail -40 "$work/log"
  for input in "$work"/crash-* "$work"/timeout-* "$work"/oom-*; do
    if [ -e "$input" ]; then echo "input: $(base64 -w 0 "$input")"; fi
  done
  exit 1
}
grep -E '^(Done|stat::number_of_executed_units|stat::average_exec_per_sec)' "$work/log"

echo "== size"
if ! command -v arm-none-eabi-gcc > /dev/null; then
  if [ -n "${CI:-}" ]; then echo "arm-none-eabi-gcc is missing"; exit 1; fi
  echo "SKIPPED: arm-none-eabi-gcc is missing, the size of the core was not checked"
  exit 0
fi
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
echo "passed"
