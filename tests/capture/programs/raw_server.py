"""raw_server.py HOST PORT [MODE..]: answers HTTP/1.1 requests over plain sockets, one after the other; prints its port.
Modes: `peek` looks at what has come before it reads it, `sips` reads 7 bytes at a time, `fastopen` takes data with the SYN,
`mptcp` listens for MPTCP."""
import re
import socket
import sys
import threading

TCP_FASTOPEN = 23
host, port, *modes = sys.argv[1:]


def answer(connection):
    pending = b""
    while True:
        if "peek" in modes:
            connection.recv(65536, socket.MSG_PEEK)
        piece = connection.recv(7 if "sips" in modes else 65536)
        if not piece:
            return
        pending += piece
        while b"\r\n\r\n" in pending:
            head, rest = pending.split(b"\r\n\r\n", 1)
            length = re.search(rb"content-length: (\d+)", head.lower())
            length = int(length[1]) if length else 0
            if len(rest) < length:
                break
            pending = rest[length:]
            path = head.split(b" ")[1]
            body = b"answer to " + path
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262 if "mptcp" in modes else 0)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if "fastopen" in modes:
    listener.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, 16)
listener.bind((host, int(port)))
listener.listen(64)
print(listener.getsockname()[1], flush=True)
while True:
    accepted, _ = listener.accept()
    threading.Thread(target=answer, args=(accepted,), daemon=True).start()
