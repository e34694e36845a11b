"""What is to be said of one ingest's frames, its recording and the witness, once both have ended."""

import json
import os
import re
import subprocess

SECOND = 1_000_000_000
SNAPSHOT = re.compile(r'"type":"snapshot"')


def tap(tools, *arguments):
    run = subprocess.run([os.path.join(tools, "tap"), *arguments], capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def events(tools, path, kinds):
    status, text = tap(tools, path, "--json", "--kind", kinds)
    if status:
        raise RuntimeError(f"tap {path}: {text[-300:]}")
    return [json.loads(line) for line in text.splitlines()]


class Outage:
    def __init__(self, symbol, reason, since):
        self.symbol, self.reason, self.since, self.until, self.answer = symbol, reason, since, None, None


class Verdict:
    """`complaints`: what is wrong; the rest are figures. Times are in ns since 1970."""

    def __init__(self, tools, feed, witness):
        self.tools, self.feed, self.complaints = tools, feed, []
        self.offset = int(events(tools, feed.frames, "hello")[0].get("wallOffset", 0))
        self.ask_witness(witness)
        self.read_states()
        self.read_recording()
        self.replay()

    def complain(self, what):
        self.complaints.append(f"{self.feed.name}: {what}")

    def ask_witness(self, witness):
        patience = ["--wrong-for", f"{self.feed.patience}s"] if self.feed.patience else []
        status, text = tap(self.tools, self.feed.frames, "--witness", witness, *patience)
        row = dict(zip(text.splitlines()[0].replace("in gaps", "in_gaps").replace("too old", "too_old")
                       .replace("wrong ms", "wrong_ms").split(), text.splitlines()[1].split()))
        self.books, self.wrong, self.wrong_ms = int(row["books"]), int(row["wrong"]), int(row["wrong_ms"])
        self.trades, self.named = int(row["trades"]), int(row["in_gaps"])
        if status:
            self.complain("the witness says: " + text)
        status, text = tap(self.tools, self.feed.frames, "--check")
        if status:
            self.complain("tap --check: " + text[-600:])

    def read_states(self):
        """Outages of books, and gaps."""
        self.outages, self.gaps, last = [], [], {}
        for event in events(self.tools, self.feed.frames, "bookStatus,gap"):
            symbol, at = event["symbol"], int(event["received"]) + self.offset
            if event["kind"] == "gap":
                self.gaps.append((symbol, event["channel"], event["reason"]))
                continue
            if event["status"] == "stale":
                last[symbol] = Outage(symbol, event["reason"], at)
                self.outages.append(last[symbol])
            elif event["status"] == "synced" and symbol in last:
                last.pop(symbol).until = at
        for symbol in last:
            self.complain(f"{symbol}: the book is still stale at the end ({last[symbol].reason})")

    def read_recording(self):
        """What the venue answered, and whether anything was asked of it that should not have been."""
        answers, self.groups, banned = {}, {}, 0
        with open(self.feed.recording, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if '"kind":"http"' not in line and '"snapshot"' not in line.replace("\\", "") and "subscribe" not in line:
                    continue
                record = json.loads(line)
                at, body, outgoing = record["ts"], record["body"], record["dir"] == "out"
                if record["kind"] == "http":
                    status = record.get("status", 0)
                    if outgoing and at < banned:
                        self.complain(f"asked during a ban: {record['url']}")
                    elif status in (418, 429):
                        banned = max(banned, at + record.get("after", 0))
                    elif not outgoing and not status and (found := re.search(r"/depth\?symbol=(\w+)", record["url"])):
                        answers.setdefault(found[1], []).append(at)
                elif outgoing:
                    self.add_group(record["conn"], body)
                elif SNAPSHOT.search(body):
                    for symbol in set(re.findall(r'"(?:symbol|product_id)":"([^"]+)"', body)):
                        answers.setdefault(symbol, []).append(at)
        for outage in self.outages:
            names = (outage.symbol, outage.symbol.replace("-", ""), outage.symbol.replace("-", "/"))
            times = [at for name in names for at in answers.get(name, [])]
            if outage.until is None:
                continue
            times = [at for at in times if outage.since <= at <= outage.until]
            if not times:
                self.complain(f"{outage.symbol}: synced again, but the venue had given no book")
                continue
            outage.answer = outage.until - max(times)
            if outage.answer > SECOND:
                self.complain(f"{outage.symbol}: synced {outage.answer // 1_000_000} ms after the venue's answer")

    def judge_frames(self, witness, symbols):
        """Whether each change of these books that the venue published was told, between the first and the last that was. Messages
        that change nothing, as of an order that came and went, are not told."""
        books, published, told = {}, {}, {}
        for path, moments in ((witness, published), (self.feed.frames, told)):
            for line in tap(self.tools, path, "--json", "--kind", "book*", "--venue", self.feed.venue)[1].splitlines():
                event = json.loads(line)
                if event["kind"] == "bookStatus" or event["symbol"] not in symbols:
                    continue
                if path != witness or self.changes(books, event):
                    moments.setdefault(event["symbol"], set()).add(int(event.get("sequence") or event["happened"]))
        self.frames = 0
        for symbol in sorted(symbols):
            heard = told.get(symbol, set())
            due = {moment for moment in published.get(symbol, ()) if heard and min(heard) < moment < max(heard)}
            if due - heard or not heard:
                self.complain(f"{symbol}: not meant, but {len(due - heard)} of {len(due)} changes were not told")
            self.frames += len(due)

    @staticmethod
    def changes(books, event):
        """Whether an event changes its book, which is kept."""
        is_whole = event["kind"] == "bookSnapshot"
        book = {} if is_whole else books.setdefault(event["symbol"], {})
        books[event["symbol"]] = book
        has_changed = is_whole
        for side in ("bids", "asks"):
            for price, size in event[side]:
                size = size if float(size) else None
                has_changed |= book.get((side, price)) != size
                book[side, price] = size
        return has_changed

    def add_group(self, connection, body):
        """The symbols of a connection."""
        try:
            asked = json.loads(body)
        except ValueError:
            return
        if asked.get("type") == "subscribe":
            self.groups.setdefault(connection, set()).update(asked.get("product_ids", []))

    def replay(self):
        """The recording gives the same events."""
        again = self.feed.frames + ".again"
        with open(again, "wb") as output:
            status = subprocess.run([os.path.join(self.tools, "ingest"), self.feed.venue, "--from-raw",
                                     self.feed.recording, "--quiet"], stdout=output).returncode
        if status:
            self.complain(f"ingest --from-raw ended with {status}")
        status, text = tap(self.tools, "--diff", self.feed.frames, again, "--ignore", "received,hops,hello")
        if status:
            self.complain("the recording gives other events: " + text[:600])
        os.remove(again)
