#!/usr/bin/env bash
# Fuzzes the decoders of board and host: fuzz.sh [INPUTS] [SEED]
# No crash, no undefined behaviour, no input that takes more than 10 s, no allocation beyond what
# fuzz_decoder.c and fuzz_decoder.swift allow.
set -euo pipefail
cd "$(dirname "$0")"
inputs=${1:-10000000}
seed=${2:-20240229}
sources=../../Sources
work=$(mktemp -d)
# The sanitizers say where a program stopped; Swift need not say it as well.
export SWIFT_BACKTRACE=enable=no
# Where memory came from costs more than the decoders; an input that fails says it again when it is run alone.
export ASAN_OPTIONS=malloc_context_size=0:quarantine_size_mb=8
trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$work"' EXIT
# The linker of some toolchains warns about symbols of the sanitizers.
quiet() { "$@" 2> >(grep -v 'Cannot export local symbol' >&2 || true); }

# What makes inputs is not what is fuzzed, and is not looked into.
clang -std=c99 -Wall -Wextra -Werror -O2 -c fuzz_support.c -o "$work/fuzz_support.o"
quiet clang -std=c99 -Wall -Wextra -Werror -g -O2 -fsanitize=fuzzer,address,undefined \
  -fno-sanitize-coverage=trace-cmp -fno-sanitize-recover=all fuzz_decoder.c "$work/fuzz_support.o" -o "$work/c"

compile() {
  swiftc -swift-version 6 -O -wmo -parse-as-library -sanitize=address -warnings-as-errors \
    -sanitize-coverage=edge,inline-8bit-counters,pc-table -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
    -enable-upcoming-feature InternalImportsByDefault -I "$work" "$@"
}
compile -module-name ByteCoding -c "$sources"/ByteCoding/*.swift \
  -emit-module -emit-module-path "$work/ByteCoding.swiftmodule" -o "$work/ByteCoding.o"
compile -module-name WireProtocol -c "$sources"/WireProtocol/*.swift \
  "$sources"/WireProtocol/Link/FrameDecoder.swift "$sources"/WireProtocol/Generated/Messages.swift \
  -emit-module -emit-module-path "$work/WireProtocol.swiftmodule" -o "$work/WireProtocol.o"
quiet compile -sanitize=fuzzer -module-name FuzzDecoder -import-objc-header fuzz_support.h fuzz_decoder.swift \
  "$work"/*.o -o "$work/swift"

# It begins with the frames of the vectors.
mkdir "$work/seeds"
python3 - "$work/seeds" << 'END'
import json, sys
vectors = json.load(open("../vectors/frames.json"))
for number, entry in enumerate(vectors["frames"] + vectors["rejected"]):
    open(f"{sys.argv[1]}/{number}", "wb").write(bytes.fromhex(entry["frame"]))
END
(IFS=,; files=("$work"/seeds/*); echo -n "${files[*]}" > "$work/list")

# The host's takes twice as long for an input: two of them share its inputs.
fuzz() { # NAME DECODER INPUTS SEED
  "$work/$2" -runs="$3" -max_len=640 -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=64 \
    -seed="$4" -artifact_prefix="$work/" -seed_inputs=@"$work/list" > "$work/log-$1" 2>&1 &
  pids[$1]=$!
}
declare -A pids
fuzz board c "$inputs" "$seed"
fuzz host-1 swift $((inputs / 2)) "$seed"
fuzz host-2 swift $((inputs - inputs / 2)) $((seed + 1))
failed=0
for name in board host-1 host-2; do
  if ! wait "${pids[$name]}"; then
    failed=1
    tail -30 "$work/log-$name"
  fi
  echo "$name: $(grep -E '^Done' "$work/log-$name"), $(grep -E '^fuzz:' "$work/log-$name")"
done
for input in "$work"/crash-* "$work"/timeout-* "$work"/oom-* "$work"/leak-*; do
  if [ -e "$input" ]; then echo "input: $(base64 -w 0 "$input")"; fi
done
exit $failed
