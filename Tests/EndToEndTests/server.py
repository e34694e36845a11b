"""A server of frames, as no dispatch would be: server.py SOCKET FILE…

Gives each connection the next file and closes it; what the connection said first is kept in asked.1, asked.2, …
`PATH,FILE`: accepts that connection only when there is such a path. `-`: closes at once.
"""
import os
import socket
import sys
import time

path = sys.argv[1]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path + ".new")
listener.listen(16)
# Whoever sees the socket can connect to it.
os.rename(path + ".new", path)
for number, name in enumerate(sys.argv[2:], 1):
    if "," in name:
        mark, name = name.split(",")
        while not os.path.exists(mark):
            time.sleep(0.01)
    line, _ = listener.accept()
    if name != "-":
        with open("asked.%d" % number, "wb") as asked:
            asked.write(line.recv(1 << 20))
        with open(name, "rb") as frames:
            line.sendall(frames.read())
    line.close()
listener.close()
os.unlink(path)
