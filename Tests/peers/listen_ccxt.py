"""Listens with ccxt.pro to one venue and says what it hears, a JSON object a line.

usage: listen_ccxt.py VENUE ENDPOINT CA SYMBOL…

`final` on standard input: says books and tickers as they stand; its end: closes and ends.
"""

import asyncio
import json
import sys

import ccxt.pro

FIELDS = {"bid": "bid", "bidSize": "bidVolume", "ask": "ask", "askSize": "askVolume", "last": "last", "high": "high",
          "low": "low", "volume": "baseVolume"}


class Kraken(ccxt.pro.kraken):
    """Keeps with each book the checksum that its last message had; ccxt's own test of it fails in Python."""

    def handle_order_book(self, client, message):
        super().handle_order_book(client, message)
        data = message["data"][0]
        self.orderbooks[data["symbol"]]["checksum"] = data["checksum"]


def make(venue, endpoint, ca):
    """The venue's client, pointed at the endpoint."""
    sockets = endpoint.replace("http", "ws", 1)
    settings = {"cafile": ca, "enableRateLimit": False, "newUpdates": True}
    if venue == "binance":
        options = {"defaultType": "spot", "fetchCurrencies": False, "fetchMarkets": {"types": ["spot"]}}
        client = ccxt.pro.binance({**settings, "options": options})
        client.urls["api"]["public"] = endpoint + "/api/v3"
        client.urls["api"]["ws"]["spot"] = sockets + "/ws"
    elif venue == "kraken":
        client = Kraken(settings)
        client.urls["api"]["public"] = endpoint
        client.urls["api"]["ws"]["publicV2"] = sockets + "/v2"
    else:
        client = ccxt.pro.coinbase(settings)
        client.urls["api"]["rest"] = endpoint
        client.urls["api"]["ws"] = sockets
    return client


class Listener:
    def __init__(self, venue, client, symbols):
        self.venue, self.client, self.symbols = venue, client, symbols
        self.digits = {}

    def say(self, what, symbol, **rest):
        line = {"what": what, "symbol": symbol.replace("/", "-"), **rest}
        print(json.dumps(line, separators=(",", ":")), flush=True)

    def say_book(self, what, symbol, book):
        self.say(what, symbol, sequence=book.get("nonce"), time=book.get("datetime"), checksum=book.get("checksum"),
                 digits=self.digits[symbol], bids=[level[:2] for level in book["bids"]],
                 asks=[level[:2] for level in book["asks"]])

    def say_ticker(self, what, symbol, ticker):
        self.say(what, symbol, time=ticker["timestamp"], sequence=ticker["info"].get("u"),
                 **{name: ticker[theirs] for name, theirs in FIELDS.items()})

    def say_final(self, symbol):
        """What it has now: of two messages that came at once it wakes who watches for the first only."""
        for what, kept in (("ticker", self.client.tickers), ("quote", self.client.bidsasks)):
            if symbol in kept and (what == "quote" or self.venue != "binance"):
                self.say_ticker(what, symbol, kept[symbol])
        if symbol in self.client.orderbooks:
            self.say_book("final", symbol, self.client.orderbooks[symbol])

    async def books(self, symbol):
        self.say_book("book", symbol, await self.client.watch_order_book(symbol))

    async def trades(self, symbol):
        for trade in await self.client.watch_trades(symbol):
            self.say("trade", symbol, time=trade["timestamp"], id=trade["id"], price=trade["price"],
                     size=trade["amount"], side=trade["side"])

    async def tickers(self, symbol):
        # At Binance this one has bid and ask, too, and the one that it watches by default has not.
        params = {"name": "ticker"} if self.venue == "binance" else {}
        self.say_ticker("ticker", symbol, await self.client.watch_ticker(symbol, params))

    async def small_tickers(self, symbol):
        self.say_ticker("small ticker", symbol, await self.client.watch_ticker(symbol))

    async def quotes(self, symbol):
        for ticker in (await self.client.watch_bids_asks([symbol])).values():
            self.say_ticker("quote", symbol, ticker)

    async def forever(self, listen, symbol):
        """Any error is said; the client then subscribes again, as its users' programs would have it do."""
        while True:
            try:
                await listen(symbol)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self.say("error", symbol, text=f"{listen.__name__}: {type(error).__name__}: {error}"[:500])
                await asyncio.sleep(1)

    async def run(self):
        loop = asyncio.get_running_loop()
        orders = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        tasks = []
        try:
            markets = await self.client.load_markets()
            for symbol in self.symbols:
                precision = markets[symbol]["precision"]
                self.digits[symbol] = [self.client.precision_from_string(self.client.number_to_string(precision[key]))
                                       for key in ("price", "amount")]
            kinds = [self.books, self.trades, self.tickers]
            kinds += [self.small_tickers, self.quotes] if self.venue == "binance" else []
            tasks = [asyncio.create_task(self.forever(listen, symbol)) for symbol in self.symbols for listen in kinds]
            while order := await orders.readline():
                for symbol in self.symbols if order == b"final\n" else []:
                    self.say_final(symbol)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.client.close()


def main():
    venue, endpoint, ca, *symbols = sys.argv[1:]

    async def run():
        await Listener(venue, make(venue, endpoint, ca), symbols).run()

    asyncio.run(run())


main()
