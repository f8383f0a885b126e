"""Records transcripts: what a host sends, and what is stated of what the board does then."""

import sys

import wire

UNKNOWN = (1 << 64) - 1
SECOND = 1_000_000_000


def fits(stated, got):
    """Whether a value is what was stated: of a structure some fields, of a list all entries."""
    if isinstance(stated, dict):
        return isinstance(got, dict) and all(
            name in got and fits(value, got[name]) for name, value in stated.items())
    if isinstance(stated, list):
        return len(stated) == len(got) and all(map(fits, stated, got))
    return stated == got


class Host:
    """One host's end of a session."""

    def __init__(self):
        self.session = self.sequence = self.expected = self.envelope = 0


class Transcript:
    all = []

    def __init__(self, board, name, about, memory=()):
        self.board, self.name, self.about = board, name, about
        self.memory, self.steps, self.clear_code = [list(run) for run in memory], [], 0
        self.host = Host()
        board.load(self.memory)
        Transcript.all.append(self)
        self.clock(SECOND)
        self.power()

    def fail(self, text):
        sys.exit(f"FAILED: {self.name}, step {len(self.steps)}: {text}")

    def step(self, **step):
        """A step at which nothing is sent or fired."""
        sent, pulses, is_off = self.board.play(step)
        if sent or pulses or is_off:
            self.fail(f"{step} sent {sent}, fired {pulses}")
        self.steps.append(step)

    def power(self):
        self.step(do="start")

    def clock(self, to):
        self.step(do="clock", to=to)

    # -- What the host sends --

    def raw(self, what, data):
        self.step(do="in", about=what, bytes=data.hex())

    def send(self, message, fields=None, host=None, again=False, sequence=None, session=None):
        """A message; a numbered one takes the next number."""
        host = host or self.host
        declared = wire.MESSAGES[message]
        number = host.sequence if sequence is None else sequence
        used = host.session if session is None else session
        data = wire.frame(message, used if declared["session"] else 0, number, host.expected,
                          fields or {})
        self.step(do="in", message=message, bytes=data.hex())
        if declared["sequenced"] and sequence is None:
            host.sequence = (host.sequence + 1) % 65536
        return data

    def ping(self, tag, is_gap=0, host=None):
        self.send("PING", {"isGap": is_gap, "tag": tag}, host=host)

    # -- What the board does --

    def run(self, answers=(), pulses=(), off=False, host=None):
        """Lets the board work: answers and pulses are all that there may be."""
        host = host or self.host
        step = {"do": "run"}
        sent, fired, is_off = self.board.play(step)
        got = []
        for encoded in bytes.fromhex(sent).split(b"\0")[:-1]:
            reason, held = wire.judge(encoded)
            if reason:
                self.fail(f"the board sent a frame that is not to be taken: {reason}")
            got.append(held)
        for held in got:
            if wire.MESSAGES[held["message"]]["sequenced"] and held["sequence"] == host.expected:
                host.expected += 1
        told = []
        for held in got:
            stated = dict(zip(("message", "fields"), answers[len(told)])) \
                if len(told) < len(answers) else {}
            # A STATUS that only gives credit may come besides.
            if held["message"] != "STATUS" or held["fields"]["isGap"] or stated and fits(stated, held):
                told.append((held, stated))
        if not is_off and (len(told) != len(answers)
                           or not all(fits(stated, held) for held, stated in told)):
            self.fail("expected\n  " + "\n  ".join(map(str, answers)) + "\ngot\n  " + "\n  ".join(
                f"{held['message']} {held['fields']}" for held in got))
        if fired != [list(pulse) for pulse in pulses] or is_off != off:
            self.fail(f"expected {list(pulses)}, {off}; fired {fired}, power off: {is_off}")
        for held in got:
            if held["message"] == "HELLO_ACK":
                host.session, host.sequence, host.expected = held["fields"]["session"], 0, 0
            if held["message"] == "ENVELOPE":
                host.envelope = held["fields"]["envelope"]
            if "clearCode" in held["fields"]:
                self.clear_code = held["fields"]["clearCode"]
        if sent:
            step["answers"] = [{"message": name, "fields": fields} for name, fields in answers]
            step["out"] = sent
        if fired:
            step["pulses"] = fired
        if is_off:
            step["off"] = True
        self.steps.append(step)
        return got

    # -- What comes again and again --

    def hello(self, nonce=7, host=None, is_dry=0, **stated):
        self.send("HELLO", {"nonce": nonce, "leastMinor": 0, "mostMinor": 0, "isDry": is_dry,
                            "program": "vectors"}, host=host)
        return self.run([("HELLO_ACK", {"nonce": nonce, "isDry": is_dry, **stated})],
                        host=host)[0]["fields"]

    def profile(self, period=1_000_000):
        """A pulse of 1 V and 100 ns; periods are in ps."""
        fields = {"profile": 0, "amplitude": 1_000_000, "width": 100_000, "rise": 10_000,
                  "fall": 10_000, "period": period, "compliance": 0}
        self.send("PROFILE", fields)
        self.run([("PROFILE_SET", fields)])

    def set_envelope(self):
        self.send("SET_ENVELOPE", {
            "amplitude": 1_200_000, "formingAmplitude": 1_200_000, "leastWidth": 0,
            "mostWidth": 10**12, "voltSeconds": UNKNOWN, "leastPeriod": 0, "compliance": 0,
            "steps": 1000, "odometer": 100_000})
        self.run([("ENVELOPE", {"amplitude": 1_200_000, "steps": 1000, "odometer": 100_000})])

    def arm(self, lease=60_000, is_armed=1, reason=0):
        self.send("ARM", {"envelope": self.host.envelope, "lease": lease, "forForming": 0})
        self.run([("ARMED", {"isArmed": is_armed, "reason": reason,
                             "lease": lease if is_armed else 0})])

    def ready(self, nonce=7, period=1_000_000, lease=60_000, **stated):
        """A session that may fire."""
        self.hello(nonce, **stated)
        self.set_envelope()
        self.profile(period)
        self.arm(lease)

    def trains(self, first, *trains, not_after=0, chained=0, envelope=None, **where):
        return self.send("TRAINS", {
            "first": first, "notAfter": not_after,
            "envelope": self.host.envelope if envelope is None else envelope,
            "isChained": chained, "trains": list(trains)}, **where)

    def after(self, taken, up, down, counts, latched=0, fault=0):
        """Power goes and comes: what the board remembers. Counts are (tile, row, column): (up, down)."""
        self.power()
        self.hello(99, taken=taken, up=up, down=down, emergencyStop=latched, fault=fault)
        for tile in range(2):
            self.send("COUNTS", {"tile": tile, "block": 0, "blocks": 1, "onlyDigests": 0})
            cells = [counts.get((tile, row, column), (0, 0))
                     for row in range(4) for column in range(6)]
            self.run([("COUNT_BLOCK", {"tile": tile, "cell": 0, "counts": [
                {"up": cell[0], "down": cell[1]} for cell in cells]})])
        self.books = {"taken": taken, "up": up, "down": down, "emergencyStop": bool(latched),
                      "cells": [{"tile": place[0], "row": place[1], "column": place[2],
                                 "up": count[0], "down": count[1]}
                                for place, count in sorted(counts.items())]}
        self.digest = self.board.digest()
