"""A consumer that all market data has to wait for, and that takes none: holder.py SOCKET. Prints the answer to its subscription."""
import socket
import sys
import time

line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
line.sendall(b'{"verb":"subscribe","messageId":7,"policy":"block"}\n')
held = b""
while b'"messageId":"7"' not in held: held += line.recv(1)
while not held.endswith(b"\n"): held += line.recv(1)
print(held.decode(), flush=True)
time.sleep(600)
