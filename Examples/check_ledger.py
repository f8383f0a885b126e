#!/usr/bin/env python3
"""Checks a ledger of pulses without any code of Tare: docs/ledger-format.md describes the file.

Usage: check_ledger.py LEDGER.sqlite [PUBLIC-KEY-AS-HEX]
Ends with 0 where all records are as they were written, and with 1 and the first bad record where not.
"""
import hashlib, os, sqlite3, struct, sys, urllib.parse, zlib
from collections import Counter

CAUSES = "? form calibrate track train program characterize read manual".split()


class Bytes:
    def __init__(self, data): self.data, self.at = data, 0
    def raw(self, count):
        if self.at + count > len(self.data): raise ValueError("the bytes end too early")
        self.at += count
        return self.data[self.at - count:self.at]
    def u8(self): return self.raw(1)[0]
    def varint(self):
        number = shift = 0
        while True:
            byte = self.u8()
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128: return number
    def counted(self): return self.raw(self.varint())
    def pulses(self): return (self.varint(), self.varint()) if self.u8() else None
    def packed(self):
        form, size, data = self.u8(), self.varint(), self.counted()
        data = zlib.decompress(data) if form == 1 else data
        if len(data) != size: raise ValueError("a packed part has another length")
        return Bytes(data)
    def cell_counts(self):  # One list of (up, down) an entry.
        entries = []
        for _ in range(self.varint()):
            cells, numbers = self.varint(), self.packed()
            counts = [numbers.varint() for _ in range(2 * cells)]
            entries.append(list(zip(counts[:cells], counts[cells:])))
        return entries


def pattern_counts(b, rows, columns):
    """(up, down) of every cell of a train, row by row."""
    kind = b.u8()
    if kind <= 3:
        n = b.varint()
        return [((n, 0), (0, n), (n, n))[kind - 1]] * (rows * columns)
    if kind == 4:
        cells, bits = b.varint(), b.u8()
        raw, mask = b.raw((cells * bits + 7) // 8), (1 << bits) - 1
        fields = (struct.unpack(f"<{cells}H", raw) if bits == 16 else
                  [byte >> shift & mask for byte in raw for shift in range(0, 8, bits)][:cells])
        signed = [1 - 2 * n if bits == 1 else n - (n >> bits - 1 << bits) for n in fields]
        return [(max(n, 0), max(-n, 0)) for n in signed]
    slots = b.varint()
    lines = [[(b.u8(), int.from_bytes(b.raw((slots + 7) // 8), "little")) for _ in range(b.varint())]
             for _ in range(2)]
    return [(n, 0) if r[0] == c[0] else (0, n) for r in lines[0] for c in lines[1]
            for n in [bin(r[1] & c[1] & (1 << slots) - 1).count("1")]]


def signature_is_valid(key, signature, message):
    """True or False, or None where the package cryptography is missing."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError: return None
    try: Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError): return False
    return True


class Ledger:
    def __init__(self, key):
        self.key, self.id, self.count, self.hash = key, b"", 0, bytes(32)
        self.open, self.cells, self.causes, self.uncertain, self.signatures = {}, {}, Counter(), 0, []

    def visit(self, seq, body, stored):
        if seq != self.count + 1: raise ValueError("is missing")
        chained = hashlib.sha256(self.hash + struct.pack("<Q", seq) + body).digest()
        if chained != stored: raise ValueError("is not the one that was written")
        b = Bytes(body)
        kind, _ = b.u8(), b.raw(8)
        if (kind == 1) != (seq == 1): raise ValueError("is out of place: the first is a genesis, no other")
        if kind == 1: self.id = b.raw(19)[3:]
        if kind == 5: self.intent(b)
        if kind == 6: self.outcome(b)
        if kind == 11:
            key, signature = b.raw(32), b.raw(64)
            message = b"tare-ledger-checkpoint/1\n" + self.id + struct.pack("<Q", self.count) + self.hash
            valid = signature_is_valid(key, signature, message)
            if valid is False: raise ValueError("holds a wrong signature")
            if self.key and key != self.key: raise ValueError("is signed with another key than the chip's")
            self.signatures.append(valid)
        self.count, self.hash = seq, chained

    def intent(self, b):
        number, (tile, row, rows, column, columns) = b.varint(), [b.varint() for _ in range(5)]
        _, _, cause, _, _, _ = b.varint(), b.u8(), b.u8(), b.varint(), b.varint(), b.raw(4)
        b.pulses()
        places = [(tile, row + n // columns, column + n % columns) for n in range(rows * columns)]
        self.open[number] = cause, places, pattern_counts(b.packed(), rows, columns)

    def outcome(self, b):
        number, _, status, fired, uncertain = b.varint(), b.u8(), b.u8(), b.pulses(), b.varint()
        counts = b.cell_counts()
        if number not in self.open: raise ValueError(f"settles train {number}, which is not open")
        cause, places, commanded = self.open.pop(number)
        counts = counts[0] if counts else commanded if status == 1 else [(0, 0)] * len(places)
        sums = tuple(sum(column) for column in zip(*counts))
        if sums != fired: raise ValueError(f"says that it fired {fired}, and its cells say {sums}")
        for place, (up, down) in zip(places, counts):
            before = self.cells.get(place, (0, 0))
            self.cells[place] = before[0] + up, before[1] + down
        self.causes.update({(cause, "up"): fired[0], (cause, "down"): fired[1]})
        self.uncertain += uncertain


def check(path, key):
    """The ledger, and what is wrong with its first bad record, or None."""
    file = sqlite3.connect(f"file:{urllib.parse.quote(path)}?mode=ro", uri=True)
    ledger = Ledger(key)
    try:
        for seq, body, stored in file.execute("SELECT seq, body, hash FROM entry ORDER BY seq"):
            ledger.visit(seq, body, stored)
        head = file.execute("SELECT seq, hash FROM head").fetchone()
    except (ValueError, IndexError, TypeError, zlib.error, sqlite3.DatabaseError) as error:
        return ledger, f"record {ledger.count + 1} {error}"
    if head is None or head[0] > ledger.count: return ledger, f"record {ledger.count + 1} is missing"
    if head != (ledger.count, ledger.hash): return ledger, f"record {head[0] + 1} is not the last noted"
    return ledger, None


def main(path, key=None):
    if not os.path.isfile(path): sys.exit(f"{path}: there is no such file")
    beside = os.path.join(os.path.dirname(path), "ledger.pub")
    if key is None and os.path.exists(beside): key = open(beside).read().strip()
    ledger, problem = check(path, bytes.fromhex(key or ""))
    print(f"records {ledger.count}\nhead {ledger.hash.hex()}")
    for polarity in "up", "down":
        print(polarity, sum(n for (_, p), n in ledger.causes.items() if p == polarity))
    for cause in sorted({cause for cause, _ in ledger.causes}):
        print(f"cause {CAUSES[cause]} up {ledger.causes[cause, 'up']} down {ledger.causes[cause, 'down']}")
    print(f"uncertain {ledger.uncertain}\nopen {len(ledger.open)}")
    if ledger.cells:
        place = max(sorted(ledger.cells), key=lambda place: sum(ledger.cells[place]))
        print("hottest tile {} row {} column {}".format(*place), "up {} down {}".format(*ledger.cells[place]))
    unchecked = ledger.signatures.count(None)
    print(f"signatures {len(ledger.signatures)}", f"({unchecked} not checked: no package cryptography)"
          if unchecked else "", "" if key or not ledger.signatures else "(no key of the chip)")
    print("BAD: " + problem if problem else "good")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if 2 <= len(sys.argv) <= 3 else __doc__)
