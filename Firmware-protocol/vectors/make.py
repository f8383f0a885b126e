#!/usr/bin/env python3
"""Writes crc.json, cobs.json and frames.json: make.py [--check]

From the specification and from published values, not from what host or board print. With --check
nothing is written, and what is not as it would be is an error.
"""

import json
import sys

import wire

# ---- Checksums ----

# RFC 3720, B.4, gives the first five; the sixth is the check value of the catalogues of CRCs.
PUBLISHED = [
    ("32 zeros", bytes(32), 0x8A9136AA),
    ("32 times ff", b"\xff" * 32, 0x62A8AB43),
    ("00 to 1f", bytes(range(32)), 0x46DD794E),
    ("1f to 00", bytes(range(31, -1, -1)), 0x113FDB5C),
    ("SCSI read command", bytes.fromhex(
        "01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
        "0200000000000000"), 0xD9963A56),
    ("123456789", b"123456789", 0xE3069283),
]


def crc_vectors():
    vectors = []
    for name, data, crc in PUBLISHED:
        assert wire.crc32c(data) == crc, name
        vectors.append((name, data))
    vectors.append(("nothing", b""))
    # Around the strides of implementations that take four or eight bytes at a time.
    for count in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 511, 512):
        vectors.append((f"{count} bytes", bytes((7 * n + 1) % 256 for n in range(count))))
    return {
        "about": "CRC-32C (Castagnoli): reflected, begins with all ones, ends inverted.",
        "vectors": [{"name": name, "bytes": data.hex(), "crc": f"{wire.crc32c(data):08x}"}
                    for name, data in vectors],
    }


# ---- COBS ----

def cobs_vectors():
    run = lambda count: bytes(1 + n % 255 for n in range(count))
    plain = [("nothing", b""), ("a zero", b"\0"), ("two zeros", b"\0\0"), ("a byte", b"\1"),
             ("a zero within", b"\x11\x22\0\x33"), ("zeros at the end", b"\x11\0\0\0"),
             ("a zero before", b"\0\x11"), ("highest bytes", b"\xff\xff")]
    for count in (253, 254, 255, 507, 508, 509, 512):
        plain += [(f"{count} bytes", run(count)), (f"{count} bytes, a zero", run(count) + b"\0"),
                  (f"a zero, {count} bytes", b"\0" + run(count)),
                  (f"{count} bytes, a zero, a byte", run(count) + b"\0\1")]
    # By hand, from the paper's rule: a code says how far it is to the next one.
    by_hand = {b"": "01", b"\0": "0101", b"\0\0": "010101", b"\x11\x22\0\x33": "0311220233",
               b"\x11\0\0\0": "0211010101", run(254): "ff" + run(254).hex(),
               run(255): "ff" + run(254).hex() + "02ff",
               run(254) + b"\0": "ff" + run(254).hex() + "0101"}
    for data, encoded in by_hand.items():
        assert wire.cobs_encode(data).hex() == encoded, data
    for _, data in plain:
        assert wire.cobs_decode(wire.cobs_encode(data)) == data
    # No bytes are none either; but between two zeros they say nothing and are not looked into.
    invalid = [("a code beyond the end", b"\x02"),
               ("truncated", b"\x05\x11\x22"), ("a full block, truncated", b"\xff" + run(253)),
               ("the second block truncated", b"\x02\x11\x03\x22"),
               ("a zero for a code", b"\0\x11"), ("a zero within", b"\x04\x11\0\x22"),
               ("a zero at the end", b"\x02\x11\0"),
               ("a second encoding: nothing after a full block", b"\xff" + run(254) + b"\x01")]
    for name, encoded in invalid:
        assert wire.cobs_decode(encoded) is None, name
    return {
        "about": "Consistent overhead byte stuffing, without the zero that ends a frame.",
        "valid": [{"name": name, "bytes": data.hex(), "encoded": wire.cobs_encode(data).hex()}
                  for name, data in plain],
        "invalid": [{"name": name, "encoded": encoded.hex()} for name, encoded in invalid],
    }


# ---- Frames ----

def value_of(kind, which, seed, length):
    """A value of a field: 0 zeros, 1 values whose bytes all differ, 2 ones."""
    if kind in wire.ENUMS:
        values = [entry["value"] for entry in wire.ENUMS[kind]["values"]]
        return values[0] if which == 0 else values[-1] if which == 2 else values[seed % len(values)]
    size = wire.size_of(kind)
    if size is not None:
        number = [0, int.from_bytes(bytes((seed + 17 * n) % 251 + 1 for n in range(size)), "little"),
                  (1 << 8 * size) - 1][which]
        # The lowest number of two's complement rather than -1.
        if kind[0] == "i":
            return [0, number - (1 << 8 * size if number >> (8 * size - 1) else 0),
                    -(1 << 8 * size - 1)][which]
        return number
    data = bytes([0, (seed + 3) % 256, 255][which] if which != 1 else (seed + 29 * n) % 256
                 for n in range(length))
    data = bytes([0, (seed + 29 * n) % 256, 255][which] for n in range(length))
    if kind == "text":
        return ["", "tare vector " + str(seed), "µ" * (length // 2)][which]
    if kind == "u8[16]":
        return {"hex": (data * 16)[:16].hex() if data else "00" * 16}
    if kind == "bytes":
        return {"hex": data.hex()}
    return [{field["name"]: value_of(field["type"], which, seed + 5 * place + at, 8)
             for at, field in enumerate(wire.STRUCTS[kind[1:-1]])} for place in range(length)]


def entry_of(name, message, which, length, session=0x1234):
    fields = {field["name"]: value_of(field["type"], which, 40 * place + 7, length)
              for place, field in enumerate(message["fields"])}
    numbers = [(0, 0, 0), (session, 0x0107, 0xFF02), (0xFFFF, 0xFFFF, 0xFFFF)][which]
    if not message["session"]:
        numbers = (0,) + numbers[1:]
    encoded = wire.frame(message["name"], *numbers, fields)
    return {"name": name, "message": message["name"], "type": int(message["type"], 16),
            "from": message["from"], "session": numbers[0], "sequence": numbers[1],
            "acknowledged": numbers[2], "fields": fields, "frame": encoded.hex()}


def longest(message):
    """How many entries or bytes fill a frame of 512 bytes, and whether there is anything to fill."""
    last = message["fields"][-1]["type"] if message["fields"] else ""
    if last == "bytes" or last.startswith("["):
        head = len(wire.pack(message["fields"], {
            field["name"]: value_of(field["type"], 1, 40 * place + 7, 0)
            for place, field in enumerate(message["fields"])}))
        each = 1 if last == "bytes" else sum(
            wire.size_of(field["type"]) for field in wire.STRUCTS[last[1:-1]])
        return min(255 if last != "bytes" else 512, (wire.LEAST_FRAME - 12 - head) // each)
    return None


def frame_vectors():
    frames = []
    for message in wire.DECLARED["messages"]:
        name = message["name"]
        frames.append(entry_of(f"{name}: zeros", message, 0, 0))
        frames.append(entry_of(f"{name}: bytes that differ", message, 1, 3))
        frames.append(entry_of(f"{name}: highest values", message, 2, 2))
        if (most := longest(message)) is not None:
            frames.append(entry_of(f"{name}: as long as a frame may be", message, 1, most))
    for entry in frames:
        reason, held = wire.judge(bytes.fromhex(entry["frame"])[:-1])
        assert reason is None and held["fields"] == entry["fields"], entry["name"]
    return {
        "about": "Messages and the bytes that carry them, and frames that must not be taken.",
        "mostFrame": wire.LEAST_FRAME, "reasons": wire.REASONS,
        "frames": frames, "rejected": rejected(),
    }


def rejected():
    ping = bytes([0, 7, 0, 0, 0])
    good = wire.plain_frame(0x10, 1, 2, 3, ping)
    cases = []

    def plain(name, reason, data):
        cases.append((name, reason, wire.cobs_encode(data)))

    def message(name, reason, message_name, payload):
        kind = int(wire.MESSAGES[message_name]["type"], 16) \
            if isinstance(message_name, str) else message_name
        plain(name, reason, wire.plain_frame(kind, 1, 2, 3, payload))

    plain("nothing in it", "short", b"")
    plain("eleven bytes with a right checksum", "short",
          good[:7] + wire.crc32c(good[:7]).to_bytes(4, "little"))
    plain("one bit of the payload", "checksum", good[:9] + bytes([good[9] ^ 1]) + good[10:])
    plain("one bit of the session", "checksum", good[:2] + bytes([good[2] ^ 0x80]) + good[3:])
    plain("one bit of the checksum", "checksum", good[:-1] + bytes([good[-1] ^ 0x10]))
    plain("checksum with its highest byte first", "checksum", good[:-4] + good[:-5:-1])
    plain("zeros", "checksum", bytes(12))
    cases.append(("a code beyond the end", "encoding", wire.cobs_encode(good)[:-1]))
    cases.append(("a modem probe", "encoding", b"AT+GCAP\r\n"))
    cases.append(("513 bytes, one more than a frame may have", "long", wire.cobs_encode(
        wire.plain_frame(0x25, 1, 2, 3, b"\0\0\0\0" + b"x" * (501 - 4)))))
    cases.append(("513 bytes with many zeros", "long", wire.cobs_encode(
        wire.plain_frame(0x25, 1, 2, 3, bytes(501)))))
    cases.append(("far too long", "long", wire.cobs_encode(good * 120)))
    # A HELLO that ends with a full block, and nothing after it: right but for being encoded otherwise. Of the
    # nonces the first whose checksum has no zeros.
    for nonce in range(0x01010101, 0x02010101):
        hello = wire.plain_frame(0x01, 0, 0x0101, 0x0101, nonce.to_bytes(4, "little")
                                 + b"\x01\x01\x01" + bytes([238]) + b"t" * 238)
        if wire.cobs_encode(hello)[-255] == 255:
            break
    cases.append(("a second encoding", "encoding", wire.cobs_encode(hello) + b"\x01"))
    for major in (0, 2, 15):
        plain(f"major version {major}", "version",
              wire.plain_frame(0x10, 1, 2, 3, ping, version=major << 4))
    for flag in (1, 2, 4, 8):
        plain(f"flag {flag}", "flags", wire.plain_frame(0x10, 1, 2, 3, ping, version=0x10 | flag))
    for kind in (0x00, 0x08, 0x0F, 0x13, 0x1F, 0x2C, 0x7F, 0x83, 0x8D, 0xFF):
        message(f"type {kind:#04x}", "unknown", kind, b"")
    for entry in wire.DECLARED["messages"]:
        name = entry["name"]
        fields = {field["name"]: value_of(field["type"], 1, 40 * place + 7, 2)
                  for place, field in enumerate(entry["fields"])}
        payload = wire.pack(entry["fields"], fields)
        has_bytes = entry["fields"] and entry["fields"][-1]["type"] == "bytes"
        if payload:
            # Bytes that end a message may be fewer, but what stands before them may not.
            fixed = len(payload) - 2 if has_bytes else len(payload)
            message(f"{name}: a byte less", "malformed", name, payload[: fixed - 1])
            message(f"{name}: no payload", "malformed", name, b"")
        if not has_bytes:
            message(f"{name}: a byte more", "malformed", name, payload + b"\0")
        if entry["fields"] and entry["fields"][-1]["type"].startswith("["):
            last = entry["fields"][-1]
            size = len(wire.pack_value(last["type"], fields[last["name"]]))
            at = len(payload) - size
            message(f"{name}: a list of one more than there are", "malformed", name,
                    payload[:at] + bytes([3]) + payload[at + 1 :])
            message(f"{name}: a list of one less than there are", "malformed", name,
                    payload[:at] + bytes([1]) + payload[at + 1 :])
            message(f"{name}: a list of 255, and nothing in it", "malformed", name,
                    payload[:at] + b"\xff")
        # Values that an enumeration does not have.
        at = 0
        for field in entry["fields"]:
            kind = field["type"]
            if kind in wire.ENUMS:
                for value in {max(v["value"] for v in wire.ENUMS[kind]["values"]) + 1, 255}:
                    message(f"{name}: {field['name']} of {value}", "malformed", name,
                            payload[:at] + bytes([value]) + payload[at + 1 :])
            if kind.startswith("["):
                inner = at + 1
                for part in wire.STRUCTS[kind[1:-1]]:
                    if part["type"] in wire.ENUMS:
                        message(f"{name}: {part['name']} of 99 in the list", "malformed", name,
                                payload[:inner] + bytes([99]) + payload[inner + 1 :])
                    inner += wire.size_of(part["type"])
            at += len(wire.pack_value(kind, fields[field["name"]]))
    for name, reason, encoded in cases:
        assert wire.judge(encoded)[0] == reason, (name, reason, wire.judge(encoded))
        assert 0 not in encoded, name
    assert {reason for _, reason, _ in cases} == set(wire.REASONS)
    return [{"name": name, "reason": reason, "frame": encoded.hex() + "00"}
            for name, reason, encoded in cases]


def text_of(vectors):
    """One entry a line, so that a change shows as what it is."""
    lines = []
    for key, value in vectors.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            entries = ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            lines.append(f'  "{key}": [\n    {entries}\n  ]')
        else:
            lines.append(f'  "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main():
    files = {"crc.json": crc_vectors(), "cobs.json": cobs_vectors(), "frames.json": frame_vectors()}
    for name, vectors in files.items():
        path = wire.FOLDER / name
        text = text_of(vectors)
        if "--check" not in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            sys.exit(f"{name} is not what make.py writes: run make generate")
    counts = ", ".join(f"{name}: " + " + ".join(
        str(len(value)) for value in vectors.values() if isinstance(value, list)
        and isinstance(value[0], dict)) for name, vectors in files.items())
    print(counts)


if __name__ == "__main__":
    main()
