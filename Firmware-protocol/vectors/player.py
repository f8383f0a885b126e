"""A board that transcripts are played to: the program of tests/transcript_board.c, wherever it runs."""

import shlex
import subprocess
import sys
import threading

SECONDS = 120


class Player:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.watch = threading.Timer(SECONDS, self.process.kill)
        self.watch.daemon = True
        self.watch.start()

    def ask(self, command):
        """Lines that answer a command."""
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        lines = []
        while True:
            line = self.process.stdout.readline().decode().strip()
            if line == "done":
                return lines
            if not line:
                sys.exit(f"FAILED: {self.name} ended early, or took more than {SECONDS} s")
            lines.append(line)

    def end(self):
        self.watch.cancel()
        self.process.kill()
        self.process.wait()

    def load(self, memory):
        """Memory before the first start."""
        self.ask("blank")
        for at, data in memory:
            for place in range(0, len(data) // 2, 1024):
                self.ask(f"memory {at + place} {data[2 * place : 2 * place + 2048]}")

    def play(self, step):
        """Does a step: what was sent, what was fired, and whether power failed."""
        what = step["do"]
        if what == "in":
            lines = self.ask(f"in {step['bytes']}")
        elif what == "clock":
            lines = self.ask(f"clock {step['to']}")
        elif what in ("cut-pulse", "cut-write"):
            lines = self.ask(f"{what} {step['call']} {step['after']}")
        else:
            lines = self.ask(what)
        sent, pulses, is_off = "", [], False
        for line in lines:
            words = line.split()
            if words[0] == "out":
                sent += words[1]
            elif words[0] == "off":
                is_off = True
            elif words[0] == "pulse":
                lines_of = lambda mask: [n for n in range(8) if int(mask, 16) >> n & 1]
                pulse = [int(words[1]), lines_of(words[2]), lines_of(words[3]), words[4]]
                # A train may be fired in any number of calls.
                if pulses and pulses[-1][:4] == pulse:
                    pulses[-1][4] += int(words[5])
                else:
                    pulses.append(pulse + [int(words[5])])
            else:
                sys.exit(f"FAILED: {self.name}: {line}")
        return sent, pulses, is_off

    def digest(self):
        return int(self.ask("digest")[0].split()[1])

    def dump(self):
        """The memory as runs of what is not blank."""
        data = bytes.fromhex("".join(line.split()[1] for line in self.ask("dump")))
        runs, at = [], 0
        while at < len(data):
            if data[at] == 0xFF:
                at += 1
                continue
            end = at
            while end < len(data) and data[end : end + 16].strip(b"\xff"):
                end += 1
            # What was written is mostly zeros; these stay in the runs.
            runs.append([at, data[at:end].hex()])
            at = end
        return runs
