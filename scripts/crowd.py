#!/usr/bin/env python3
"""usage: scripts/crowd.py [SECONDS]: whether consumers of dispatch can hurt each other, with the tools of .build/release.

A lively market goes through ingest and dispatch to three consumers, with reports that must not be lost. One consumer is stopped for
SECONDS (default 60): what the others get may change by a tenth, the 99th percentile of their latency by 5 ms, the memory of dispatch and
ingest by 1 MiB; when it goes on, it gets every report, and its best bids and offers are those of who was never stopped. Then a hundred
consumers connect, die, read a little or nothing, or send garbage, and the others are measured again. At last three consumers are given
more than dispatch can give: each must have three tenths of the bytes in every second. Prints a row each; the status is 1 when one fails.
PENSTOCK_TOOLS: where the tools are."""
import ast
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = pathlib.Path(os.environ.get("PENSTOCK_TOOLS", ROOT / ".build/release")).resolve()
processes = []
failed = False


def start(*words, **options):
    process = subprocess.Popen([TOOLS / words[0], *words[1:]], **options)
    processes.append(process)
    return process


def await_that(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"crowd: {what}: not within {seconds} s")
        time.sleep(0.05)


def row(what, measured, bound, good):
    global failed
    failed = failed or not good
    print(f"{what:58} {measured:>28} {bound:>12} {'' if good else ' MISSED'}", flush=True)


def resident(process):
    """KiB."""
    for line in open(f"/proc/{process.pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def nanos(number, unit):
    return float(number) * {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}[unit]


def measure(seconds):
    """Two consumers for so long: events a second of each, and the worse 99th percentile in ns."""
    taps = [start("tap", "d.sock", "--latency", stdout=subprocess.PIPE, text=True) for _ in range(2)]
    begin = time.monotonic()
    time.sleep(seconds)
    rates, worst = [], 0
    for tap in taps:
        tap.send_signal(signal.SIGINT)
        words = next(line for line in tap.communicate()[0].splitlines() if line.startswith("all ")).split()
        rates.append(int(words[1]) / (time.monotonic() - begin))
        worst = max(worst, nanos(words[4], words[5]))
    return rates, worst


def compare(what, before, after):
    change = max(abs(b / a - 1) for a, b in zip(before[0], after[0]))
    row(f"{what}: deliveries of the others", f"{sum(before[0]) / 2:.0f}/s, changed {change:.1%}", "<= 10 %", change <= 0.10)
    later = (after[1] - before[1]) / 1e6
    row(f"{what}: their p99", f"{before[1] / 1e6:.2f} ms {later:+.2f} ms", "<= +5 ms", later <= 5)


def touches(path):
    """Of each symbol what its book was at last."""
    last = {}
    for line in open(path):
        words = line.split()
        if len(words) == 3 and words[0] != "report":
            last[words[0]] = words[1:]
    return last


def stopped():
    said = open("said", "w+")
    exchange = start("exchange", "kraken", "--symbols", "10", "--rate", "1500", "--state", "state", "--quiet", stdout=said)
    await_that("the exchange", lambda: "ca " in open("said").read())
    place = dict(line.split() for line in open("said"))
    ingest = start(
        "ingest", "kraken", "all", "--endpoint", place["kraken"], "--ca", place["ca"], "--quiet", stdout=subprocess.PIPE)
    dispatch = start(
        "dispatch", "--listen", "d.sock", "--listen-producers", "p.sock", "--spool", "spool", "--quiet", "-",
        stdin=ingest.stdout)
    await_that("dispatch", lambda: os.path.exists("p.sock"))
    third = start("consumer", "d.sock", "*", "--as", "third", "--state", "third", stdout=open("third.log", "w"))
    first = start("consumer", "d.sock", "*", stdout=open("first.log", "w"))
    reporter = start("reporter", "p.sock", "journal", "--rate", "1", stdout=open("reports", "w"))
    await_that("the books", lambda: len(touches("third.log")) == 10 and len(touches("first.log")) == 10)
    measure(2)
    before = measure(min(SECONDS, 20))
    sizes = [resident(dispatch), resident(ingest)]
    os.kill(third.pid, signal.SIGSTOP)
    after = measure(SECONDS)
    grown = max(resident(dispatch) - sizes[0], resident(ingest) - sizes[1])
    os.kill(third.pid, signal.SIGCONT)
    compare("one of three stopped", before, after)
    row("one of three stopped: memory of dispatch and ingest", f"{sizes[0]} and {sizes[1]} KiB, {grown:+} KiB", "<= 1 MiB", grown <= 1024)
    compare("a hundred bad ones", before, crowd(min(SECONDS, 20)))

    open("journal/stop", "w").close()
    await_that("the journal", lambda: reporter.poll() is not None)
    ingest.terminate()
    ingest.wait()
    sent = int(open("reports").read())
    reports = lambda: [int(line.split()[-1]) for line in open("third.log") if line.startswith("report")]
    await_that("the reports", lambda: len(set(reports())) >= sent)
    got = reports()
    row("who was stopped: reports", f"{len(set(got))} of {sent}", "all, in order", got == sorted(got) and len(set(got)) == sent)
    await_that("the last books", lambda: touches("third.log") == touches("first.log"), 20)
    row("who was stopped: books", f"{len(touches('third.log'))} as those of the others", "all", True)
    for process in (third, first, dispatch, exchange):
        process.terminate()
        process.wait()


def crowd(seconds):
    """Measures while a hundred connections do what they should not."""
    subscribe = b'{"verb":"subscribe"}\n'
    lines = []
    for number in range(100):
        line = socket.socket(socket.AF_UNIX)
        line.connect("d.sock")
        line.settimeout(0.2)
        try:
            line.sendall(os.urandom(300) if number % 4 == 1 else subscribe)
            if number % 4 == 0:
                line.recv(10)
                line.close()
            elif number % 4 == 2:
                line.recv(100_000)
        except OSError:
            pass
        lines.append(line)
    measured = measure(seconds)
    for line in lines:
        line.close()
    return measured


READER = """
import socket, sys, time
line = socket.socket(socket.AF_UNIX); line.connect("e.sock"); line.sendall(b'{"verb":"subscribe"}\\n')
room, seconds = memoryview(bytearray(1 << 16)), {}
line.recv(1)
while count := line.recv_into(room):
    now = int(time.monotonic())
    seconds[now] = seconds.get(now, 0) + count
print(seconds)
"""


def share():
    """The same frames again and again, as fast as they are taken, to three that take all that they get."""
    subprocess.run(
        ["python3", ROOT / "Examples/recordings/make.py", "--seconds", "300"], check=True, stdout=open("raw", "w"))
    frames = subprocess.run(
        [TOOLS / "ingest", "binance", "--from-raw", "raw", "--quiet"], check=True, stdout=subprocess.PIPE).stdout
    dispatch = start("dispatch", "--listen", "e.sock", "--listen-producers", "q.sock", "--quiet", stdin=subprocess.DEVNULL)
    await_that("dispatch", lambda: os.path.exists("q.sock"))
    readers = [subprocess.Popen(["python3", "-c", READER], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    processes.extend(readers)
    time.sleep(0.5)
    end = time.monotonic() + 8
    while time.monotonic() < end:
        writer = socket.socket(socket.AF_UNIX)
        writer.connect("q.sock")
        writer.sendall(frames)
        writer.close()
    dispatch.terminate()
    counts = [ast.literal_eval(reader.communicate()[0]) for reader in readers]
    whole = sorted(set.intersection(*(set(count) for count in counts)))[1:-1]
    least = min(min(count[second] for count in counts) / sum(count[second] for count in counts) for second in whole)
    total = sum(count[second] for count in counts for second in whole) / len(whole) / 1e6
    row("three that want more than there is: least share in a second", f"{least:.1%} of {total:.0f} MB/s", ">= 30 %", least >= 0.30)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    try:
        stopped()
        share()
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
sys.exit(failed)
