#!/usr/bin/env python3
"""Holds codecs against the vectors and against one another: codec.py SEED COUNT NAME=COMMAND...

Each command is a program that speaks as tests/codec_board.c says. It gets crc.json, cobs.json and
frames.json, then COUNT frames that are random, or damaged on their way; every answer must be that of
the vectors or of wire.py, byte by byte.
"""

import json
import random
import shlex
import signal
import subprocess
import sys
import threading

import wire

SECONDS = 300


class Codec:
    """A program under test, and the requests that it answers in order."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answers(self, requests):
        """Writes in a thread of its own, since a board takes no more before it has answered."""
        def write():
            try:
                for what, data in requests:
                    self.process.stdin.write(
                        what.encode() + len(data).to_bytes(2, "little") + data)
                self.process.stdin.flush()
            except BrokenPipeError:
                pass

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        for _ in requests:
            head = self.read(3)
            yield head[0], self.read(int.from_bytes(head[1:], "little"))

    def read(self, count):
        data = self.process.stdout.read(count)
        if len(data) != count:
            sys.exit(f"FAILED: {self.name} ended early, or was silent for {SECONDS} s")
        return data

    def end(self):
        self.process.kill()
        self.process.wait()


def vector_requests():
    """What is asked, and what must be answered: (request, status, bytes, name)."""
    read = lambda name: json.loads((wire.FOLDER / name).read_text())
    for entry in read("crc.json")["vectors"]:
        crc = int(entry["crc"], 16).to_bytes(4, "little")
        yield ("c", bytes.fromhex(entry["bytes"])), 0, crc, "crc: " + entry["name"]
    cobs = read("cobs.json")
    for entry in cobs["valid"]:
        data, encoded = bytes.fromhex(entry["bytes"]), bytes.fromhex(entry["encoded"])
        yield ("e", data), 0, encoded, "cobs: " + entry["name"]
        yield ("d", encoded), 0, data, "cobs: " + entry["name"]
    for entry in cobs["invalid"]:
        yield ("d", bytes.fromhex(entry["encoded"])), 1, b"", "cobs: " + entry["name"]
    frames = read("frames.json")
    for entry in frames["frames"]:
        encoded = bytes.fromhex(entry["frame"])[:-1]
        yield ("f", encoded), 0, encoded, "frames: " + entry["name"]
    for entry in frames["rejected"]:
        status = 1 + frames["reasons"].index(entry["reason"])
        yield ("f", bytes.fromhex(entry["frame"])[:-1]), status, b"", "frames: " + entry["name"]


def random_frame(chance):
    """A frame of random fields, a payload changed under a right checksum, or damage on the line."""
    message = chance.choice(wire.DECLARED["messages"])
    damage = chance.choice(["none", "none", "payload", "payload", "header", "line", "noise"])
    payload = b""
    for field in message["fields"]:
        payload += random_field(chance, field["type"])
    if damage == "payload":
        payload = bytearray(payload)
        for _ in range(chance.randint(1, 3)):
            how = chance.randrange(4)
            at = chance.randint(0, len(payload))
            if how == 0:
                payload[at:at] = chance.randbytes(chance.randint(1, 5))
            elif how == 1:
                del payload[at : at + chance.randint(1, 5)]
            elif at < len(payload):
                payload[at] = chance.choice([0, 1, 5, 21, 255, chance.randrange(256)])
        payload = bytes(payload)
    version = wire.MAJOR << 4
    kind = int(message["type"], 16)
    if damage == "header":
        version = chance.choice([version, version, chance.randrange(256), 0x11, 0x20])
        kind = chance.randrange(256)
    plain = wire.plain_frame(kind, chance.randrange(1 << 16), chance.choice([0, 255, 256, 65535]),
                             chance.randrange(1 << 16), payload, version)
    encoded = bytearray(wire.cobs_encode(plain))
    if damage == "noise":
        encoded = bytearray(chance.randbytes(chance.randint(0, 60)))
    if damage == "line":
        at = chance.randrange(len(encoded))
        how = chance.randrange(4)
        if how == 0:
            encoded[at] ^= 1 << chance.randrange(8)
        elif how == 1:
            del encoded[at]
        elif how == 2:
            encoded[at:at] = encoded[at : at + 1]
        else:
            del encoded[at:]
    # Zeros end frames, so that there are none within, and nothing is no frame.
    return bytes(byte or 1 for byte in encoded) or b"\x01"


def random_field(chance, kind):
    if kind in wire.ENUMS:
        values = [entry["value"] for entry in wire.ENUMS[kind]["values"]]
        return bytes([chance.choice(values) if chance.random() < 0.98 else chance.randrange(256)])
    size = wire.size_of(kind)
    if size is not None:
        return chance.choice([bytes(size), b"\xff" * size, chance.randbytes(size)])
    length = chance.choice([0, 1, 2, 9, 40])
    if kind == "text":
        return bytes([length]) + chance.randbytes(length)
    if kind == "u8[16]":
        return chance.randbytes(16)
    if kind == "bytes":
        return chance.randbytes(chance.choice([length, length, 400, 480, 500]))
    length = min(length, 9) if chance.random() < 0.95 else 16
    return bytes([length]) + b"".join(
        random_field(chance, field["type"])
        for _ in range(length) for field in wire.STRUCTS[kind[1:-1]])


def random_requests(seed, count):
    chance = random.Random(seed)
    for number in range(count):
        encoded = random_frame(chance)
        reason, _ = wire.judge(encoded)
        status = 0 if reason is None else 1 + wire.REASONS.index(reason)
        yield ("f", encoded), status, b"" if reason else encoded, f"random frame {number}"


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__.split("\n")[0])
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    wanted = list(vector_requests())
    vectors = len(wanted)
    wanted += random_requests(seed, count)
    taken = sum(status == 0 for _, status, _, _ in wanted[vectors:])
    print(f"seed {seed}: {vectors} vectors; {count} random frames, of which {taken} are to be taken")
    failures = 0
    for argument in sys.argv[3:]:
        name, _, command = argument.partition("=")
        codec = Codec(name, command)
        watch = threading.Timer(SECONDS, codec.process.send_signal, [signal.SIGKILL])
        watch.daemon = True
        watch.start()
        differences = 0
        requests = [entry[0] for entry in wanted]
        for (request, status, data, what), answer in zip(wanted, codec.answers(requests)):
            if answer != (status, data):
                differences += 1
                if differences <= 5:
                    print(f"{name}: {what}: {request[0]} {request[1].hex()}: "
                          f"expected {status} {data.hex()}, got {answer[0]} {answer[1].hex()}")
        watch.cancel()
        codec.end()
        print(f"{name}: {differences} differences")
        failures += differences
    if failures:
        sys.exit("FAILED")


if __name__ == "__main__":
    main()
