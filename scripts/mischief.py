"""Faults drawn at random from a seed, and the control socket at which they are set.

usage: mischief.py DOOR SECONDS [SEED]

So long, sets one fault each second, which strikes once, at one of the exchange's venues. Prints how many of each kind.
"""

import random
import socket
import sys
import time

QUOTES = {"binance": "USDT"}
BASES = ["BTC", "ETH", "SOL", "XRP", "LTC", "DOGE", "ADA", "DOT", "LINK", "AVAX"]
# At most so many are set at a venue; older ones are cleared. The exchange takes 256.
SET_MAX = 40
PAYLOADS = ["utf8", "deep", "types", "truncated", "frame", "huge"]
# What nothing in the messages of a venue shows: its books are wrong until they are refreshed.
UNSEEN = {"coinbase-exchange": {"drop", "reorder"}}


def symbols(venue, count):
    """The exchange's markets at a venue, as people name them."""
    made_up = [f"T{number}" for number in range(len(BASES), count)]
    return [f"{base}-{QUOTES.get(venue, 'USD')}" for base in (BASES + made_up)[:count]]


class Door:
    """A control socket: words in, an answer out."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")

    def say(self, words):
        self.socket.sendall(words.encode() + b"\n")
        answer = self.lines.readline().strip()
        if not answer.startswith("ok"):
            raise RuntimeError(f"'{words}': {answer or 'nobody there'}")
        return answer


class Mischief:
    """Faults of all kinds, with when and how often; the same seed draws the same."""

    def __init__(self, seed, venue, names):
        self.dice = random.Random(f"{seed} {venue}")
        self.venue, self.names = venue, names

    def lasting(self):
        """One that strikes again and again until it is cleared."""
        dice = self.dice
        kinds = {
            "drop": lambda: f"drop{self.target()}@{self.when()}",
            "repeat": lambda: f"repeat{self.target()}@{self.when()}",
            "reorder": lambda: f"reorder{self.target()}@{self.when()}",
            "checksum": lambda: f"checksum{self.target()}@every={dice.randint(3, 20)}s",
            "crossed": lambda: f"crossed{self.target()}@{self.when()}",
            "stall": lambda: f"stall{self.channel()}@every={dice.randint(4, 9)}s,for={dice.randint(500, 3500)}ms",
            "mute": lambda: f"mute@every={dice.randint(5, 9)}s,for={dice.randint(1, 4)}s",
            "cut": lambda: f"cut@every={dice.randint(3, 15)}s",
            "cut-inside": lambda: f"cut-inside@chance=1/{dice.randint(200, 3000)}",
            "half-open": lambda: f"half-open@every={dice.randint(8, 20)}s",
            "slow": lambda: f"slow@chance=1/{dice.randint(1, 4)},by={dice.randint(100, 3000)}ms",
            "429": lambda: f"429@every={dice.randint(4, 15)}s,retry={dice.randint(1, 4)}s",
            "418": lambda: f"418@every={dice.randint(8, 20)}s,retry={dice.randint(2, 8)}s",
            "5xx": lambda: f"5xx@chance=1/{dice.randint(1, 5)}",
            "old-snapshot": lambda: f"old-snapshot@chance=1/{dice.randint(1, 3)}",
            "daily-cut": lambda: f"daily-cut@every={dice.randint(4, 15)}s",
            "shutdown": lambda: f"shutdown@every={dice.randint(4, 15)}s,by={dice.randint(1, 4)}s",
            "hostile": lambda: f"hostile@every={dice.randint(2, 15)}s,payload={dice.choice(PAYLOADS)}",
        }
        return self.drawn(kinds)

    def single(self):
        """One that strikes once, and soon."""
        dice = self.dice
        kinds = {
            kind: lambda kind=kind: f"{kind}{self.target()}@count=1"
            for kind in ("drop", "repeat", "reorder", "checksum", "crossed")
        }
        kinds |= {
            kind: lambda kind=kind: f"{kind}@count=1" for kind in ("cut", "cut-inside", "half-open", "daily-cut", "5xx")
        }
        kinds |= {
            "stall": lambda: f"stall{self.channel()}@for={dice.randint(500, 3000)}ms",
            "mute": lambda: f"mute@for={dice.randint(1, 4)}s",
            "slow": lambda: f"slow@count=1,by={dice.randint(100, 3000)}ms",
            "429": lambda: f"429@count=1,retry={dice.randint(1, 4)}s",
            "418": lambda: f"418@count=1,retry={dice.randint(2, 8)}s",
            "old-snapshot": lambda: "old-snapshot@count=1",
            "shutdown": lambda: f"shutdown@count=1,by={dice.randint(1, 4)}s",
            "hostile": lambda: f"hostile@count=1,payload={dice.choice(PAYLOADS)}",
        }
        return self.drawn(kinds)

    def drawn(self, kinds):
        unseen = UNSEEN.get(self.venue, set()) | (set() if self.venue == "kraken" else {"checksum"})
        return kinds[self.dice.choice(sorted(set(kinds) - unseen))]()

    def target(self):
        return "" if self.dice.random() < 0.5 else ":" + self.dice.choice(self.names)

    def channel(self):
        return ":" + self.dice.choice(["book", "trade", "ticker", "book+" + self.dice.choice(self.names)])

    def when(self):
        dice = self.dice
        return f"chance=1/{dice.randint(50, 800)}" if dice.random() < 0.5 else f"every={dice.randint(2, 15)}s"


def main():
    door, seconds = Door(sys.argv[1]), float(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    venues = ["binance", "coinbase", "kraken"]
    drawers = {venue: Mischief(seed, venue, symbols(venue, 10)) for venue in venues}
    dice, struck, pending = random.Random(seed), {}, {venue: [] for venue in venues}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        venue = dice.choice(venues)
        fault = drawers[venue].single()
        pending[venue].append(door.say(f"fault {venue}:{fault}").split()[-1])
        kind = fault.split("@")[0].split(":")[0]
        struck[kind] = struck.get(kind, 0) + 1
        if len(pending[venue]) > SET_MAX:
            door.say(f"clear {venue} {pending[venue].pop(0)}")
        time.sleep(1)
    print(sum(struck.values()), "faults:", " ".join(f"{kind} {struck[kind]}" for kind in sorted(struck)))


if __name__ == "__main__":
    main()
