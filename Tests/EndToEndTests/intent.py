"""A consumer that wants an order and prints what becomes of it: intent.py SOCKET NAME [CONSUMER [FLOOD]]

With a name it is durable, and wants one order more than it has had reports. CONSUMER: in whose name the intent is, if another's.
FLOOD: it sends so many and says of none of the reports that it has it; then it prints whether it was let go."""
import os
import socket
import sys
from types import SimpleNamespace

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Examples/python"))
from penstock import encode, field, read  # noqa: E402

path, name = sys.argv[1], sys.argv[2].encode()
whose = sys.argv[3].encode() if len(sys.argv) > 3 else name
fields = "flags position first_sequence last_sequence happened received id cause epoch routing_version".split()


def make(kind, channel, fixed, texts, venue="", symbol=""):
    payload = fixed + b"".join(text + bytes(-len(text) % 8) for text in texts)
    return encode(SimpleNamespace(**dict.fromkeys(fields, 0), kind=kind, part=1, parts=1, channel=channel,
                                  fixed_words=len(fixed) // 8, venue=venue, symbol=symbol, hops=(0,) * 8, payload=payload))


note = "had"
had = int(open(note).read()) if name and os.path.exists(note) else 0
order = f"o-{had + 1}".encode()
resume = make(18, 0, bytes([8, 0, len(name), 0]) + bytes(4) + (had + 1).to_bytes(8, "little"), [name])
intent = make(12, 8, bytes([0xFF, 0, 0, 1, 0, 0, 0, 0]) + (15).to_bytes(8, "little") + (2).to_bytes(8, "little") + bytes(16)
              + bytes([len(whose), 0, len(order), 0, 0, 0, 0, 0]), [whose, order], "kraken", "BTC-USD")
line = socket.socket(socket.AF_UNIX)
line.connect(path)
line.settimeout(20)
if len(sys.argv) > 4:
    try:
        line.sendall(resume + intent * int(sys.argv[4]))
        while line.recv(1 << 16): pass
    except (BrokenPipeError, ConnectionResetError): pass
    except TimeoutError: sys.exit("still there")
    sys.exit(print("let go"))
line.sendall((resume if name else b"") + intent)
for frame in read(line.makefile("rb")):
    if frame.kind != 13: continue
    start = frame.fixed_words * 8 + (field(frame, "H", 80) + 7) // 8 * 8
    said = frame.payload[start:start + field(frame, "H", 82)]
    if said != order: continue
    reasons = {0: "-", 9: "authentication", 15: "tradingOff", 16: "noGateway"}
    print({0: "taken", 4: "rejected"}[field(frame, "B", 8)], reasons[field(frame, "B", 12)], said.decode())
    break
if name: open(note, "w").write(str(had + 1))
