#!/usr/bin/env python3
"""usage: follow.py SOCKET JSON [NAME FILE]

A consumer of dispatch: asks for streams by a JSON object and prints a line an event. With a NAME it gets what must not be
lost, from where FILE says that it was, and connects again when the connection ends."""
import os
import random
import socket
import sys
import time
from types import SimpleNamespace
from penstock import Defect, encode, field, read

COMMAND, RESUME, CURSOR, CRITICAL, CONTROL, ORDER = 16, 18, 19, 1, 0, 8


def word(kind, fixed, text):
    """A frame of the control channel: its fixed part, and one text."""
    zeros = dict.fromkeys("flags position first_sequence last_sequence happened received id cause epoch routing_version".split(), 0)
    payload = fixed + text.encode() + bytes(-len(text.encode()) % 8)
    return encode(SimpleNamespace(**zeros, kind=kind, part=1, parts=1, channel=CONTROL, fixed_words=len(fixed) // 8,
                                  venue="", symbol="", hops=(0,) * 8, payload=payload))


def place(kind, epoch, position):
    return word(kind, bytes([ORDER, 0]) + len(name.encode()).to_bytes(2, "little") + epoch.to_bytes(4, "little")
                + position.to_bytes(8, "little"), name)


def follow(line, had):
    """Prints what comes; `had` is the place of the last counted frame that was printed, and is noted in the file."""
    line.sendall(word(COMMAND, (1).to_bytes(8, "little") + bytes(8) + len(wanted.encode()).to_bytes(8, "little"), wanted))
    if name: line.sendall(place(RESUME, had[0], had[1] + 1))
    at = None
    for frame in read(line.makefile("rb")):
        if frame.kind == CURSOR and name:
            at = [field(frame, "I", 4), field(frame, "Q", 8)]
            had[:] = max(had, at)
            with open(file + ".new", "w") as note: note.write(f"{had[0]} {had[1]}")
            os.replace(file + ".new", file)
            line.sendall(place(CURSOR, *had))
        elif name and frame.flags & CRITICAL and frame.channel != CONTROL:
            at[1] += 1
            if at > had:
                had[:] = at
                print("counted", frame.venue, frame.symbol, frame.position, flush=True)
        elif frame.channel != CONTROL:
            print(frame.kind, frame.venue, frame.symbol, frame.position, flush=True)


if len(sys.argv) not in (3, 5): sys.exit(print(__doc__, file=sys.stderr) or 64)
path, wanted = sys.argv[1:3]
name, file = sys.argv[3:5] if len(sys.argv) == 5 else ("", "")
had, wait = [0, 0], 0.05
if name and os.path.exists(file): had = [int(number) for number in open(file).read().split()]
while True:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(path)
            wait = 0.05
            follow(line, had)
    except Defect as defect:
        if defect.args[1] != 74: sys.exit(print("follow.py:", defect.args[0], file=sys.stderr) or defect.args[1])
    except OSError as error:
        if not name: sys.exit(print(f"follow.py: {path}: {error}", file=sys.stderr) or 69)
    if not name: break
    time.sleep(wait * random.uniform(0.5, 1))
    wait = min(wait * 2, 2)
