#!/usr/bin/env python3
"""A lively market of our own making, as a recording of Binance spot's streams, for `ingest binance --from-raw`.

The same seed gives the same bytes. three-symbols.jsonl.gz in this folder is `./make.py | gzip -9n`.

    ./make.py --seconds 5 | ingest binance --from-raw - | tap
"""

import argparse
import json
import math
import random
import signal
import sys

MILLISECOND = 1_000_000
START = 1_767_614_400_000  # 2026-01-05T12:00:00Z, in milliseconds
STREAM = "wss://stream.binance.com:9443/stream"
REST = "https://api.binance.com/api/v3/"


class Market:
    """One symbol: two sides of levels, and people who add, cancel and take. Prices in ticks of `tick` units, sizes in lots."""

    def __init__(self, dice, symbol, price, tick, tick_digits, lot_digits, typical):
        self.dice, self.symbol, self.tick = dice, symbol, tick
        self.tick_digits, self.lot_digits, self.typical = tick_digits, lot_digits, typical
        self.bids, self.asks, self.last = {}, {}, price
        self.update, self.trade = 1_000_000, 5_000_000
        self.mood = 0.0
        self.told = ({}, {})
        self.quote = None
        self.kline = None
        for distance in range(1, 101):
            self.bids[price - distance] = self.size()
            self.asks[price + distance] = self.size()

    def size(self):
        return max(1, round(self.typical * self.dice.lognormvariate(0, 1)))

    def price_text(self, ticks):
        return f"{ticks * self.tick / 10**self.tick_digits:.{self.tick_digits}f}"

    def size_text(self, lots):
        return f"{lots / 10**self.lot_digits:.{self.lot_digits}f}"

    def best(self):
        return max(self.bids), min(self.asks)

    def step(self):
        """A tenth of a second. Returns the prints: (price, size, whether the taker sold)."""
        # The mood swings slowly and decides who presses: that is what makes prices go somewhere.
        self.mood = 0.98 * self.mood + self.dice.gauss(0, 0.15)
        prints = []
        for _ in range(self.dice.randint(3, 10) + round(4 * abs(self.mood))):
            self.update += 1
            buys = self.dice.random() < 1 / (1 + math.exp(-1.6 * self.mood))
            act = self.dice.random()
            if act < 0.52:
                self.add(buys)
            elif act < 0.86:
                self.cancel(not buys)
            else:
                prints += self.take(buys)
        self.refill()
        return prints

    def add(self, buys):
        bid, ask = self.best()
        # Behind the other side's best: whoever comes into a wide spread makes it narrow.
        distance = 1 + min(int(self.dice.expovariate(0.15)), 60)
        price = ask - distance if buys else bid + distance
        side = self.bids if buys else self.asks
        side[price] = side.get(price, 0) + self.size()

    def cancel(self, buys):
        side = self.bids if buys else self.asks
        prices = sorted(side, reverse=buys)
        price = prices[min(int(self.dice.expovariate(0.2)), len(prices) - 1)]
        left = side[price] - self.size()
        if left > 0:
            side[price] = left
        elif len(side) > 1:
            del side[price]

    def take(self, buys):
        side = self.asks if buys else self.bids
        left, prints = round(self.size() * 1.5), []
        while left > 0 and len(side) > 1:
            price = min(side) if buys else max(side)
            size = min(left, side[price])
            left -= size
            side[price] -= size
            if side[price] == 0:
                del side[price]
            prints.append((price, size, not buys))
            self.last = price
        return prints

    def refill(self):
        """A hundred levels a side, so that the price never runs out of book."""
        for side, sign in ((self.bids, -1), (self.asks, 1)):
            worst = min(side) if sign < 0 else max(side)
            while len(side) < 100:
                worst += sign
                side[worst] = self.size()
            for price in sorted(side, reverse=sign < 0)[130:]:
                del side[price]

    def level(self, price, size):
        return [self.price_text(price), self.size_text(size)]

    def snapshot(self):
        return {
            "lastUpdateId": self.update,
            "bids": [self.level(price, self.bids[price]) for price in sorted(self.bids, reverse=True)],
            "asks": [self.level(price, self.asks[price]) for price in sorted(self.asks)],
        }

    def keep(self):
        self.told = (dict(self.bids), dict(self.asks))

    def changes(self, first, now):
        """What changed since the last call, as the venue's diff of the updates from `first` on."""
        rows = []
        for before, after in zip(self.told, (self.bids, self.asks)):
            prices = sorted(price for price in before.keys() | after.keys() if before.get(price) != after.get(price))
            rows.append([self.level(price, after.get(price, 0)) for price in prices])
        self.keep()
        return {"e": "depthUpdate", "E": now, "s": self.symbol, "U": first, "u": self.update, "b": rows[0], "a": rows[1]}

    def ticker(self):
        """The best bid and offer, where it is another than the last time."""
        bid, ask = self.best()
        quote = (bid, self.bids[bid], ask, self.asks[ask])
        if quote == self.quote:
            return None
        self.quote = quote
        bid, ask = self.level(*quote[:2]), self.level(*quote[2:])
        return {"u": self.update, "s": self.symbol, "b": bid[0], "B": bid[1], "a": ask[0], "A": ask[1]}

    def print_message(self, price, size, sold, now):
        self.trade += 1
        price_text, size_text = self.level(price, size)
        return {"e": "trade", "E": now, "s": self.symbol, "t": self.trade, "p": price_text, "q": size_text, "T": now, "m": sold, "M": True}

    def candle(self, prints, now, tells):
        """Counts the prints into the minute's candle; the messages to send: the one that is over, and now and then the current."""
        minute = now // 60_000 * 60_000
        messages = []
        if self.kline and self.kline["t"] != minute:
            messages.append(self.candle_message(now, True))
            self.kline = None
        for price, size, sold in prints:
            if not self.kline:
                self.kline = {"t": minute, "o": price, "h": price, "l": price, "n": 0, "v": 0, "q": 0, "V": 0, "Q": 0, "f": self.trade}
            kline, value = self.kline, price * self.tick * size
            kline["h"], kline["l"], kline["c"] = max(kline["h"], price), min(kline["l"], price), price
            kline["n"], kline["v"], kline["q"] = kline["n"] + 1, kline["v"] + size, kline["q"] + value
            if not sold:
                kline["V"], kline["Q"] = kline["V"] + size, kline["Q"] + value
        if tells and self.kline:
            messages.append(self.candle_message(now, False))
        return messages

    def candle_message(self, now, is_final):
        kline, digits = self.kline, self.tick_digits + self.lot_digits
        data = {"t": kline["t"], "T": kline["t"] + 59_999, "s": self.symbol, "i": "1m", "f": kline["f"], "L": self.trade}
        data |= {name: self.price_text(kline[name]) for name in "ochl"}
        data |= {"v": self.size_text(kline["v"]), "n": kline["n"], "x": is_final}
        data |= {"q": f"{kline['q'] / 10**digits:.{digits}f}", "V": self.size_text(kline["V"])}
        data |= {"Q": f"{kline['Q'] / 10**digits:.{digits}f}", "B": "0"}
        return {"e": "kline", "E": now, "s": self.symbol, "k": data}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def record(ts, direction, kind, conn, url, body):
    line = {"ts": ts, "dir": direction, "conn": conn, "url": url, "kind": kind, "body": body}
    sys.stdout.write(compact(line) + "\n")


def exchange_info(markets):
    symbols = []
    for market in markets:
        filters = [
            {"filterType": "PRICE_FILTER", "minPrice": market.price_text(1), "tickSize": market.price_text(1)},
            {"filterType": "LOT_SIZE", "minQty": market.size_text(1), "maxQty": "9000", "stepSize": market.size_text(1)},
            {"filterType": "NOTIONAL", "minNotional": "5"},
        ]
        names = {"symbol": market.symbol, "status": "TRADING", "baseAsset": market.symbol[:3], "quoteAsset": "USDT"}
        symbols.append(names | {"filters": filters})
    return {"timezone": "UTC", "symbols": symbols}


def play(seconds, seed):
    dice = random.Random(seed)
    markets = [
        Market(dice, "BTCUSDT", 194_500, 5, 1, 4, 3_500),
        Market(dice, "ETHUSDT", 69_024, 5, 2, 3, 4_000),
        Market(dice, "SOLUSDT", 21_840, 1, 2, 2, 6_000),
    ]
    now = START
    received = lambda: now * MILLISECOND + dice.randint(2, 9) * MILLISECOND + dice.randint(0, 999_999)
    last = 0

    def send(direction, kind, url, body, conn="stream"):
        nonlocal last
        last = max(last + 1, received())
        record(last, direction, kind, conn, url, body if isinstance(body, str) else compact(body))

    def stream(market, name, data):
        send("in", "ws", STREAM, {"stream": f"{market.symbol.lower()}@{name}", "data": data})

    send("out", "http", REST + "exchangeInfo", "", "rest")
    send("in", "http", REST + "exchangeInfo", exchange_info(markets), "rest")
    send("in", "open", STREAM, "")
    names = [f"{market.symbol.lower()}@{name}" for market in markets for name in ("depth@100ms", "trade", "bookTicker", "kline_1m")]
    send("out", "ws", STREAM, {"method": "SUBSCRIBE", "params": names, "id": 1})
    send("in", "ws", STREAM, {"result": None, "id": 1})
    for market in markets:
        market.keep()
    step = 0
    while seconds == 0 or step < seconds * 10:
        step += 1
        for number, market in enumerate(markets):
            now = START + step * 100 + number * 33
            first = market.update + 1
            prints = market.step()
            for price, size, sold in prints:
                stream(market, "trade", market.print_message(price, size, sold, now))
            quote = market.ticker()
            if quote:
                stream(market, "bookTicker", quote)
            stream(market, "depth@100ms", market.changes(first, now))
            for candle in market.candle(prints, now, step % 20 == 0):
                stream(market, "kline_1m", candle)
            # A snapshot is asked for when the first changes are there, as a book must be assembled.
            if step == 2 + number:
                url = f"{REST}depth?symbol={market.symbol}&limit=1000"
                send("out", "http", url, "", "rest")
                send("in", "http", url, market.snapshot(), "rest")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="how long a market (0: without end)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    # A reader that is gone ends it quietly.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    play(options.seconds, options.seed)
