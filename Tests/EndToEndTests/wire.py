"""Frames for the scripts beside it: orders, and the words around them."""
import os
import sys
from types import SimpleNamespace

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Examples/python"))
from penstock import encode, field, length, read  # noqa: E402, F401

fields = "flags position first_sequence last_sequence happened received id cause epoch routing_version".split()


def make(kind, channel, fixed, texts, venue="", symbol="", flags=0):
    payload = fixed + b"".join(text + bytes(-len(text) % 8) for text in texts)
    return encode(SimpleNamespace(**(dict.fromkeys(fields, 0) | dict(flags=flags)), kind=kind, part=1, parts=1, channel=channel,
                                  fixed_words=len(fixed) // 8, venue=venue, symbol=symbol, hops=(0,) * 8, payload=payload))


def intent(consumer, order):
    """Two at 15, of BTC-USD on Kraken."""
    fixed = bytes([0xFF, 0, 0, 1, 0, 0, 0, 0]) + (15).to_bytes(8, "little") + (2).to_bytes(8, "little") + bytes(16)
    return make(12, 8, fixed + bytes([len(consumer), 0, len(order), 0, 0, 0, 0, 0]), [consumer, order], "kraken", "BTC-USD")
