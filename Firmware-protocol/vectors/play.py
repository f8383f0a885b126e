#!/usr/bin/env python3
"""Plays transcripts.json to boards with the reference core: play.py NAME=COMMAND...

Each command is tests/transcript_board.c somewhere. What it sends, fires and remembers must be what the
transcripts say, byte by byte.
"""

import json
import sys

import player
import wire


def play(board, transcript):
    """What is not as it must be."""
    board.load(transcript["memory"])
    for number, step in enumerate(transcript["steps"]):
        sent, pulses, is_off = board.play(step)
        for what, got in (("out", sent), ("pulses", pulses), ("off", is_off)):
            expected = step.get(what, type(got)())
            if got != expected:
                yield f"step {number}: {what}: expected {expected}, got {got}"
    digest = f"{board.digest():08x}"
    if digest != transcript["digest"]:
        yield f"memory: digest {digest}, not {transcript['digest']}"


def main():
    transcripts = json.loads((wire.FOLDER / "transcripts.json").read_text())["transcripts"]
    failures = 0
    for argument in sys.argv[1:]:
        name, _, command = argument.partition("=")
        board = player.Player(name, command)
        for transcript in transcripts:
            for failure in play(board, transcript):
                failures += 1
                print(f"{name}: {transcript['name']}: {failure}"[:600])
        board.end()
        steps = sum(len(transcript["steps"]) for transcript in transcripts)
        print(f"{name}: {len(transcripts)} transcripts, {steps} steps, {failures} failures")
    if failures or len(sys.argv) < 2:
        sys.exit("FAILED")


if __name__ == "__main__":
    main()
