#!/usr/bin/env python3
"""usage: trades.py SIZE < FRAMES > FRAMES

A stage: passes on every hello and the trades of at least SIZE, untouched."""
import os
import sys
from decimal import Decimal
from penstock import HELLO, TRADE, Defect, field, read


def size(trade):
    exponent = field(trade, "b", 17)
    return Decimal(field(trade, "q", 8)).scaleb(exponent) if exponent != -128 else Decimal(0)


if len(sys.argv) != 2:
    sys.exit(print(__doc__, file=sys.stderr) or 64)
least = Decimal(sys.argv[1])
try:
    for frame in read(sys.stdin.buffer):
        if frame.kind == HELLO or (frame.kind == TRADE and size(frame) >= least):
            sys.stdout.buffer.write(frame.bytes)
            sys.stdout.buffer.flush()
except Defect as defect:
    text, status = defect.args
    sys.exit(print("trades.py: standard input:", text, file=sys.stderr) or status)
except BrokenPipeError:
    os._exit(74)  # the reader is gone; there is nothing left to write to
