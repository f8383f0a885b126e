# make build  the command, with the Swift runtime in it, so that it runs where no Swift is installed
# make demo   a measured curve becomes a calibrated array, every pulse counted and audited
# make test   every test
# make usb-test  those that need boards on an emulated USB alone, after make test has built them
# make fuzz   the decoders of board and host, with ten million inputs each
# make lint   format and documentation rules
# make generate  what follows from Firmware-protocol/messages.json: codec, C header, byte tables, vectors
# make training-bands  rules on the digits, over seeds, against figures of another implementation (some two minutes)
# make study  the committed studies: offsets of zero-shifting, pulses against error, trainings (some twenty minutes)
# make docs   the documentation of the library, as pages in .build/docs
# make bench  what accounting costs, how fast boards are driven and networks trained, as committed pages of results (some
#             fifteen minutes)
# make bench-board  only the boards (some two minutes)
# make bench-usb  only a board on an emulated USB (half a minute)
# make bench-training  only trainings (some three minutes)
# make install PREFIX=/usr/local  the command, manual pages, completions, rules of udev and a unit of systemd; `make uninstall`
#             removes them. With sudo after `make build` without it
# make package  a package for Debian and Ubuntu, in .build/package, looked at by lintian
# make package-check  that package in a fresh root: installed, used, removed without a trace (some two minutes, as root)
SHELL := /bin/bash
TARE := .build/release/tare
DOCUMENTED := PhysicalUnits DeviceContract ResponseModels SimulatedCrossbar PulseLedger SymmetricPoint AnalogTraining TrainingStudies \
	Calibration Reporting BoardTransport BoardDriver VirtualBoard DeviceConformance

.PHONY: help build demo test usb-test firmware-test fuzz lint generate training-bands study docs bench bench-build \
	bench-ledger bench-board bench-usb bench-training install uninstall package package-check clean

help:
	@sed -n 's/^# //p' Makefile

build:
	@.ci/setup demo
	swift build -c release --product tare --static-swift-stdlib

# A new chip each time: its state and its lifetime ledger are in runs/lab.
demo: build
	@rm -rf runs/lab && mkdir -p runs/lab
	$(TARE) fit Examples/curves/gong_et_al.csv --out runs/demo-device.json
	$(TARE) calibrate \
	  --device 'sim:runs/demo-device.json?rows=64&columns=64&seed=7&state=runs/lab/chip.state' \
	  --chip demo --home runs/lab --method zero-shift-cyclic --pulses 4000 \
	  --budget 4000/cell,17M --out runs/demo --force
	$(TARE) audit runs/demo --html runs/demo/audit.html

test: firmware-test
	swift build --build-tests
	# Apart: those of the command wait for processes, and hold up threads that the others need.
	swift test --skip-build --disable-xctest --skip tareTests
	swift test --skip-build --disable-xctest --filter tareTests
	$(MAKE) usb-test

# The streams, the lists, and all that boards are put through once more, over libusb and the devices of umockdev. They
# stand on one bus, so one suite at a time.
USB_SUITES := USBTransportTests|USBListTests|USBReconnectTests|UnpluggedTests|ConformanceOfBoards|CrashMatrix|PowerLoss|SameNumbers|Garbage
usb-test:
	@if command -v umockdev-wrapper >/dev/null; then \
	  umockdev-wrapper "$$(swift build --show-bin-path)/tarePackageTests.xctest" \
	    --testing-library swift-testing --no-parallel --filter '$(USB_SUITES)'; \
	elif [ -n "$$CI" ]; then echo "tare: CI needs umockdev to test boards on USB" >&2; exit 1; \
	else echo "SKIPPED: boards on USB are tested with umockdev, which is not installed" >&2; fi

# The board's core, natively and on QEMU.
firmware-test:
	@.ci/setup test
	Firmware-protocol/tests/run.sh 100000 60 500000

fuzz:
	@.ci/setup test
	Firmware-protocol/tests/fuzz.sh 10000000

lint:
	swift format lint --strict --recursive Sources Tests Firmware-protocol Package.swift \
	  Benchmarks/Sources Benchmarks/Package.swift

generate:
	@.ci/setup test
	swift build --product WireGenerator
	.build/debug/WireGenerator
	swift format -i Sources/WireProtocol/Generated/Messages.swift
	python3 Firmware-protocol/vectors/make.py
	clang -std=c99 -O1 -o .build/transcript-board Firmware-protocol/tests/transcript_board.c \
	  Firmware-protocol/reference/tare_board.c
	python3 Firmware-protocol/vectors/transcripts.py .build/transcript-board

training-bands: build
	set -o pipefail; $(TARE) study training --algorithms tt-v2,c-tt-v2,agad,rider,e-rider \
	  --references 0/0.05,0.4/0.05,0.4/1 --seeds 5 --json | python3 Tests/training/bands.py

study: build
	@mkdir -p docs/studies/zero-shift-offset
	$(TARE) study zero-shift-offset --out docs/studies/zero-shift-offset
	Examples/studies.sh $(TARE) docs/studies/pulses-vs-error
	@mkdir -p docs/studies/training-digits docs/studies/training-digits-paper docs/studies/quadratic \
	  docs/studies/training-half-period docs/studies/pulses-to-loss docs/studies/chopping docs/studies/tiles
	$(TARE) study quadratic --out docs/studies/quadratic
	$(TARE) study pulses-to-loss --out docs/studies/pulses-to-loss
	$(TARE) study chopping --out docs/studies/chopping
	$(TARE) study tiles --out docs/studies/tiles
	$(TARE) study training --references paper --seeds 3 --out docs/studies/training-digits
	$(TARE) study training --references paper --seeds 3 --rates paper \
	  --out docs/studies/training-digits-paper
	$(TARE) study training --algorithms agad,e-rider,e-rider-hp --seeds 11 \
	  --out docs/studies/training-half-period

docs:
	@mkdir -p .build/docs
	TARE_DOCS=1 swift package --allow-writing-to-directory .build/docs generate-documentation \
	  --enable-experimental-combined-documentation $(DOCUMENTED:%=--target %) \
	  --transform-for-static-hosting --output-path .build/docs/tare

bench: bench-ledger bench-board bench-usb bench-training

bench-build:
	@.ci/setup demo
	cd Benchmarks && swift build -c release && swift build -c release --product tare

bench-ledger: bench-build
	cd Benchmarks && .build/release/tare-benchmarks --tare .build/release/tare \
	  --out results/ledger.md

bench-board: bench-build
	cd Benchmarks && .build/release/tare-benchmarks --page board --tare .build/release/tare \
	  --out results/board.md

bench-usb: bench-build
	@.ci/setup test
	cd Benchmarks && umockdev-wrapper .build/release/tare-benchmarks --page usb \
	  --out results/usb.md

bench-training: bench-build
	cd Benchmarks && .build/release/tare-benchmarks --page training --out results/training.md

install:
	@# What root builds would be root's ever after: under sudo, what there is gets installed.
	@[ -n "$$SUDO_USER" ] || $(MAKE) --no-print-directory build
	BINARY=$(TARE) packaging/install.sh install

uninstall:
	packaging/install.sh uninstall

package: build
	@.ci/setup package
	packaging/package.sh $(TARE)

package-check:
	@.ci/setup package
	packaging/check.sh .build/package/tare_*.deb

clean:
	rm -rf .build Benchmarks/.build runs
