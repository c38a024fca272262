"""raw_client.py HOST PORT COUNT [MODE..]: sends GET /r0, /r1, .. over one plain socket, each after the answer before it.
Modes: `pipelined` all in one write, `pairs` two in one write, `split` each in five writes, `peek` looks at answers before it reads them, `fastopen` a connection for each that brings the request with the SYN,
`many` a connection for each, `half` its end (FIN) in one segment with the request, `mptcp` over MPTCP."""
import socket
import sys
import time

MSG_FASTOPEN = 0x20000000
host, port, total, *modes = sys.argv[1:]
requests = [b"GET /r%d HTTP/1.1\r\nhost: test\r\n\r\n" % i for i in range(int(total))]


def open_socket():
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262 if "mptcp" in modes else 0)
    if "fastopen" not in modes:
        made.connect((host, int(port)))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def read_answers(connection, wanted):
    got = b""
    while True:
        if "peek" in modes:
            connection.recv(65536, socket.MSG_PEEK)
        piece = connection.recv(65536)
        if not piece:
            raise SystemExit("the server closed the connection")
        got += piece
        answers = got.split(b"HTTP/1.1 200 OK\r\n")[1:]
        if len(answers) == wanted and b"answer to /r" in answers[-1]:
            length, body = answers[-1].split(b"\r\n\r\n", 1)
            if len(body) == int(length.split(b": ")[1]):
                return


connection = open_socket()
if "pipelined" in modes:
    connection.sendall(b"".join(requests))
    read_answers(connection, len(requests))
    requests = []
if "pairs" in modes:
    requests = [b"".join(requests[at:at + 2]) for at in range(0, len(requests), 2)]
for i, request in enumerate(requests):
    if i > 0 and ("many" in modes or "fastopen" in modes):
        connection.close()
        connection = open_socket()
    if "fastopen" in modes:
        connection.sendto(request, MSG_FASTOPEN, (host, int(port)))
    elif "split" in modes:
        for at in range(0, len(request), 8):
            connection.sendall(request[at:at + 8])
            time.sleep(0.002)
    elif "half" in modes:
        connection.send(request, socket.MSG_MORE)
        connection.shutdown(socket.SHUT_WR)
    else:
        connection.sendall(request)
    read_answers(connection, request.count(b"GET"))
connection.close()
# Long enough to be asked who it is, on a busy machine too.
time.sleep(0.3)
