"""Trials of a trading switch: switches.py SOCKET ORDER-SOCKET TRIALS SEED

Consumer, operator and the order process of a venue in one: so what has passed when an answer is there is known to the byte, as
dispatch wrote it to a socket of ours before it answered. Prints how many intents passed after off was acknowledged, how many were
refused while on, how many were neither passed nor refused, or both."""
import random
import select
import socket
import sys
import time

from wire import intent, length, make

path, gate, trials, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def command(verb, name, enabled=0, target=b""):
    return make(16, 0, (1).to_bytes(8, "little") + bytes([verb, enabled, len(name), 0, len(target), 0, 0, 0]) + bytes(8),
                [name, target])


class Ear:
    """Frames of a socket: kind and bytes."""
    def __init__(self, line, again=None):
        self.line, self.data, self.again = line, b"", again

    def frames(self, wait):
        """What is there; with `wait`, at least one."""
        found = []
        while True:
            while len(self.data) >= 16 and len(self.data) >= length(self.data):
                size = length(self.data)
                found.append(self.data[:size])
                self.data = self.data[size:]
            if not select.select([self.line], [], [], 20 if wait and not found else 0)[0]:
                if wait and not found: sys.exit("nothing comes")
                return found
            part = self.line.recv(1 << 16)
            if not part and not self.again: sys.exit("the connection has ended")
            # What was cut off has not come.
            if not part: self.line, self.data = self.again(), b""
            self.data += part


intents = [intent(b"grid", b"o-%02d" % number) for number in range(64)]
numbers = {whole[-8:][:4]: number for number, whole in enumerate(intents)}
door = socket.socket(socket.AF_UNIX)
door.bind(gate)
door.listen()
door.settimeout(20)
order = Ear(door.accept()[0], lambda: door.accept()[0])
consumer, operator = (Ear(socket.socket(socket.AF_UNIX)) for _ in range(2))
for ear in (consumer, operator): ear.line.connect(path)
consumer.line.sendall(command(10, b"grid", target=b"stats"))
switch = [command(4, b"", isOn, b"grid") for isOn in (0, 1)]
acknowledged = lambda ear: any(frame[11] == 17 for frame in ear.frames(True))


spans = []


def turn(isOn):
    start = time.monotonic()
    operator.line.sendall(switch[isOn])
    while not acknowledged(operator): pass
    spans.append((time.monotonic() - start) * 1000)


def passed():
    return [numbers[frame[-8:][:4]] for frame in order.frames(False) if frame[11] == 12]


def refused(count):
    """Reports that orders were rejected, until there are so many."""
    found = []
    while len(found) < count:
        for frame in consumer.frames(True):
            # Behind header and names: execReport, and its clientOrderId at the end.
            if frame[11] == 13: found.append(numbers[frame[-8:][:4]])
    return found


while not acknowledged(consumer): pass
dice = random.Random(seed)
late = early = odd = 0
for trial in range(trials):
    turn(1)
    before, during, after = (dice.randrange(1, 5) for _ in range(3))
    consumer.line.sendall(b"".join(intents[:before]))
    done = []
    # Whatever is refused now is refused while on.
    while len(done) < before:
        ready = select.select([order.line, consumer.line], [], [], 20)[0]
        if not ready: sys.exit("nothing comes")
        done += passed()
        wrong = sum(frame[11] == 13 for frame in consumer.frames(False))
        early += wrong
        done += [-1] * wrong
    # These race with the switch: each passes or is refused.
    # Now and then so many that the order process, which does not read yet, has no room for all.
    racing = sorted(10 + number % 10 for number in range(during if trial % 100 else 600))
    if len(racing) == 600:
        # All are with dispatch when off comes: what the socket did not take is in its hands.
        consumer.line.sendall(b"".join(intents[number] for number in racing) + command(10, b"grid", target=b"stats"))
        while not acknowledged(consumer): pass
        # Every other time it reads no more instead, as if it were killed: what it has got whole passed, and nothing else.
        if trial % 200: order.line.shutdown(socket.SHUT_RD)
        else: turn(0)
    elif dice.random() < 0.5:
        consumer.line.sendall(b"".join(intents[number] for number in racing))
        turn(0)
    else:
        operator.line.sendall(switch[0])
        consumer.line.sendall(b"".join(intents[number] for number in racing))
        while not acknowledged(operator): pass
    through = passed()
    if len(racing) == 600 and trial % 200: turn(0)
    # From here on nothing may pass.
    last = list(range(20, 20 + after))
    consumer.line.sendall(b"".join(intents[number] for number in last))
    back = refused(len(racing) - len(through) + len(last))
    late += len(passed())
    odd += sorted(through + back) != racing + last
print(f"{trials} trials: {late} passed after off, {early} refused while on, {odd} lost or doubled")
spans.sort()
print(f"a switch took {spans[len(spans) // 2]:.2f} ms, {spans[len(spans) * 99 // 100]:.2f} ms (p99)", file=sys.stderr)
