#!/usr/bin/env python3
"""The other side of the tests of Clients: an HTTP server with faults, a server of raw bytes, a proxy.

usage: peer.py [KIND[6] NAME [CERTIFICATE KEY]]...

KIND is one of: tls, tlsproxy (with a certificate), plain, proxy, silent, leaving; with a 6 behind it listens on ::1.
Prints "NAME PORT" for each (0 where there is no such address), and what a proxy is asked for; ends with its standard input.
"""
import base64
import gzip
import hashlib
import itertools
import os
import random
import select
import socket
import ssl
import struct
import sys
import threading

ordinals = itertools.count(1)
said = threading.Lock()


def say(line):
    with said:
        print(line, flush=True)


def head(status, fields, length):
    lines = [f"HTTP/1.1 {status} x", *fields, f"Content-Length: {length}", "", ""]
    return "\r\n".join(lines).encode()


def answer(link, request, ordinal):
    path, _, query = request.split(" ")[1].partition("?")
    fields = [f"X-Connection: {ordinal}"]
    if path == "/ok":
        link.sendall(head(200, fields + ["X-MBX-USED-WEIGHT-1M: 42"], 5) + b"hello")
    elif path == "/request":
        link.sendall(head(200, fields, len(request)) + request.encode())
    elif path == "/status":
        link.sendall(head(int(query), fields, 2) + b"no")
    elif path == "/limited":
        link.sendall(head(429, fields + ["Retry-After: 7"], 0))
    elif path == "/banned":
        link.sendall(head(418, fields + ["Date: Fri, 31 Dec 2049 22:59:59 GMT", "Retry-After: Fri, 31 Dec 2049 23:59:59 GMT"], 0))
    elif path == "/moved":
        link.sendall(head(302, fields + ["Location: /ok"], 0))
    elif path == "/large":
        link.sendall(head(200, fields, int(query)))
        link.sendall(bytes(i % 251 for i in range(int(query))))
    elif path == "/unbounded":
        link.sendall(b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            link.sendall(b"1000\r\n" + bytes(4096) + b"\r\n")
    elif path == "/gzip":
        body = gzip.compress(b"packed " * int(query))
        link.sendall(head(200, fields + ["Content-Encoding: gzip"], len(body)) + body)
    elif path == "/never":
        link.recv(1)
    elif path == "/stops":
        link.sendall(head(200, fields, 100) + b"0123456789")
        link.recv(1)
    elif path == "/cut":
        link.sendall(head(200, fields, 100) + b"0123456789")
        return False
    elif path == "/head":
        while True:
            link.sendall(b"HTTP/1.1 200 x\r\n" + b"X-Filler: 0123456789\r\n" * 10000)
    elif path == "/garbage":
        link.sendall(b"\x00\x01\x02 this is not HTTP\r\n\r\n")
        return False
    return True


def upgrade(link, request, mode, rest):
    """Speaks as little of RFC 6455 as the tests need."""
    key = [line.split(":")[1].strip() for line in request.split("\r\n") if line.lower().startswith("sec-websocket-key")]
    accept = base64.b64encode(hashlib.sha1((key[0] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
    if mode == "/ws-wrong":
        accept = "x" + accept[1:]
    first = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    whole = (first + f"Sec-WebSocket-Accept: {accept}\r\n\r\n").encode()
    if mode == "/ws-silent":
        link.recv(1)
        return
    if mode == "/ws-greets":
        whole += b"\x81\x05hello\x89\x01p"
    if mode == "/ws-malformed":
        whole += b"\xf1\x05hello"
    if mode == "/ws-drips":
        for byte in whole + b"\x81\x05hello":
            link.sendall(bytes([byte]))
    else:
        link.sendall(whole)
    if mode == "/ws-cut":
        return
    inbox = rest

    def take(count):
        nonlocal inbox
        while len(inbox) < count:
            more = link.recv(65536)
            if not more:
                raise ConnectionError
            inbox += more
        taken, inbox = inbox[:count], inbox[count:]
        return taken

    while True:
        first, second = take(2)
        length = second & 127
        if length == 126:
            length = struct.unpack(">H", take(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", take(8))[0]
        key = take(4)
        payload = bytes(b ^ key[i & 3] for i, b in enumerate(take(length)))
        if first == 0x8A:
            payload = b"pong " + payload
            first = 0x81
        if first == 0x88 and mode == "/ws-deaf":
            continue
        if len(payload) < 126:
            size = bytes([len(payload)])
        elif len(payload) < 65536:
            size = struct.pack(">BH", 126, len(payload))
        else:
            size = struct.pack(">BQ", 127, len(payload))
        link.sendall(bytes([first]) + size + payload)
        if first == 0x88:
            return


def serve(link, ordinal):
    inbox = b""
    while True:
        while b"\n" not in inbox:
            more = link.recv(65536)
            if not more:
                return
            inbox += more
        if inbox.startswith(b"GET "):
            while b"\r\n\r\n" not in inbox:
                more = link.recv(65536)
                if not more:
                    return
                inbox += more
            request, _, inbox = inbox.partition(b"\r\n\r\n")
            request = request.decode()
            path = request.split(" ")[1]
            if path.startswith("/ws"):
                upgrade(link, request, path, inbox)
                return
            if not answer(link, request, ordinal):
                return
            continue
        word, _, inbox = inbox.partition(b"\n")
        raw(link, word.decode(), inbox)
        return


def raw(link, word, inbox):
    if word == "ECHO":
        dice = random.Random(1)
        while True:
            if inbox:
                link.sendall(inbox)
            inbox = link.recv(dice.randrange(1, 40000))
            if not inbox:
                return
    elif word == "BYTES":
        while True:
            for byte in inbox:
                link.sendall(bytes([byte]))
            inbox = link.recv(65536)
            if not inbox:
                return
    elif word == "BYE":
        link.sendall(b"bye")
        if isinstance(link, ssl.SSLSocket):
            link.unwrap()
    elif word == "LATER":
        # Long enough for libcurl to look after its connections when the next one begins.
        link.settimeout(1.1)
        try:
            link.recv(1)
        except TimeoutError:
            link.sendall(b"later")
        link.settimeout(None)
        link.recv(1)
    elif word == "DROP":
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def pump(source, sink):
    try:
        while True:
            got = source.recv(65536)
            if not got:
                break
            sink.sendall(got)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def relay(link, far):
    """As pump, both ways in one thread: a TLS connection is not for two."""
    while True:
        ready = [link] if link.pending() else select.select([link, far], [], [])[0]
        for source in ready:
            got = source.recv(65536)
            if not got:
                return
            (far if source is link else link).sendall(got)


def proxy(link, ordinal):
    inbox = b""
    while b"\r\n\r\n" not in inbox:
        inbox += link.recv(65536)
    target = inbox.split(b" ")[1].decode()
    say(f"asked {inbox.split(b' ')[0].decode()} {target}")
    if target.startswith("refused"):
        link.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        return
    with socket.create_connection(("127.0.0.1", int(target.rsplit(":", 1)[1]))) as far:
        link.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        if isinstance(link, ssl.SSLSocket):
            relay(link, far)
            return
        threading.Thread(target=pump, args=(far, link), daemon=True).start()
        pump(link, far)


def silence(link, ordinal):
    while link.recv(65536):
        pass


def leave(link, ordinal):
    pass


def attend(link, context, service):
    try:
        if context:
            link = context.wrap_socket(link, server_side=True)
        with link:
            service(link, next(ordinals))
    except (OSError, ConnectionError, ValueError):
        pass
    finally:
        link.close()


def listen(name, context, service, is_six):
    try:
        family = socket.AF_INET6 if is_six else socket.AF_INET
        listener = socket.create_server(("::1" if is_six else "127.0.0.1", 0), family=family, backlog=128)
    except OSError:
        say(f"{name} 0")
        return
    say(f"{name} {listener.getsockname()[1]}")

    def accept():
        while True:
            link, _ = listener.accept()
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=attend, args=(link, context, service), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def main():
    words = sys.argv[1:]
    while words:
        kind, name, *words = words
        is_six = kind.endswith("6")
        kind = kind.rstrip("6")
        context = None
        if kind.startswith("tls"):
            certificate, key, *words = words
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            # What is too weak has to be refused by the client, not here.
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.load_cert_chain(certificate, key)
        services = {"proxy": proxy, "tlsproxy": proxy, "silent": silence, "leaving": leave}
        listen(name, context, services.get(kind, serve), is_six)
    say("ready")
    sys.stdin.read()
    os._exit(0)


main()
