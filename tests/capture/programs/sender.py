"""sender.py HOW: an HTTP server for one request whose answer leaves through sendfile, or through many buffers at once."""
import os
import socket
import sys
import tempfile

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
connection, _ = listener.accept()
while not connection.recv(65536).endswith(b"\r\n\r\n"):
    pass
if sys.argv[1] == "sendfile":
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 100_000)
        file.flush()
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        sent = 0
        while sent < 100_000:
            sent += os.sendfile(connection.fileno(), file.fileno(), sent, 100_000 - sent)
else:
    pieces = [b"HTTP/1.1 ", b"2", b"0", b"6 Partial", b" Content\r\n", b"content-", b"length: 5\r\n\r\n", b"hello"]
    connection.sendmsg(pieces)
connection.recv(1)
