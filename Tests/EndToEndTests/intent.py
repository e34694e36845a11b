"""A consumer that wants an order and prints what becomes of it: intent.py SOCKET NAME [CONSUMER [FLOOD]]

With a name it is durable, and wants one order more than it has had reports. CONSUMER: in whose name the intent is, if another's.
FLOOD: it sends so many and says of none of the reports that it has it; then it prints whether it was let go."""
import os
import socket
import sys

from wire import field, intent, make, read

path, name = sys.argv[1], sys.argv[2].encode()
whose = sys.argv[3].encode() if len(sys.argv) > 3 else name
note = "had"
had = int(open(note).read()) if name and os.path.exists(note) else 0
order = f"o-{had + 1}".encode()
resume = make(18, 0, bytes([8, 0, len(name), 0]) + bytes(4) + (had + 1).to_bytes(8, "little"), [name])
wanted = intent(whose, order)
line = socket.socket(socket.AF_UNIX)
line.connect(path)
line.settimeout(20)
if len(sys.argv) > 4:
    try:
        line.sendall(resume + wanted * int(sys.argv[4]))
        while line.recv(1 << 16): pass
    except (BrokenPipeError, ConnectionResetError): pass
    except TimeoutError: sys.exit("still there")
    sys.exit(print("let go"))
line.sendall((resume if name else b"") + wanted)
for frame in read(line.makefile("rb")):
    if frame.kind != 13: continue
    start = frame.fixed_words * 8 + (field(frame, "H", 80) + 7) // 8 * 8
    said = frame.payload[start:start + field(frame, "H", 82)]
    if said != order: continue
    reasons = {0: "-", 9: "authentication", 15: "tradingOff", 16: "noGateway"}
    print({0: "taken", 4: "rejected"}[field(frame, "B", 8)], reasons[field(frame, "B", 12)], said.decode())
    break
if name: open(note, "w").write(str(had + 1))
