"""http_drain.py PORT: an HTTP server for one connection that reads large bodies fast and keeps nothing; prints its port."""
import socket
import sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print(listener.getsockname()[1], flush=True)
connection, _ = listener.accept()
space = bytearray(1 << 20)
head = b""
while True:
    while b"\r\n\r\n" not in head:
        got = connection.recv(65536)
        if not got:
            sys.exit(0)
        head += got
    fields, rest = head.split(b"\r\n\r\n", 1)
    length = next((int(f.split(b":")[1]) for f in fields.split(b"\r\n") if f.lower().startswith(b"content-length:")), 0)
    left = length - len(rest)
    while left > 0:
        left -= connection.recv_into(space, min(left, len(space)))
    head = rest[length:]
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
