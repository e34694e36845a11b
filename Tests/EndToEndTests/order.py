"""A process that takes orders, as far as dispatch sees it: order.py SOCKET

Takes every intent, and reports so; its reports are in a journal of its own, and go on behind what dispatch has."""
import os
import socket
import sys

from wire import field, make, read

path, note = sys.argv[1], sys.argv[1] + ".journal"


def cursor(place=None):
    name = b"order-kraken"
    place = len(journal) if place is None else place
    return make(19, 0, bytes([8, 0, len(name), 0]) + (1).to_bytes(4, "little") + place.to_bytes(8, "little"), [name])


def report(intent):
    start = intent.fixed_words * 8
    counts = [field(intent, "H", 40), field(intent, "H", 42)]
    name = intent.payload[start:start + counts[0]]
    start += (counts[0] + 7) // 8 * 8
    order = intent.payload[start:start + counts[1]]
    none = bytes([0x80] * 8)
    fixed = none + bytes(72) + bytes([counts[0], 0, counts[1], 0, 0, 0, 0, 0]) + bytes(8)
    return make(13, 8, fixed, [name, order], intent.venue, intent.symbol, flags=1)


journal = []
if os.path.exists(note): journal = list(frame.bytes for frame in read(open(note, "rb")))
if os.path.exists(path): os.unlink(path)
door = socket.socket(socket.AF_UNIX)
door.bind(path)
door.listen()
while True:
    line = door.accept()[0]
    line.sendall(make(1, 0, bytes(40), []) + cursor())
    # Reports go once dispatch has said from where on it wants them; an intent may come before that.
    has_begun = False
    for frame in read(line.makefile("rb")):
        if frame.kind == 18:
            start = max(0, field(frame, "Q", 8) - 1)
            line.sendall(cursor(min(start, len(journal))) + b"".join(journal[start:]) + cursor())
            has_begun = True
        if frame.kind == 12:
            journal.append(report(frame))
            with open(note, "ab") as out: out.write(journal[-1])
            if has_begun: line.sendall(journal[-1] + cursor())
