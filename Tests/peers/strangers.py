"""Strangers' clients against a simulated exchange: starts both, and compares what they heard with what it says it said.

usage: strangers.py EXCHANGE TAP FOLDER [SECONDS]

Prints a table; the status is 1 when anything differed. Ends all that it has started, by its number, however it ends.
"""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime

import judge

HERE = os.path.dirname(os.path.abspath(__file__))
VENUES = {"binance": ["BTC/USDT", "ETH/USDT", "SOL/USDT"], "kraken": ["BTC/USD", "ETH/USD", "SOL/USD"],
          "coinbase": ["BTC/USD", "ETH/USD", "SOL/USD"]}
RATE = 300
# All together, building apart; a healthy run takes half a minute.
LIMIT_SECONDS = 180
KINDS = ("book", "trade", "aggregate", "ticker", "small ticker", "quote", "final")
EXPECTED = {"ccxt binance": {"book", "trade", "ticker", "small ticker", "quote"},
            "cryptofeed binance": {"book", "aggregate", "quote"}}


class Stopped(Exception):
    pass


def wait_until(what, seconds, is_so):
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise Stopped(f"{what}: not within {seconds} s")
        time.sleep(0.1)


class Listener:
    """A client in a process of its own, and what it has said so far."""

    def __init__(self, name, venue, symbols, command, folder, environment):
        self.name, self.venue, self.symbols = name, venue, [symbol.replace("/", "-") for symbol in symbols]
        path = os.path.join(folder, f"{name}-{venue}")
        self.said_path, self.complaints_path = path + ".jsonl", path + ".err"
        with open(self.said_path, "w") as said, open(self.complaints_path, "w") as complaints:
            self.process = subprocess.Popen([sys.executable, *command], stdin=subprocess.PIPE, stdout=said,
                                            stderr=complaints, env={**os.environ, **environment})

    @property
    def size(self):
        return os.path.getsize(self.said_path)

    def said(self):
        with open(self.said_path) as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]

    def has_heard_all(self):
        if self.process.poll() is not None:
            raise Stopped(f"{self.name} {self.venue} ended by itself; see {self.complaints_path}")
        kinds = EXPECTED.get(f"{self.name} {self.venue}", {"book", "trade", "ticker"})
        heard = {(line["what"], line["symbol"]) for line in self.said()}
        return heard >= {(kind, symbol) for kind in kinds for symbol in self.symbols}

    def has_finished(self):
        return sum(line["what"] == "final" for line in self.said()) >= len(self.symbols)

    def order(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            return None


class Stage:
    """The exchange, the clients, and the end of all of them."""

    def __init__(self, exchange, tap, folder):
        self.exchange_path, self.tap_path, self.folder = exchange, tap, folder
        self.exchange, self.listeners, self.endpoints, self.ca = None, [], {}, None
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def open(self):
        with open(self.path("exchange.out"), "w") as out, open(self.path("exchange.err"), "w") as errors:
            self.exchange = subprocess.Popen(
                [self.exchange_path, *VENUES, "--state", self.path("state"), "--rate", str(RATE), "--symbols", "4",
                 "--witness", self.path("witness.frames"), "--control", self.path("control")],
                stdout=out, stderr=errors)
        wait_until("the exchange's addresses", 20, self.is_announced)
        listen = []
        for venue, symbols in VENUES.items():
            program = os.path.join(HERE, "listen_ccxt.py")
            listen.append(("ccxt", venue, symbols, [program, venue, self.endpoints[venue], self.ca, *symbols]))
        symbols = [symbol.replace("/", "-") for symbol in VENUES["binance"]]
        program = os.path.join(HERE, "listen_cryptofeed.py")
        listen.append(("cryptofeed", "binance", symbols, [program, self.endpoints["binance"], *symbols]))
        trust = {"SSL_CERT_FILE": self.ca, "REQUESTS_CA_BUNDLE": self.ca}
        for name, venue, symbols, command in listen:
            self.listeners.append(Listener(name, venue, symbols, command, self.folder, trust))

    def is_announced(self):
        if self.exchange.poll() is not None:
            raise Stopped(f"the exchange ended by itself; see {self.path('exchange.err')}")
        with open(self.path("exchange.out")) as lines:
            words = [line.split() for line in lines if line.endswith("\n")]
        self.endpoints = {word: rest for word, rest in words if word != "ca"}
        self.ca = next((rest for word, rest in words if word == "ca"), None)
        return self.ca is not None

    def rest(self):
        """Ends the market's activity, and waits until everybody has heard of all."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(10)
            control.connect(self.path("control"))
            control.sendall(b"rate 0\n")
            answer = control.recv(100)
        if not answer.startswith(b"ok"):
            raise Stopped(f"rate 0: {answer}")
        quiet = {"size": -1, "since": time.monotonic()}

        def is_quiet():
            size = sum(listener.size for listener in self.listeners)
            if size != quiet["size"]:
                quiet.update(size=size, since=time.monotonic())
            return time.monotonic() - quiet["since"] > 2.5

        wait_until("quiet after rate 0", 30, is_quiet)

    def finish(self):
        """What the clients' books are in the end."""
        for listener in self.listeners:
            listener.order("final\n")
        for listener in self.listeners:
            wait_until(f"{listener.name}'s final books of {listener.venue}", 20, listener.has_finished)
        return [f"{listener.name} {listener.venue}: ended with {status}; see {listener.complaints_path}"
                for listener in self.listeners if (status := listener.close()) != 0]

    def witness(self):
        """The witness's frames."""
        command = [self.tap_path, self.path("witness.frames"), "--json"]
        text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        return [json.loads(line) for line in text.splitlines()]

    def refused(self, frames):
        """Requests of the clients that the exchange does not answer with 200: each is asked once more."""
        asked, refused = set(), []
        trust = ssl.create_default_context(cafile=self.ca)
        for frame in frames:
            request = json.loads(bytes.fromhex(frame["data"])) if frame["kind"] == "extension" else {}
            if request.get("what") == "request":
                asked.add((frame["venue"], *request["text"].split(" ", 1)))
        for venue, method, target in sorted(asked):
            try:
                request = urllib.request.Request(self.endpoints[venue] + target, method=method)
                with urllib.request.urlopen(request, context=trust, timeout=10) as answer:
                    json.load(answer)
            except (urllib.error.URLError, ValueError) as error:
                refused.append(f"{venue} {method} {target}: {error}")
        return len(asked), refused

    def close(self):
        processes = [listener.process for listener in self.listeners] + ([self.exchange] if self.exchange else [])
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def nanos(text):
    """Nanoseconds since 1970 of an RFC 3339 time."""
    if text is None:
        return None
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole + "+00:00").timestamp())
    return seconds * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)


def true_frames(frames, venue, symbol):
    """What the witness says of one symbol: its books, trades and tickers."""
    true = {"book": [], "trade": [], "ticker": []}
    for frame in frames:
        if frame.get("venue") == venue and frame.get("symbol") == symbol and frame["kind"] != "instrument":
            true.setdefault("book" if frame["kind"].startswith("book") else frame["kind"], []).append(frame)
    return true


def compare_binance(heard, true, is_cryptofeed):
    """Everything has a sequence here."""
    yield "books, by sequence", judge.books(heard["book"], true["book"], lambda book: book["sequence"],
                                            lambda frame: int(frame["sequence"]), None, is_cryptofeed)
    yield "quotes, by sequence", judge.quotes(heard["quote"], true["ticker"], is_cryptofeed)
    if is_cryptofeed:
        yield "trades, by order", judge.aggregates(heard["aggregate"], true["trade"])
    else:
        yield "trades", judge.trades(heard["trade"], true["trade"], False)
        yield "tickers of the day", judge.days(heard["ticker"], true["trade"], true["ticker"], False)
        yield "small tickers of the day", judge.days(heard["small ticker"], true["trade"], true["ticker"], True)
    yield "final books", judge.final(heard["final"], true["book"], None)


def compare_others(heard, true, venue):
    is_kraken = venue == "kraken"
    # What a client gets from Kraken that asks for no depth.
    depth = 10 if is_kraken else None
    yield "books, by time", judge.books(heard["book"], true["book"], lambda book: nanos(book["time"]),
                                        lambda frame: int(frame["happened"]), depth, False)
    if is_kraken:
        yield "checksums of its books", judge.checksums(heard["book"])
    # Coinbase names the maker's side, and ccxt repeats it.
    yield "trades", judge.trades(heard["trade"], true["trade"], not is_kraken)
    # Unless asked for more, Kraken sends a ticker at trades only; the witness tells each change of the touch.
    moments = {int(frame["happened"]) // 1000 for frame in true["trade"]}
    yield "tickers", judge.tickers(heard["ticker"], true["ticker"],
                                   lambda frame: not is_kraken or int(frame["happened"]) // 1000 in moments)
    yield "final books", judge.final(heard["final"], true["book"], depth)


def compare(listener, frames):
    """Rows of the table: what, how many, what was wrong."""
    said = listener.said()
    complaints = [f"{line['symbol']} {line['text']}" for line in said if line["what"] == "error"]
    with open(listener.complaints_path) as lines:
        complaints += lines.read().splitlines()
    rows = {"complaints of its own": (len(complaints), complaints)}
    for symbol in listener.symbols:
        heard = {what: [line for line in said if line["what"] == what and line["symbol"] == symbol] for what in KINDS}
        true = true_frames(frames, listener.venue, symbol)
        if listener.venue == "binance":
            judgements = compare_binance(heard, true, listener.name == "cryptofeed")
        else:
            judgements = compare_others(heard, true, listener.venue)
        for what, (count, wrong) in judgements:
            counted, known = rows.get(what, (0, []))
            rows[what] = (counted + count, known + [f"{symbol}: {text}" for text in wrong])
    return rows


def run(stage, seconds):
    """Rows of the table and all that was wrong."""
    stage.open()
    wait_until("every client hears every kind of every symbol", 60,
               lambda: all(listener.has_heard_all() for listener in stage.listeners))
    time.sleep(seconds)
    stage.rest()
    wrong = stage.finish()
    frames = stage.witness()
    count, refused = stage.refused(frames)
    table = [("both", "all", "", "requests that are answered", count, len(refused))]
    wrong += refused
    for listener in stage.listeners:
        names = " ".join(symbol.split("-")[0] for symbol in listener.symbols)
        for what, (compared, differences) in compare(listener, frames).items():
            table.append((listener.name, listener.venue, names, what, compared, len(differences)))
            wrong += [f"{listener.name} {listener.venue}: {what}: {text}" for text in differences[:5]]
    return table, wrong


def stop(number, frame):
    raise Stopped(f"not within {LIMIT_SECONDS} s" if number == signal.SIGALRM else "told to end")


def main():
    exchange, tap, folder = sys.argv[1:4]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(LIMIT_SECONDS)
    stage = Stage(exchange, tap, folder)
    table, wrong = [], []
    try:
        table, wrong = run(stage, float(sys.argv[4]) if len(sys.argv) > 4 else 10)
    except Stopped as error:
        wrong.append(str(error))
    finally:
        stage.close()
    layout = "{:<11} {:<9} {:<12} {:<27} {:>9} {:>12}"
    print(layout.format("client", "venue", "symbols", "compared", "how many", "differences"))
    for row in table:
        print(layout.format(*row))
    for text in wrong:
        print(f"peers: {text}", file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
