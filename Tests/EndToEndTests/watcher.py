"""What a service manager or a monitor hears: watcher.py SOCKET [FILE]. Prints each datagram as a line, or notes frames in FILE."""
import socket
import sys

door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
door.bind(sys.argv[1])
print("here", flush=True)
with open(sys.argv[2] if len(sys.argv) > 2 else "/dev/null", "wb", buffering=0) as file:
    while True:
        words = door.recv(1 << 20)
        file.write(words)
        print(words.decode(errors="replace").replace("\n", " ") if len(sys.argv) == 2 else "frame", flush=True)
