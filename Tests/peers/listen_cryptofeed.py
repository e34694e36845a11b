"""Listens with cryptofeed to Binance and says what it hears, a JSON object a line.

usage: listen_cryptofeed.py ENDPOINT SYMBOL…

SSL_CERT_FILE and REQUESTS_CA_BUNDLE name the certificate authority. `final` on standard input: says the books as they
stand; its end: ends.
"""

import asyncio
import json
import logging
import os
import sys

from cryptofeed import FeedHandler
from cryptofeed.connection import RestEndpoint, Routes, WebsocketEndpoint
from cryptofeed.defines import ASK, BID, L2_BOOK, TICKER, TRADES
from cryptofeed.exchanges import Binance


def say(what, symbol, **rest):
    print(json.dumps({"what": what, "symbol": symbol, **rest}, separators=(",", ":")), flush=True)


class Complaints(logging.Handler):
    """Says what cryptofeed warns of: resets, reconnects, exceptions."""

    def emit(self, record):
        say("error", "", text=record.getMessage()[:500])


def say_book(what, book):
    sides = {side: [[str(price), str(size)] for price, size in book.book[side].to_list()] for side in (BID, ASK)}
    say(what, book.symbol, sequence=book.sequence_number, bids=sides[BID], asks=sides[ASK])


async def hear_book(book, received):
    say_book("book", book)


async def hear_trade(trade, received):
    say("aggregate", trade.symbol, first=trade.raw["f"], last=trade.raw["l"], price=str(trade.price),
        size=str(trade.amount), side=trade.side)


async def hear_ticker(ticker, received):
    raw = ticker.raw
    say("quote", ticker.symbol, sequence=raw["u"], bid=str(ticker.bid), bidSize=str(raw["B"]), ask=str(ticker.ask),
        askSize=str(raw["A"]))


async def run(endpoint, symbols):
    Binance.websocket_endpoints = [WebsocketEndpoint(endpoint.replace("http", "ws", 1))]
    routes = Routes("/api/v3/exchangeInfo", l2book="/api/v3/depth?symbol={}&limit={}")
    Binance.rest_endpoints = [RestEndpoint(endpoint, routes=routes)]
    log = {"filename": os.devnull, "level": "WARNING", "disabled": False}
    handler = FeedHandler(config={"log": log, "uvloop": False})
    logging.getLogger("feedhandler").addHandler(Complaints(logging.WARNING))
    callbacks = {L2_BOOK: hear_book, TRADES: hear_trade, TICKER: hear_ticker}
    handler.add_feed(Binance(symbols=symbols, channels=list(callbacks), callbacks=callbacks))
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    handler.run(start_loop=False, install_signal_handlers=False)
    while order := await orders.readline():
        if order == b"final\n":
            for feed in handler.feeds:
                for book in feed._l2_book.values():
                    say_book("final", book)
    sys.stdout.flush()
    # It has no way to end that does not end the loop under itself.
    os._exit(0)


asyncio.run(run(sys.argv[1], sys.argv[2:]))
