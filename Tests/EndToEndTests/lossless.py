"""Kills dispatch, a producer and a durable consumer at random moments; then every report must have arrived, in order.

    lossless.py FOLDER POINTS SEED
"""

import os
import random
import signal
import subprocess
import sys
import time

folder, points, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
dice = random.Random(seed)
os.chdir(folder)
heard = open("heard", "ab", buffering=0)
said = open("said", "ab", buffering=0)
commands = {
    "dispatch": ["dispatch", "--listen", "data.sock", "--listen-producers", "in.sock", "--spool", "spool", "--quiet"],
    "reporter": ["reporter", "in.sock", "journal", "--rate", "4"],
    "consumer": ["consumer", "data.sock", "--as", "grid", "--state", "grid"],
}
running = {}


def start(name):
    running[name] = subprocess.Popen(
        commands[name], stdin=subprocess.DEVNULL, stdout=heard if name == "consumer" else said, stderr=said)


def fail(why):
    print(f"seed {seed}: {why}")
    for process in running.values():
        process.kill()
    sys.exit(1)


for name in commands:
    start(name)
for point in range(points):
    time.sleep(dice.random() ** 2 * 0.12)
    name = dice.choice(list(commands))
    process = running[name]
    if process.poll() is not None:
        fail(f"{name} ended by itself at point {point} with {process.returncode}")
    process.send_signal(signal.SIGKILL)
    process.wait()
    start(name)

open("journal/stop", "w").close()
try:
    if running["reporter"].wait(timeout=60) != 0:
        fail(f"reporter: {running['reporter'].returncode}")
except subprocess.TimeoutExpired:
    fail("the producer was not told that all is kept")
count = int(open("said", "rb").read().split()[-1])


def reports():
    lines = open("heard", "rb").read().split(b"\n")[:-1]
    return [int(line.split()[2]) for line in lines if line.startswith(b"report ") and len(line.split()) == 3]


deadline = time.monotonic() + 30
while time.monotonic() < deadline and (not (found := reports()) or found[-1] != count):
    time.sleep(0.05)
found = reports()
once = list(dict.fromkeys(found))
if once != list(range(1, count + 1)):
    missing = sorted(set(range(1, count + 1)) - set(once))
    fail(f"{len(missing)} of {count} reports are missing, as {missing[:5]}; or out of order")
for process in running.values():
    process.terminate()
for process in running.values():
    if process.wait(timeout=20) != 0 and process is not running["reporter"]:
        fail(f"{process.args[0]} ended with {process.returncode}")
size = sum(os.path.getsize(f"spool/{name}") for name in os.listdir("spool") if len(name) == 27)
print(f"{points} kills, {count} reports, {len(found) - len(once)} of them twice, {size} bytes left in the spool")
