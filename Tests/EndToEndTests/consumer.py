"""Consumers of dispatch, as people write them: consumer.py SOCKET JSON [frames|lines] [all|idle|garbage|die]"""
import hashlib
import os
import socket
import sys
import time

path, command = sys.argv[1], sys.argv[2].encode()
speech = sys.argv[3] if len(sys.argv) > 3 else "lines"
manner = sys.argv[4] if len(sys.argv) > 4 else "all"


def crc32c(data):
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def frame(arguments):
    """A command frame: subscribe, messageId 7."""
    padded = arguments + bytes(-len(arguments) % 8)
    fixed = (7).to_bytes(8, "little") + bytes(8) + len(arguments).to_bytes(8, "little")
    head = bytearray(152)
    head[0:4] = (152 + len(fixed) + len(padded)).to_bytes(4, "little")
    head[8:12] = bytes([0x50, 0x53, 1, 16])
    head[80:84] = bytes([1, 0, 1, 0])
    head[87] = 3
    whole = head + fixed + padded
    whole[4:8] = crc32c(whole).to_bytes(4, "little")
    return bytes(whole)


line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
for attempt in range(200):
    try:
        line.connect(path)
        break
    except OSError:
        time.sleep(0.05)

if manner == "garbage":
    try:
        # A brace in front would be the beginning of a line, which is waited for.
        line.sendall(b"\xff" + os.urandom(299))
        while line.recv(65536):
            pass
    except OSError:
        pass
    sys.exit(0)

line.sendall(frame(command) if speech == "frames" else command + b"\n")
if manner == "die":
    line.recv(10)
    os._exit(0)
if manner == "idle":
    # Says that it is there, and then takes nothing.
    line.recv(100)
    sys.stdin.read()
    sys.exit(0)

digest = hashlib.sha256()
while True:
    try:
        data = line.recv(65536)
    except OSError:
        break
    if not data:
        break
    if manner == "hash":
        digest.update(data)
    else:
        sys.stdout.buffer.write(data)
if manner == "hash":
    print(digest.hexdigest())
