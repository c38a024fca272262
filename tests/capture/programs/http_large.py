"""http_large.py PORT MEBIBYTES LINES: one connection, a POST of that size, then GETs; prints a line for each answer."""
import socket
import sys

port, mebibytes, gets = (int(argument) for argument in sys.argv[1:4])
piece = bytes(1 << 20)
connection = socket.create_connection(("127.0.0.1", port))
reader = connection.makefile("rb")


def answer():
    status = reader.readline().split()[1].decode()
    length = 0
    while (line := reader.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    reader.read(length)
    print(status, flush=True)


head = f"POST /s201/uploads HTTP/1.1\r\nhost: test\r\ncontent-length: {mebibytes << 20}\r\n\r\n"
connection.sendall(head.encode())
for _ in range(mebibytes):
    connection.sendall(piece)
answer()
for _ in range(gets):
    connection.sendall(b"GET /s200/after HTTP/1.1\r\nhost: test\r\n\r\n")
    answer()
