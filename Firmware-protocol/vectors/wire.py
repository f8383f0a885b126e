"""The wire protocol a third time, from SPECIFICATION.md and messages.json alone.

Shares no code with the host or the board, so that the vectors can find both wrong.
"""

import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent
DECLARED = json.loads((FOLDER.parent / "messages.json").read_text())
MESSAGES = {entry["name"]: entry for entry in DECLARED["messages"]}
BY_TYPE = {int(entry["type"], 16): entry for entry in DECLARED["messages"]}
STRUCTS = {entry["name"]: entry["fields"] for entry in DECLARED["structs"]}
ENUMS = {entry["name"]: entry for entry in DECLARED["enums"]}
MAJOR = DECLARED["major"]
# The limit of a decoded frame that every board takes.
LEAST_FRAME = next(c["value"] for c in DECLARED["constants"] if c["name"] == "least frame")


def crc32c(data):
    """Bit by bit, by the reflected polynomial."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def cobs_encode(data):
    """Cuts at the zeros, then into blocks of at most 254 bytes."""
    encoded = bytearray()
    parts = bytes(data).split(b"\0")
    for place, part in enumerate(parts):
        while len(part) > 254:
            encoded += b"\xff" + part[:254]
            part = part[254:]
        # A full block that ends the data needs no zero behind it; one before a zero does.
        if len(part) == 254:
            encoded += b"\xff" + part
            if place < len(parts) - 1:
                encoded += b"\x01"
        else:
            encoded += bytes([len(part) + 1]) + part
    return bytes(encoded)


def cobs_decode(encoded):
    """None for what is not the encoding of any bytes; each has one."""
    data = bytearray()
    place = 0
    while place < len(encoded):
        code = encoded[place]
        block = encoded[place + 1 : place + code]
        if code == 0 or len(block) != code - 1 or 0 in block:
            return None
        data += block
        place += code
        if place < len(encoded) and code < 255:
            data.append(0)
    return bytes(data) if cobs_encode(data) == bytes(encoded) else None


def size_of(kind):
    """Bytes of an integer or an enumeration, or None."""
    kind = ENUMS[kind]["type"] if kind in ENUMS else kind
    return int(kind[1:]) // 8 if kind[0] in "ui" and kind[1:].isdigit() else None


def pack_value(kind, value):
    size = size_of(kind)
    if size is not None:
        return (value % (1 << 8 * size)).to_bytes(size, "little")
    if kind == "text":
        text = value.encode()
        return bytes([len(text)]) + text
    if kind == "bytes" or kind == "u8[16]":
        return bytes.fromhex(value["hex"])
    entries = b"".join(pack(STRUCTS[kind[1:-1]], entry) for entry in value)
    return bytes([len(value)]) + entries


def pack(fields, values):
    """The fields of a message or a structure without gaps."""
    assert set(values) == {field["name"] for field in fields}, (values, fields)
    return b"".join(pack_value(field["type"], values[field["name"]]) for field in fields)


class Malformed(Exception):
    """A payload that does not fit its message."""


def unpack_value(kind, data):
    """A value and what is left."""
    def take(count):
        if len(data) < count:
            raise Malformed("shorter")
        return data[:count], data[count:]

    size = size_of(kind)
    if size is not None:
        head, rest = take(size)
        value = int.from_bytes(head, "little", signed=kind[0] == "i" and kind not in ENUMS)
        if kind in ENUMS and value not in [entry["value"] for entry in ENUMS[kind]["values"]]:
            raise Malformed("value")
        return value, rest
    if kind == "text":
        head, data = take(1)
        head, rest = take(head[0])
        return head.decode(errors="surrogateescape"), rest
    if kind == "bytes":
        return {"hex": data.hex()}, b""
    if kind == "u8[16]":
        head, rest = take(16)
        return {"hex": head.hex()}, rest
    head, rest = take(1)
    entries = []
    for _ in range(head[0]):
        entry, rest = unpack_fields(STRUCTS[kind[1:-1]], rest)
        entries.append(entry)
    return entries, rest


def unpack_fields(fields, data):
    values = {}
    for field in fields:
        values[field["name"]], data = unpack_value(field["type"], data)
    return values, data


def unpack(name, payload):
    """The fields of a message; raises Malformed."""
    values, rest = unpack_fields(MESSAGES[name]["fields"], payload)
    if rest:
        raise Malformed("longer")
    return values


def plain_frame(kind, session, sequence, acknowledged, payload, version=MAJOR << 4):
    """Header, payload and checksum."""
    head = bytes([version, kind]) + b"".join(
        number.to_bytes(2, "little") for number in (session, sequence, acknowledged))
    return head + payload + crc32c(head + payload).to_bytes(4, "little")


def frame(name, session, sequence, acknowledged, values):
    """The bytes of a message on the line, the zero at the end included."""
    message = MESSAGES[name]
    plain = plain_frame(int(message["type"], 16), session, sequence, acknowledged,
                        pack(message["fields"], values))
    return cobs_encode(plain) + b"\0"


# What a codec says of a frame that it does not take, in the order in which it looks.
REASONS = ["encoding", "long", "short", "checksum", "version", "flags", "unknown", "malformed"]


def judge(encoded, most_frame=LEAST_FRAME):
    """Takes what stood between two zeros: (reason, None), or (None, what the frame holds)."""
    plain = cobs_decode(encoded)
    if plain is None:
        # What is longer than any encoding of the longest frame is never looked into.
        bound = most_frame + most_frame // 254 + 1
        return ("long" if len(encoded) > bound else "encoding"), None
    if len(plain) > most_frame:
        return "long", None
    if len(plain) < 12:
        return "short", None
    if crc32c(plain[:-4]) != int.from_bytes(plain[-4:], "little"):
        return "checksum", None
    if plain[0] >> 4 != MAJOR:
        return "version", None
    if plain[0] & 15:
        return "flags", None
    message = BY_TYPE.get(plain[1])
    if message is None:
        return "unknown", None
    try:
        fields = unpack(message["name"], plain[8:-4])
    except Malformed:
        return "malformed", None
    numbers = [int.from_bytes(plain[at : at + 2], "little") for at in (2, 4, 6)]
    return None, {"message": message["name"], "session": numbers[0], "sequence": numbers[1],
                  "acknowledged": numbers[2], "fields": fields}
