#!/bin/bash
# Pulses against error on the presets of the literature, into a folder each: studies.sh TARE FOLDER
#
# Where a preset has its symmetric points all but alike they are spread as N(0.2, 0.3), so that there is something
# to be found. Some 30,000 pulses a cell for those whose noise asks for them.
set -euo pipefail
tare=$1
folder=$2

study() {
  local name=$1 device=$2
  shift 2
  mkdir -p "$folder/$name"
  "$tare" study pulses-vs-error --device "sim:$device" --out "$folder/$name" "$@" > /dev/null
}

spread='reference_mean=-0.2&reference_std=0.3'
study low-noise 'low-noise?rows=32&columns=32'
study ecram 'ecram?rows=32&columns=32&up_down=-0.05&up_down_dtod=0.1'
study reram-sb "reram-sb?rows=32&columns=32&$spread" --errors 1,2,5 --seeds 2 --most-pulses 50000 \
  --methods seek,zero-shift-cyclic,array-mean
study reram-es "reram-es?rows=32&columns=32" --errors 2,5,10 --seeds 2 --most-pulses 50000 \
  --methods seek,zero-shift-cyclic,array-mean
study reram-om "reram-om?rows=32&columns=32&$spread" --errors 2,5,10
study reram-hfo2 'reram-hfo2?rows=32&columns=32' --errors 2,5,10
