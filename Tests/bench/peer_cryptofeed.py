#!/usr/bin/env python3
"""The peer of `bench session`: cryptofeed's own handlers on the same bytes, in one process, nothing sent anywhere.

usage: peer_cryptofeed.py VENUE RECORDING ROUNDS [untraded] [checksum]

Prints: ns of CPU time a message, messages. The list of instruments is taken before the clock starts; snapshots are answered from
the recording, as cryptofeed asks for them. Messages that it ignores (Binance's `trade`) are left out with `untraded`.
"""
import asyncio
import json
import logging
import sys
import time
from decimal import Decimal

from cryptofeed.defines import CANDLES, L2_BOOK, TICKER, TRADES
from cryptofeed.exchanges import Binance, BinanceDelivery, BinanceFutures, Kraken, KrakenFutures
from cryptofeed.symbols import Symbols

logging.disable(logging.CRITICAL)

VENUES = {
    "binance": Binance,
    "binance-usdm": BinanceFutures,
    "binance-coinm": BinanceDelivery,
    "kraken-v1": Kraken,
    "kraken-futures": KrakenFutures,
}


def one_symbol(name):
    """A list of instruments for a recording that has none: the quote is what follows BTC or ETH."""
    base = name[:3]
    return {"symbols": [{
        "symbol": name, "status": "TRADING", "contractStatus": "TRADING", "baseAsset": base,
        "quoteAsset": name[3:].split("_")[0], "filters": [{"tickSize": "0.01"}],
        **({"contractType": "PERPETUAL"} if "_" in name or sys.argv[1] != "binance" else {}),
    }]}


def load(path, untraded):
    messages, snapshots, listing = [], {}, None
    for line in open(path):
        record = json.loads(line)
        if record["dir"] != "in":
            continue
        if record["kind"] == "ws":
            if untraded and '"e":"trade"' in record["body"][:120]:
                continue
            messages.append((record["body"], (record["ts"] or 0) / 1e9))
        elif "symbol=" in record["url"]:
            snapshots[record["url"].split("symbol=")[1].split("&")[0]] = record["body"]
        else:
            listing = json.loads(record["body"])
    return messages, snapshots, listing or one_symbol(next(iter(snapshots)))


class Answers:
    """Stands for the HTTP connection: the snapshot of whichever symbol is asked for."""

    def __init__(self, snapshots):
        self.snapshots = snapshots

    async def read(self, address, **_):
        return self.snapshots[address.split("symbol=")[1].split("&")[0]]


async def nothing(*_):
    """A callback that the events go to."""


async def measure(cls, messages, snapshots, listing, checksum):
    names, info = cls._parse_symbol_data(listing)
    Symbols.set(cls.id, names, info)
    callbacks = {channel: nothing for channel in (L2_BOOK, TRADES, TICKER)}
    wanted = [symbol for symbol, name in names.items() if not snapshots or name in snapshots]
    feed = cls(symbols=wanted, channels=list(callbacks), callbacks=callbacks, checksum_validation=checksum)
    feed.http_conn = Answers(snapshots)
    if cls is KrakenFutures:
        feed.seq_no, feed._open_interest_cache = {}, {}
    feed._l2_book = {}
    if not hasattr(feed, "last_update_id"):
        feed.last_update_id = {}
    handle = feed.message_handler
    failed = 0
    began = time.process_time_ns()
    for body, stamp in messages:
        try:
            await handle(body, None, stamp)
        except Exception:
            failed += 1
    return (time.process_time_ns() - began) / len(messages), failed


def main():
    venue, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    messages, snapshots, listing = load(path, "untraded" in sys.argv)
    best, failed = min(
        asyncio.run(measure(VENUES[venue], messages, snapshots, listing, "checksum" in sys.argv))
        for _ in range(rounds))
    if failed > len(messages) // 100:
        sys.exit(f"cryptofeed cannot read this recording: {failed} of {len(messages)} messages failed")
    print(best, len(messages))


main()
