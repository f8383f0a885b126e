#!/usr/bin/env python3
"""Writes transcripts.json: transcripts.py COMMAND [--check]

COMMAND is tests/transcript_board.c, built natively. What the board must answer, fire and remember is stated
here by hand, from SPECIFICATION.md, for each step; the core adds only the bytes, and if it does otherwise
nothing is written.
"""

import json
import sys

import player
import wire
from recorder import SECOND, UNKNOWN, Host, Transcript


def train(kind, rows, columns, count, digest, tile=0, pattern=b"", read_every=0):
    """A train over rows and columns, each (first, number)."""
    kinds = {"up": 1, "down": 2, "alternating": 3, "counts": 4, "outer": 5}
    return {"kind": kinds[kind], "profile": 0, "scheme": 1, "tile": tile, "row": rows[0],
            "rows": rows[1], "column": columns[0], "columns": columns[1], "count": count,
            "readEvery": read_every, "averages": 1 if read_every else 0,
            "patternBytes": len(pattern), "digest": digest}


def outcome(number, status, reason, digest, steps=0, up=0, down=0, uncertain_steps=0, uncertain=0):
    statuses = {"fired": 1, "interrupted": 2, "uncertain": 3, "rejected": 4}
    return ("OUTCOME", {"first": number, "outcomes": [{
        "status": statuses[status], "reason": REASONS[reason], "digest": digest, "steps": steps,
        "uncertainSteps": uncertain_steps, "up": up, "down": down, "uncertain": uncertain}]})


def fired(first, up, down, count=1):
    """Trains that ran whole; sums are those of the board's life."""
    return ("FIRED", {"first": first, "count": count, "up": up, "down": down})


REASONS = {entry["name"]: entry["value"] for entry in wire.ENUMS["reason"]["values"]}
# One up pulse each on four cells: the smallest thing that several transcripts ask for.
SMALL = train("up", (1, 2), (2, 2), 3, 0x51)
SMALL_CELLS = [(0, 1, 2), (0, 1, 3), (0, 2, 2), (0, 2, 3)]
SMALL_PULSES = [0, [1, 2], [2, 3], "up", 3]


def normal(board):
    t = Transcript(
        board, "normal trains",
        "Every kind of train, each fired once and as it says.")
    t.ready(taken=0, up=0, down=0, fault=0, emergencyStop=0)
    t.send("DESCRIBE")
    t.run([("CAPABILITIES", {"model": "transcript", "tiles": 2, "rows": 4, "columns": 6,
                             "kinds": 31, "hasDryRun": 1, "setPoints": []})])
    t.trains(1, SMALL)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    t.trains(2, train("down", (0, 1), (0, 6), 10, 0x52, tile=1))
    t.run([fired(2, 12, 60)], [[1, [0], [0, 1, 2, 3, 4, 5], "down", 10]])
    t.trains(3, train("alternating", (3, 1), (5, 1), 2, 0x53))
    t.run([fired(3, 14, 62)], [[0, [3], [5], way, 1] for way in ("up", "down", "up", "down")])
    # Row 0: +2, -1, 0; row 1: 0, +1, -2; four bits each, the first in the lowest.
    pattern = bytes([4, 0xF2, 0x00, 0x10, 0x0E])
    t.send("PATTERN", {"offset": 0, "data": {"hex": pattern.hex()}})
    t.trains(4, train("counts", (0, 2), (0, 3), 2, 0x54, pattern=pattern))
    t.run([fired(4, 17, 65)], [
        [0, [0], [0], "up", 1], [0, [0], [1], "down", 1], [0, [1], [1], "up", 1],
        [0, [1], [2], "down", 1], [0, [0], [0], "up", 1], [0, [1], [2], "down", 1]])
    # Row 0 fires in slots 0 and 1, row 1 in slot 2; column 0 in 0 and 2, column 1 in 1; row 1 is negative.
    pattern = bytes([0b011, 0b100, 0b101, 0b010, 0b10, 0])
    t.send("PATTERN", {"offset": 0, "data": {"hex": pattern.hex()}})
    t.trains(5, train("outer", (2, 2), (4, 2), 3, 0x55, tile=1, pattern=pattern))
    t.run([fired(5, 19, 66)], [[1, [2], [4], "up", 1], [1, [2], [5], "up", 1],
                               [1, [3], [4], "down", 1]])
    t.send("CELLS", {"first": 6, "notAfter": 0, "envelope": t.host.envelope, "isChained": 0,
                     "profile": 0, "scheme": 1, "tile": 1,
                     "cells": [{"row": 0, "column": 0, "count": -7, "digest": 0x56}]})
    t.run([fired(6, 19, 73)], [[1, [0], [0], "down", 7]])
    counts = {cell: (3, 0) for cell in SMALL_CELLS}
    counts.update({(1, 0, column): (0, 10) for column in range(1, 6)})
    # Up 3 by train 1, down 2 by train 4 where they meet: (1, 2) is in both.
    counts.update({(1, 0, 0): (0, 17), (0, 3, 5): (2, 2), (0, 0, 0): (2, 0), (0, 0, 1): (0, 1),
                   (0, 1, 1): (1, 0), (0, 1, 2): (3, 2), (1, 2, 4): (1, 0), (1, 2, 5): (1, 0),
                   (1, 3, 4): (0, 1)})
    t.after(6, 19, 73, counts)


def duplicate(board):
    t = Transcript(
        board, "duplicates",
        "A train that comes again is answered and not fired: as the same frame, under its"
        " number in a new frame, in a new session, after a loss of power.")
    t.ready()
    data = t.trains(1, SMALL)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    t.raw("the same frame again", data)
    t.run([("STATUS", {"isGap": 0, "done": 1})])
    t.trains(1, SMALL)
    t.run([outcome(1, "fired", "none", 0x51, 3, 12)])
    t.ready(8, taken=1, up=12)
    t.trains(1, SMALL)
    t.run([outcome(1, "fired", "none", 0x51, 3, 12)])
    t.power()
    t.ready(9, taken=1, up=12)
    t.trains(1, SMALL)
    t.run([outcome(1, "fired", "none", 0x51, 3, 12)])
    t.after(1, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})


def gaps(board):
    t = Transcript(
        board, "gaps",
        "What comes too early is dropped and asked for: a train number, and a frame.")
    t.ready()
    t.trains(3, SMALL)
    t.run([("ERROR", {"reason": REASONS["gap"], "type": 0x26, "number": 1})])
    # A frame is lost: the next one is dropped, and the board says so once.
    lost = wire.frame("TRAINS", t.host.session, t.host.sequence, t.host.expected, {
        "first": 1, "notAfter": 0, "envelope": t.host.envelope, "isChained": 0, "trains": [SMALL]})
    t.host.sequence += 1
    second = t.trains(2, train("down", (0, 1), (0, 1), 1, 0x52))
    t.run([("STATUS", {"isGap": 1, "done": 0})])
    t.raw("the same frame, still too early", second)
    t.run()
    t.raw("the frame that was lost", lost)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    t.raw("the one behind it", second)
    t.run([fired(2, 12, 1)], [[0, [0], [0], "down", 1]])
    t.after(2, 12, 1, {**{cell: (3, 0) for cell in SMALL_CELLS}, (0, 0, 0): (0, 1)})


def conflict(board):
    t = Transcript(
        board, "conflict",
        "A number that comes with another digest: the board disarms until it is powered "
        "again, and rejects what follows.")
    t.ready()
    t.trains(1, SMALL)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    t.trains(1, {**SMALL, "digest": 0x99})
    t.run([("ERROR", {"reason": REASONS["conflict"], "type": 0x26, "number": 1})])
    t.trains(2, train("up", (0, 1), (0, 1), 1, 0x52))
    t.run([outcome(2, "rejected", "conflict", 0x52)])
    t.arm(is_armed=0, reason=REASONS["conflict"])
    t.hello(8, taken=2, fault=REASONS["conflict"])
    t.power()
    t.ready(9, taken=2, fault=0)
    t.trains(3, train("up", (0, 1), (0, 1), 1, 0x53))
    t.run([fired(3, 13, 0)], [[0, [0], [0], "up", 1]])
    t.after(3, 13, 0, {**{cell: (3, 0) for cell in SMALL_CELLS}, (0, 0, 0): (1, 0)})


def stale(board):
    t = Transcript(
        board, "stale session",
        "Frames of another session change nothing.")
    t.ready(7)
    old = t.host.session
    t.hello(8, taken=0)
    for session in (old, 0x7777, 0):
        t.trains(1, SMALL, session=session, sequence=0)
        t.run([("STALE", {"session": t.host.session})])
    t.set_envelope()
    t.profile()
    t.trains(1, SMALL, session=old, sequence=2)
    t.run([("STALE", {"session": t.host.session})])
    # Nobody has armed this session.
    t.trains(1, SMALL)
    t.run([outcome(1, "rejected", "not armed", 0x51)])
    t.after(1, 0, 0, {})


def expired(board):
    t = Transcript(
        board, "expired",
        "A train is not begun after its time, and uses its number up.")
    t.ready()
    t.trains(1, SMALL, not_after=2 * SECOND)
    t.clock(2 * SECOND + 1)
    t.run([outcome(1, "rejected", "expired", 0x51)])
    t.trains(2, SMALL, not_after=3 * SECOND)
    t.clock(3 * SECOND)
    t.run([fired(2, 12, 0)], [SMALL_PULSES])
    t.after(2, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})


def rejected(board):
    t = Transcript(
        board, "rejected",
        "What a board may not do uses its number up, also over a loss of power: each of "
        "these is asked for once.")
    t.hello()
    t.set_envelope()
    t.trains(1, SMALL)
    t.run([outcome(1, "rejected", "not armed", 0x51)])
    t.arm()
    t.trains(2, SMALL)
    t.run([outcome(2, "rejected", "profile", 0x51)])
    t.profile()
    t.trains(3, SMALL, envelope=t.host.envelope + 1)
    t.run([outcome(3, "rejected", "envelope", 0x51)])
    t.trains(4, train("up", (3, 2), (0, 1), 1, 0x54))
    t.run([outcome(4, "rejected", "geometry", 0x54)])
    t.trains(5, train("up", (0, 1), (0, 1), 1, 0x55, tile=2))
    t.run([outcome(5, "rejected", "geometry", 0x55)])
    t.trains(6, train("up", (0, 1), (0, 0), 1, 0x56))
    t.run([outcome(6, "rejected", "geometry", 0x56)])
    t.trains(7, train("counts", (0, 1), (0, 1), 1, 0x57))
    t.run([outcome(7, "rejected", "pattern", 0x57)])
    t.trains(8, train("up", (0, 1), (0, 1), 1001, 0x58))
    t.run([outcome(8, "rejected", "envelope", 0x58)])
    t.raw("a train of a kind that there is not yet", wire.frame(
        "TRAINS", t.host.session, t.host.sequence, t.host.expected, {
            "first": 9, "notAfter": 0, "envelope": t.host.envelope, "isChained": 0,
            "trains": [{**train("up", (0, 1), (0, 1), 1, 0x59), "kind": 9}]}))
    t.host.sequence += 1
    t.run([outcome(9, "rejected", "unsupported", 0x59)])
    # Behind what did not run whole nothing that is chained is begun.
    t.trains(10, SMALL, chained=1)
    t.run([outcome(10, "rejected", "chained", 0x51)])
    t.trains(11, SMALL)
    t.run([fired(11, 12, 0)], [SMALL_PULSES])
    t.power()
    t.ready(8, taken=11)
    t.send("OUTCOMES", {"first": 4, "count": 1})
    t.run([outcome(4, "rejected", "geometry", 0x54)])
    t.trains(3, SMALL)
    t.run([outcome(3, "rejected", "envelope", 0x51)])
    t.after(11, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})


def interrupted(board):
    t = Transcript(
        board, "power fails while it fires",
        "Ten pulses in groups of four: power fails after five. Four are sure, four more "
        "may have been fired, and the odometer counts eight.")
    t.ready()
    t.trains(1, train("up", (0, 1), (0, 2), 10, 0x61))
    t.step(do="cut-pulse", call=2, after=1)
    t.run(pulses=[[0, [0], [0, 1], "up", 5]], off=True)
    memory = board.dump()
    t.power()
    t.hello(8, taken=1, up=16, down=0, fault=0)
    t.send("OUTCOMES", {"first": 1, "count": 1})
    torn = outcome(1, "uncertain", "power", 0x61, 4, 8, 0, 4, 8)
    t.run([torn])
    t.after(1, 16, 0, {(0, 0, 0): (8, 0), (0, 0, 1): (8, 0)})
    # The same from the memory alone, as the power left it.
    t = Transcript(
        board, "memory of a train that power took",
        "A board that starts with this memory finishes the books of the train before it "
        "answers, fires nothing, and does not begin it again.",
                   memory)
    t.ready(8, taken=1, up=16, down=0, fault=0)
    t.trains(1, train("up", (0, 1), (0, 2), 10, 0x61))
    t.run([torn])
    t.trains(2, SMALL)
    t.run([fired(2, 28, 0)], [SMALL_PULSES])
    t.after(2, 28, 0, {(0, 0, 0): (8, 0), (0, 0, 1): (8, 0),
                       **{cell: (3, 0) for cell in SMALL_CELLS}})


def torn_intent(board):
    t = Transcript(
        board, "power fails while the intent is written",
        "The number is not taken: the same train is sent again and fired once.")
    t.ready()
    t.trains(1, SMALL)
    t.step(do="cut-write", call=1, after=20)
    t.run(off=True)
    t.power()
    t.ready(8, taken=0, up=0)
    t.trains(1, SMALL)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    t.after(1, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})
    t = Transcript(
        board, "power fails before the first pulse",
        "Counted before fired: the number is taken, and nobody can know that nothing was "
        "fired.")
    t.ready()
    t.trains(1, SMALL)
    t.step(do="cut-pulse", call=1, after=0)
    t.run(off=True)
    t.power()
    t.ready(8, taken=1, up=12)
    t.trains(1, SMALL)
    t.run([outcome(1, "uncertain", "power", 0x51, 0, 0, 0, 3, 12)])
    t.after(1, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})


def noise(board):
    t = Transcript(
        board, "noise",
        "Modem probes, wrong baud rates, damaged and foreign frames fire nothing, and are"
        " not answered but where a frame was understood.")
    for what, data in (("modem probes", b"AT\r\nAT+GCAP\r\nATI\r\n\x7eAT*\r\n"),
                       ("zeros", bytes(40)), ("a line at the wrong baud rate", b"\xf8\x80\x9e" * 30),
                       ("ones", b"\xff" * 2000), ("flushed", b"\0\0")):
        t.raw(what, data)
        t.run()
    t.send("TRAINS", {"first": 1, "notAfter": 0, "envelope": 0, "isChained": 0, "trains": [SMALL]})
    t.run([("STALE", {"session": 0})])
    t.ready()
    data = wire.frame("TRAINS", t.host.session, t.host.sequence, t.host.expected, {
        "first": 1, "notAfter": 0, "envelope": t.host.envelope, "isChained": 0, "trains": [SMALL]})
    for place in (0, 1, 5, 20, len(data) - 3):
        t.raw(f"a bit of byte {place} is another one",
              data[:place] + bytes([data[place] ^ 0x40 or 1]) + data[place + 1 :])
        t.run()
    t.raw("the last byte is lost", data[:-2] + b"\0")
    t.run()
    plain = wire.cobs_decode(data[:-1])
    t.raw("a flag of a later version", wire.cobs_encode(wire.plain_frame(
        0x26, t.host.session, t.host.sequence, t.host.expected, plain[8:-4], 0x11)) + b"\0")
    t.run()
    t.raw("another major version", wire.cobs_encode(wire.plain_frame(
        0x26, t.host.session, t.host.sequence, t.host.expected, plain[8:-4], 0x20)) + b"\0")
    t.run()
    # A right frame whose payload is a byte short: refused, and its place in the order is used up.
    t.raw("a train that is a byte short", wire.cobs_encode(wire.plain_frame(
        0x26, t.host.session, t.host.sequence, t.host.expected, plain[8:-5])) + b"\0")
    t.host.sequence += 1
    t.run([("ERROR", {"reason": REASONS["malformed"], "type": 0x26})])
    t.trains(1, SMALL)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    t.after(1, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})


def not_taken(board):
    t = Transcript(
        board, "frames that are none",
        "What frames.json rejects before the type is looked at: no answer, and not a "
        "pulse.")
    t.ready()
    rejected = json.loads((wire.FOLDER / "frames.json").read_text())["rejected"]
    for entry in rejected:
        if entry["reason"] not in ("unknown", "malformed"):
            t.raw(f"{entry['reason']}: {entry['name']}", bytes.fromhex(entry["frame"]))
            t.run()
    t.ping(6)
    t.run([("STATUS", {"tag": 6, "isGap": 0, "isArmed": 1, "done": 0})])
    t.trains(1, SMALL)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    t.after(1, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})


def lease(board):
    t = Transcript(
        board, "lease",
        "A pulse takes 20 ms, and the host is silent for more than 100 ms: after the "
        "second group of four the train stops, exactly, and the one behind it uses no "
        "number up.")
    t.ready(period=20 * 10**9, lease=100)
    t.trains(1, train("up", (0, 1), (0, 1), 40, 0x71))
    t.trains(2, SMALL)
    t.run([("STATUS", {"isArmed": 0, "reason": REASONS["lease"]}),
           outcome(1, "interrupted", "lease", 0x71, 8, 8)], [[0, [0], [0], "up", 8]])
    t.ping(5)
    t.run([("STATUS", {"tag": 5, "isArmed": 0, "reason": REASONS["lease"], "done": 1})])
    t.arm()
    t.trains(2, SMALL)
    t.run([fired(2, 20, 0)], [SMALL_PULSES])
    t.after(2, 20, 0, {(0, 0, 0): (8, 0), **{cell: (3, 0) for cell in SMALL_CELLS}})
    t = Transcript(
        board, "lease of an idle board",
        "It runs out 100 ms after the last frame, and not at 100 ms.")
    t.ready(lease=100)
    t.clock(SECOND + 100_000_000)
    t.run()
    t.clock(SECOND + 100_000_001)
    t.run([("STATUS", {"isArmed": 0, "reason": REASONS["lease"]})])
    t.trains(1, SMALL)
    t.run([outcome(1, "rejected", "not armed", 0x51)])
    t.after(1, 0, 0, {})


def emergency(board):
    t = Transcript(
        board, "emergency stop",
        "Latched over a loss of power; nothing is armed until it is cleared with its "
        "code.")
    t.ready()
    t.trains(1, SMALL)
    t.send("EMERGENCY_STOP")
    t.run([("EMERGENCY_STATE", {"isLatched": 1}),
           outcome(1, "rejected", "emergency stop", 0x51)])
    t.arm(is_armed=0, reason=REASONS["emergency stop"])
    t.power()
    t.hello(8, taken=1, emergencyStop=1)
    t.set_envelope()
    t.profile()
    t.arm(is_armed=0, reason=REASONS["emergency stop"])
    t.trains(2, SMALL)
    t.run([outcome(2, "rejected", "emergency stop", 0x51)])
    t.send("EMERGENCY_CLEAR", {"clearCode": t.clear_code ^ 1})
    t.run([("EMERGENCY_STATE", {"isLatched": 1})])
    t.send("EMERGENCY_CLEAR", {"clearCode": t.clear_code})
    t.run([("EMERGENCY_STATE", {"isLatched": 0})])
    t.arm()
    t.trains(3, SMALL)
    t.run([fired(3, 12, 0)], [SMALL_PULSES])
    # The button, or a break on the line.
    t.step(do="stop")
    t.run([("EMERGENCY_STATE", {"isLatched": 1})])
    t.after(3, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS}, latched=1)


def two_hosts(board):
    t = Transcript(
        board, "two hosts",
        "The second host's HELLO ends the first one's session: what waited is dropped and"
        " uses no number up, and what the first one sends then is stale.")
    t.ready(7)
    first = t.host
    t.trains(1, SMALL)
    second = Host()
    t.hello(1234, host=second, taken=0)
    t.trains(1, SMALL, host=first)
    t.run([("STALE", {"session": second.session})])
    t.ping(3, host=first)
    t.run([("STALE", {"session": second.session})])
    t.host = second
    t.set_envelope()
    t.profile()
    t.arm()
    t.trains(1, SMALL)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    # The same HELLO again is answered again and changes nothing.
    session = second.session
    acknowledged = second.expected, second.sequence
    t.hello(1234, taken=1, session=session)
    second.expected, second.sequence = acknowledged
    t.trains(2, train("down", (0, 1), (0, 1), 1, 0x52))
    t.run([fired(2, 12, 1)], [[0, [0], [0], "down", 1]])
    t.after(2, 12, 1, {**{cell: (3, 0) for cell in SMALL_CELLS}, (0, 0, 0): (0, 1)})


def stop(board):
    t = Transcript(
        board, "stop",
        "STOP overtakes the trains that wait: they are rejected by number.")
    t.ready()
    t.trains(1, SMALL)
    t.trains(2, SMALL)
    t.send("STOP")
    t.run([outcome(1, "rejected", "stopped", 0x51), outcome(2, "rejected", "stopped", 0x51)])
    t.trains(3, SMALL)
    t.run([fired(3, 12, 0)], [SMALL_PULSES])
    t.after(3, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})


def dry(board):
    t = Transcript(
        board, "dry session",
        "Everything is done but the pulses, in books of their own.")
    t.ready()
    t.trains(1, SMALL)
    t.run([fired(1, 12, 0)], [SMALL_PULSES])
    t.hello(8, is_dry=1, taken=0, up=0)
    t.set_envelope()
    t.profile()
    t.arm()
    t.trains(1, train("down", (0, 4), (0, 6), 5, 0x91))
    t.run([fired(1, 0, 120)])
    t.after(1, 12, 0, {cell: (3, 0) for cell in SMALL_CELLS})


def reads(board):
    t = Transcript(
        board, "reads",
        "A sample of a cell is 100 times its tile, ten times its row and its column, together, and takes "
        "1 us. Sums come row by row; those of a train before its outcome.")
    t.ready()

    def reading(request, cells, first, width, sums, averages, **of_train):
        return ("READING", {
            "train": 0, "request": request, "afterSteps": 0, "first": first, "cells": cells,
            "averages": averages, "saturated": 0, "duration": 1000 * averages, "width": width,
            "sums": {"hex": b"".join(sum.to_bytes(width, "little") for sum in sums).hex()},
            **of_train})

    def read(request, rows, columns, averages, tile=0, amplitude=0):
        t.send("READ", {"request": request, "tile": tile, "row": rows[0], "rows": rows[1],
                        "column": columns[0], "columns": columns[1], "averages": averages,
                        "amplitude": amplitude})

    read(0xABCD, (1, 2), (3, 2), 3, tile=1)
    t.run([reading(0xABCD, 4, 0, 2, [339, 342], 3), reading(0xABCD, 4, 2, 2, [369, 372], 3)])
    # Sixteen samples of 12 bits fit into two bytes, seventeen need four.
    read(2, (0, 1), (1, 1), 16)
    t.run([reading(2, 1, 0, 2, [16], 16)])
    read(3, (0, 1), (1, 1), 17)
    t.run([reading(3, 1, 0, 4, [17], 17)])
    refused = lambda kind, request, reason: ("REFUSED", {
        "type": kind, "request": request, "reason": REASONS[reason]})
    read(4, (3, 2), (0, 1), 1)
    t.run([refused(0x28, 4, "geometry")])
    read(5, (0, 1), (0, 1), 0)
    t.run([refused(0x28, 5, "unsupported")])
    t.send("MULTIPLY", {"request": 6, "tile": 0, "row": 0, "rows": 1, "column": 0, "columns": 1,
                        "isTransposed": 0, "input": {"hex": "ff7f"}})
    t.run([refused(0x2B, 6, "unsupported")])
    # Two groups of steps with a read after each: four pulses of 1 us and two samples of two cells.
    t.trains(1, train("up", (2, 1), (4, 2), 4, 0xA1, read_every=2))
    t.run([reading(0, 2, 0, 2, [24, 25], 1, train=1, afterSteps=2),
           reading(0, 2, 0, 2, [24, 25], 1, train=1, afterSteps=4),
           ("OUTCOME", {"first": 1, "up": 8, "down": 0, "outcomes": [
               {"status": 1, "reason": 0, "digest": 0xA1, "steps": 4, "up": 8, "down": 0,
                "uncertain": 0, "duration": 6000, "energy": UNKNOWN}]})],
          [[0, [2], [4, 5], "up", 4]])
    cells = [(4, 0) if cell in (16, 17) else (0, 0) for cell in range(24)]
    digest = wire.crc32c(b"".join(
        up.to_bytes(4, "little") + down.to_bytes(4, "little") for up, down in cells))
    t.send("COUNTS", {"tile": 0, "block": 0, "blocks": 1, "onlyDigests": 1})
    t.run([("DIGESTS", {"tile": 0, "block": 0,
                        "digests": {"hex": digest.to_bytes(4, "little").hex()}})])
    t.send("COUNTS", {"tile": 0, "block": 1, "blocks": 1, "onlyDigests": 1})
    t.run([refused(0x29, 0, "geometry")])
    t.after(1, 8, 0, {(0, 2, 4): (4, 0), (0, 2, 5): (4, 0)})


def main():
    board = player.Player("native", sys.argv[1])
    for make in (normal, duplicate, gaps, conflict, stale, expired, rejected, interrupted,
                 torn_intent, noise, not_taken, lease, emergency, two_hosts, stop, dry, reads):
        make(board)
    board.end()
    entries = [{"name": t.name, "about": t.about, "memory": t.memory, "steps": t.steps,
                "after": t.books, "digest": f"{t.digest:08x}"} for t in Transcript.all]
    lines = []
    for entry in entries:
        steps = ",\n      ".join(json.dumps(step) for step in entry.pop("steps"))
        head = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in entry.items())
        lines.append("    {" + head + ',\n     "steps": [\n      ' + steps + "]}")
    text = ('{\n  "about": "What a board is sent, and what it must answer, fire and remember.",\n'
            '  "transcripts": [\n' + ",\n".join(lines) + "\n  ]\n}\n")
    path = wire.FOLDER / "transcripts.json"
    if "--check" in sys.argv:
        if not path.exists() or path.read_text() != text:
            sys.exit("transcripts.json is not what transcripts.py writes: run make generate")
    else:
        path.write_text(text)
    fired_pulses = sum(len(step.get("pulses", ())) for t in Transcript.all for step in t.steps)
    print(f"transcripts.json: {len(entries)} transcripts, "
          f"{sum(len(t.steps) for t in Transcript.all)} steps, pulses at {fired_pulses} places")


if __name__ == "__main__":
    main()
