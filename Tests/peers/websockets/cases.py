"""The codec of Penstock (the program wspeer, which echoes) against wsproto and websockets, which encode, decode and judge.

usage: cases.py WSPEER
"""

import os
import select
import struct
import subprocess
import sys
import threading
import time

from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.http11 import Request as HTTPRequest
from websockets.server import ServerProtocol
from websockets.uri import parse_uri
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Ping, Pong, Request, TextMessage

LIMIT = 1 << 20
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class WSProto:
    """wsproto as the peer."""

    def __init__(self, is_client):
        self.is_client = is_client
        self.ws = WSConnection(ConnectionType.CLIENT if is_client else ConnectionType.SERVER)
        self.is_open = False
        self.message = b""

    def begin(self):
        return self.ws.send(Request(host="localhost", target="/echo")) if self.is_client else b""

    def feed(self, data):
        """What was heard, and what has to be sent for it."""
        self.ws.receive_data(data)
        heard, answer = [], b""
        for event in self.ws.events():
            if isinstance(event, AcceptConnection):
                self.is_open = True
            elif isinstance(event, Request):
                answer += self.ws.send(AcceptConnection())
                self.is_open = True
            elif isinstance(event, (TextMessage, BytesMessage)):
                is_text = isinstance(event, TextMessage)
                self.message += event.data.encode() if is_text else bytes(event.data)
                if event.message_finished:
                    heard.append((TEXT if is_text else BINARY, self.message))
                    self.message = b""
            elif isinstance(event, Ping):
                heard.append((PING, bytes(event.payload)))
            elif isinstance(event, Pong):
                heard.append((PONG, bytes(event.payload)))
            elif isinstance(event, CloseConnection):
                heard.append((CLOSE, event.code))
        return heard, answer

    def encode(self, opcode, payload):
        if opcode == TEXT:
            return self.ws.send(TextMessage(payload.decode()))
        if opcode == BINARY:
            return self.ws.send(BytesMessage(payload))
        if opcode == CLOSE:
            return self.ws.send(CloseConnection(code=payload, reason="bye"))
        return self.ws.send(Ping(payload) if opcode == PING else Pong(payload))


class WebSockets:
    """websockets, without its I/O, as the peer."""

    def __init__(self, is_client):
        self.is_client = is_client
        if is_client:
            self.ws = ClientProtocol(parse_uri("ws://localhost/echo"), max_size=None)
        else:
            self.ws = ServerProtocol(max_size=None)
        self.is_open = False
        self.kind, self.message = 0, b""

    def begin(self):
        if self.is_client:
            self.ws.send_request(self.ws.connect())
        return self.take()

    def take(self):
        return b"".join(self.ws.data_to_send())

    def feed(self, data):
        """What was heard, and what has to be sent for it."""
        self.ws.receive_data(data)
        heard = []
        for event in self.ws.events_received():
            if isinstance(event, HTTPRequest):
                self.ws.send_response(self.ws.accept(event))
                self.is_open = True
            elif not hasattr(event, "opcode"):
                if self.ws.handshake_exc:
                    raise self.ws.handshake_exc
                self.is_open = True
            elif event.opcode is Opcode.CLOSE:
                heard.append((CLOSE, struct.unpack("!H", event.data[:2])[0] if event.data else 1005))
            elif event.opcode in (Opcode.PING, Opcode.PONG):
                heard.append((int(event.opcode), bytes(event.data)))
            else:
                self.kind = int(event.opcode) or self.kind
                self.message += bytes(event.data)
                if event.fin:
                    heard.append((self.kind, self.message))
                    self.message = b""
        if self.ws.parser_exc:
            raise self.ws.parser_exc
        return heard, self.take()

    def encode(self, opcode, payload):
        if opcode == TEXT:
            self.ws.send_text(payload)
        elif opcode == BINARY:
            self.ws.send_binary(payload)
        elif opcode == PING:
            self.ws.send_ping(payload)
        elif opcode == PONG:
            self.ws.send_pong(payload)
        else:
            self.ws.send_close(payload, "bye")
        return self.take()


class Raw:
    """A frame that the libraries would not make."""

    def __init__(self, opcode, payload=b"", fin=True, reserved=0, wide=0, announced=None, wrong_mask=False):
        self.opcode, self.payload, self.fin, self.reserved = opcode, payload, fin, reserved
        self.wide, self.announced, self.wrong_mask = wide, announced, wrong_mask

    def bytes(self, is_masked):
        is_masked = is_masked != self.wrong_mask
        length = len(self.payload) if self.announced is None else self.announced
        mask = 0x80 if is_masked else 0
        head = bytes([(0x80 if self.fin else 0) | self.reserved << 4 | self.opcode])
        if length < 126 and not self.wide:
            head += bytes([mask | length])
        elif length < 65536 and self.wide < 8:
            head += struct.pack("!BH", mask | 126, length)
        else:
            head += struct.pack("!BQ", mask | 127, length)
        if not is_masked:
            return head + self.payload
        key = os.urandom(4)
        return head + key + bytes(byte ^ key[at & 3] for at, byte in enumerate(self.payload))


def cases():
    """Name, what is sent (by the library, or raw), what is heard, the code of the close."""
    letters = bytes(0x20 + at % 95 for at in range(LIMIT))
    for size in (0, 1, 125, 126, 127, 128, 65535, 65536, 65537):
        yield f"text of {size}", [(TEXT, letters[:size])], [(TEXT, letters[:size])], None
        yield f"binary of {size}", [(BINARY, bytes(size))], [(BINARY, bytes(size))], None
    yield "text at the limit", [(TEXT, letters)], [(TEXT, letters)], None
    text = "κόσμε 日本語 𝄞 ".encode() * 50
    yield "text of all lengths of letters", [(TEXT, text)], [(TEXT, text)], None
    for size in (0, 1, 125):
        yield f"ping of {size}", [(PING, bytes(size))], [(PONG, bytes(size))], None
    yield "ten pings", [(PING, bytes([n])) for n in range(10)], [(PONG, bytes([n])) for n in range(10)], None
    yield "a pong nobody asked for", [(PONG, b"x"), (TEXT, b"a")], [(TEXT, b"a")], None
    yield "fragments", [Raw(TEXT, b"a", fin=False), Raw(0, b"b", fin=False), Raw(0, b"c")], [(TEXT, b"abc")], None
    yield "a ping between", [Raw(TEXT, b"a", fin=False), Raw(PING, b"p"), Raw(0, b"b")], [(PONG, b"p"), (TEXT, b"ab")], None
    split = [Raw(0 if at else TEXT, text[at : at + 1], fin=at == len(text) - 1) for at in range(len(text))]
    yield "a fragment for each byte", split, [(TEXT, text)], None
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 4999):
        yield f"close {code}", [(CLOSE, code)], [], code
    yield "close without a code", [Raw(CLOSE)], [], 1005
    for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535):
        yield f"close {code}, which may not be", [Raw(CLOSE, struct.pack("!H", code))], [], 1002
    yield "close of a byte", [Raw(CLOSE, b"x")], [], 1002
    yield "close with a reason that is no text", [Raw(CLOSE, b"\x03\xe8\xff")], [], 1007
    for reserved in (1, 2, 4, 7):
        yield f"reserved bits {reserved}", [Raw(TEXT, b"a", reserved=reserved)], [], 1002
    for opcode in (3, 7, 11, 15):
        yield f"opcode {opcode}", [Raw(opcode)], [], 1002
    yield "a fragmented ping", [Raw(PING, fin=False)], [], 1002
    yield "a ping of 126", [Raw(PING, bytes(126))], [], 1002
    yield "a continuation of nothing", [Raw(0, b"a")], [], 1002
    yield "a text in a text", [Raw(TEXT, b"a", fin=False), Raw(TEXT, b"b")], [], 1002
    yield "the wrong mask", [Raw(TEXT, b"a", wrong_mask=True)], [], 1002
    yield "a length in two bytes too wide", [Raw(TEXT, b"a", wide=2)], [], 1002
    yield "a length in eight bytes too wide", [Raw(TEXT, b"a", wide=8)], [], 1002
    yield "a length with its highest bit", [Raw(TEXT, announced=1 << 63)], [], 1002
    for bad in (b"\x80", b"\xc0", b"\xed\xa0", b"\xf4\x90", b"\xe2\x28", b"abcdefgh\xff"):
        yield f"bad text {bad.hex()}, unfinished", [Raw(TEXT, bad, announced=9999)], [], 1007
    yield "a text cut in a letter", [Raw(TEXT, b"\xe2\x82")], [], 1007
    yield "a message too large", [Raw(BINARY, announced=LIMIT + 1)], [], 1009
    yield "fragments too large", [Raw(BINARY, bytes(9), fin=False), Raw(0, announced=LIMIT - 8)], [], 1009


def run(program, library, role, is_bytewise, sent, heard, code):
    """What was wrong; None when nothing was."""
    command = [program, role, "--limit", str(LIMIT)] + (["--bytewise"] if is_bytewise else [])
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    peer = library(role == "server")
    deadline = time.monotonic() + 60
    out = process.stdout.fileno()

    def write(data):
        def pour():
            try:
                process.stdin.write(data) if len(data) < 4096 else [
                    process.stdin.write(data[at : at + 4096]) for at in range(0, len(data), 4096)
                ]
            except BrokenPipeError:
                pass

        thread = threading.Thread(target=pour)
        thread.start()
        return thread

    def listen(is_enough):
        got = []
        while not is_enough(got):
            if not select.select([out], [], [], deadline - time.monotonic())[0]:
                raise TimeoutError(f"only {len(got)} heard")
            data = os.read(out, 1 << 16)
            if not data:
                break
            news, answer = peer.feed(data)
            got += news
            if answer and not handshaken:
                write(answer).join()
        return got

    try:
        handshaken = False
        write(peer.begin()).join()
        listen(lambda got: peer.is_open)
        handshaken = True
        is_masked = role == "server"
        data = b"".join(item.bytes(is_masked) if isinstance(item, Raw) else peer.encode(*item) for item in sent)
        writer = write(data)
        got = []
        if not code:
            got = listen(lambda got: len(got) >= len(heard))
            writer.join()
            write(peer.encode(CLOSE, 1000)).join()
        got += listen(lambda got: any(kind == CLOSE for kind, _ in got))
        writer.join()
        process.stdin.close()
        for kind in (TEXT, BINARY, PONG):
            if [payload for k, payload in got if k == kind] != [payload for k, payload in heard if k == kind]:
                return f"heard {[(k, p if k == CLOSE else p[:20]) for k, p in got]}"
        if got[-1:] != [(CLOSE, code or 1000)]:
            return f"the close is {got[-1:]}"
        status = process.wait(10)
        return None if status == 0 else f"status {status}"
    except Exception as error:  # whatever it is, the case has failed
        return f"{type(error).__name__}: {error}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main():
    count = failed = 0
    for library in (WSProto, WebSockets):
        for role in ("server", "client"):
            for is_bytewise in (False, True):
                for name, sent, heard, code in cases():
                    if is_bytewise and name == "text at the limit":
                        continue
                    count += 1
                    wrong = run(sys.argv[1], library, role, is_bytewise, sent, heard, code)
                    if wrong:
                        failed += 1
                        how = "byte by byte" if is_bytewise else "whole"
                        print(f"{library.__name__}, we as {role}, {how}: {name}: {wrong}", file=sys.stderr)
    print(f"{count} cases, {failed} failed")
    sys.exit(failed > 0)


main()
