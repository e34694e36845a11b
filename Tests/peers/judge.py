"""Compares what a client said with what the exchange's witness says: books, trades, tickers of one symbol.

Every judgement returns how many things it compared and what was wrong, in sentences. Numbers are compared as binary
fractions, which is what ccxt has: of numbers with no more digits than ours each has its own.
"""

import zlib
from collections import defaultdict
from decimal import Decimal
from itertools import groupby

TICKER = ("bid", "bidSize", "ask", "askSize", "last", "high", "low", "volume")
QUOTE = TICKER[:4]


def sides(bids, asks, depth):
    """Both sides, best first, as deep as the client's book is."""
    return (sorted(bids.items(), reverse=True)[:depth], sorted(asks.items())[:depth])


def heard_sides(book, depth):
    return tuple([(float(price), float(size)) for price, size in book[side]][:depth] for side in ("bids", "asks"))


def states(frames):
    """The book after each frame: frame, bids, asks."""
    bids, asks = {}, {}
    for frame in frames:
        if frame["kind"] == "bookSnapshot":
            bids, asks = {}, {}
        for levels, side in ((frame["bids"], bids), (frame["asks"], asks)):
            for price, size in levels:
                if float(size) == 0:
                    side.pop(float(price), None)
                else:
                    side[float(price)] = float(size)
        yield frame, bids, asks


def first_difference(said, true):
    for name, ours, theirs in zip(("bids", "asks"), said, true):
        if ours != theirs:
            same = (index for index, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1])
            rank = next(same, min(len(ours), len(theirs)))
            return f"{name} from rank {rank}: said {ours[rank:rank + 2]}, true {theirs[rank:rank + 2]}"
    return "none"


def begins(frame):
    """The first sequence of a frame of a book; where it has one only, it is not said twice."""
    return frame.get("firstSequence", frame.get("sequence"))


def books(said, frames, key, true_key, depth, is_complete):
    """Every book that was said is the witness's at the same position of the stream. The first may stand between two
    messages: where it does, nothing is known to compare it with. `is_complete`: none may be left out."""
    waiting, compared, wrong = defaultdict(list), 0, []
    for index, book in enumerate(said):
        waiting[key(book)].append((index, heard_sides(book, depth)))
    heard = set(waiting)
    hit, tries = set(), {}
    for frame, bids, asks in states(frames):
        at = true_key(frame)
        if at not in waiting:
            continue
        true = sides(bids, asks, depth)
        for index, book in waiting[at]:
            # Where two messages have one time the book is right that is one of theirs.
            if book == true:
                hit.add(index)
            elif index not in hit:
                tries[index] = f"at {at}: {first_difference(book, true)}"
    for index, book in enumerate(said):
        if index in hit:
            compared += 1
        elif index in tries:
            compared += 1
            wrong.append(f"book {index} {tries[index]}")
        elif index > 0:
            compared += 1
            wrong.append(f"book {index} at {key(book)}: the venue has never been there")
    if is_complete and hit:
        # Where a snapshot is asked for between two messages, the witness tells a first part of the next one before it.
        first = key(said[min(hit)])
        told = [true_key(frame) for frame, following in zip(frames, frames[1:] + [{}])
                if true_key(frame) == first or begins(frame) != begins(following)]
        after = told[told.index(first):]
        wrong += [f"book at {at}: never heard of" for at in after if at not in heard]
    if not hit:
        wrong.append("no book that could be compared")
    return compared, wrong


def final(said, frames, depth):
    """The last book that the client has is the witness's last one."""
    if not said:
        return 0, ["no final book"]
    bids, asks = {}, {}
    for _, bids, asks in states(frames):
        pass
    true, book = sides(bids, asks, depth), heard_sides(said[-1], depth)
    return 1, [] if book == true else [f"final book: {first_difference(book, true)}"]


def checksum(book):
    """CRC-32 of Kraken's v2: ten asks, then ten bids, digits without point and leading zeros."""
    text = ""
    for side in ("asks", "bids"):
        for level in book[side][:10]:
            for number, digits in zip(level, book["digits"]):
                text += f"{number:.{digits}f}".replace(".", "").lstrip("0")
    return zlib.crc32(text.encode())


def checksums(said):
    """Each book has the checksum that the venue said with the message that made it."""
    wrong = [f"book {index}: checksum {checksum(book)}, said {book['checksum']}"
             for index, book in enumerate(said) if checksum(book) != book["checksum"]]
    return len(said), wrong or ([] if said else ["no book with a checksum"])


OTHER = {"buy": "sell", "sell": "buy"}


def trades(said, frames, is_maker_side):
    """From the first that was heard on, all of them, in order, as they were. `is_maker_side`: the client's side is the
    maker's."""
    true = [(frame["tradeId"], float(frame["price"]), float(frame["size"]),
             OTHER[frame["side"]] if is_maker_side else frame["side"]) for frame in frames]
    # Of one millisecond ccxt sorts them by number as if it were text: 100 before 98.
    moments = [list(group) for _, group in groupby(said, lambda trade: trade["time"])]
    heard = [(trade["id"], trade["price"], trade["size"], trade["side"])
             for moment in moments for trade in sorted(moment, key=lambda trade: int(trade["id"]))]
    if not heard:
        return 0, ["no trade"]
    ids = [trade[0] for trade in true]
    if heard[0][0] not in ids:
        return len(heard), [f"trade {heard[0]}: there is none of that name"]
    due = true[ids.index(heard[0][0]):]
    wrong = [f"trade {index}: said {a}, true {b}" for index, (a, b) in enumerate(zip(heard, due)) if a != b]
    if len(heard) != len(due):
        wrong.append(f"{len(heard)} trades where there were {len(due)}")
    return len(heard), wrong


def aggregates(said, frames):
    """Trades put together by order: each is the sum of its own, and from the first on none is missing."""
    true = {int(frame["tradeId"]): frame for frame in frames}
    wrong = [] if said else ["no trade"]
    for index, trade in enumerate(said):
        parts = [true.get(number) for number in range(trade["first"], trade["last"] + 1)]
        if index > 0 and trade["first"] != said[index - 1]["last"] + 1:
            wrong.append(f"trade {trade['first']} after {said[index - 1]['last']}")
        if None in parts:
            wrong.append(f"trades {trade['first']} to {trade['last']}: not all there")
        elif (sum(Decimal(part["size"]) for part in parts) != Decimal(trade["size"])
              or any(Decimal(part["price"]) != Decimal(trade["price"]) for part in parts)
              or any(part["side"] != trade["side"] for part in parts)):
            wrong.append(f"trades {trade['first']} to {trade['last']}: said {trade}")
    if said and said[-1]["last"] != max(true):
        wrong.append(f"the last trade is {max(true)}, said {said[-1]['last']}")
    return len(said), wrong


def values(ticker, names):
    """Clients say nothing where there is nothing, venues 0."""
    return tuple(float(ticker.get(name) or 0) for name in names)


def quotes(said, frames, is_complete):
    """Each is the witness's with the same sequence; the last is the last. `is_complete`: none may be left out."""
    true = {int(frame["sequence"]): values(frame, QUOTE) for frame in frames}
    wrong = [] if said else ["no quote"]
    for quote in said:
        there = true.get(int(quote["sequence"]))
        if values(quote, QUOTE) != there:
            wrong.append(f"quote {quote['sequence']}: said {values(quote, QUOTE)}, true {there}")
    heard = [int(quote["sequence"]) for quote in said]
    due = [sequence for sequence in true if heard and sequence >= heard[0]]
    if heard != sorted(heard) or heard and heard[-1] != due[-1] or is_complete and heard != due:
        wrong.append(f"{len(heard)} quotes to {heard[-1:]} where there were {len(due)} to {due[-1:]}")
    return len(said), wrong


def tickers(said, frames, is_due):
    """They are the witness's, in its order; the last is the last of those that the client is told: `is_due`."""
    true = [values(frame, TICKER) for frame in frames]
    wrong, at = [] if said else ["no ticker"], 0
    for index, ticker in enumerate(said):
        try:
            at = true.index(values(ticker, TICKER), at)
        except ValueError:
            wrong.append(f"ticker {index}: {values(ticker, TICKER)} was never said, or not so late")
    last = [values(frame, TICKER) for frame in frames if is_due(frame)][-1:]
    if said and [values(said[-1], TICKER)] != last:
        wrong.append(f"the last ticker is {last}, said {values(said[-1], TICKER)}")
    return len(said), wrong


def days(said, trades, quotes, is_small):
    """Tickers of the day, of which the witness says nothing: they follow from its trades and quotes until then.
    `is_small`: those without bid and ask."""
    wrong = [] if said else ["no ticker"]
    for ticker in said:
        until = ticker["time"] * 1_000_000
        sales = [frame for frame in trades if int(frame["happened"]) < until]
        quote = [frame for frame in quotes if int(frame["received"]) < until]
        prices = [float(sale["price"]) for sale in sales] or [0]
        volume = float(sum(Decimal(sale["size"]) for sale in sales))
        true = (*values(quote[-1] if quote else {}, QUOTE), prices[-1], max(prices), min(prices), volume)
        skipped = len(QUOTE) if is_small else 0
        if values(ticker, TICKER)[skipped:] != true[skipped:]:
            wrong.append(f"ticker at {ticker['time']}: said {values(ticker, TICKER)}, true {true}")
    return len(said), wrong
