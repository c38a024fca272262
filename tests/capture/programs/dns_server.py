"""dns_server.py HOST PORT: answers A questions for names under `known.` with 192.0.2.1, AAAA ones with nothing, leaves
names under `silent.` without an answer, and says NXDOMAIN to all others; prints its port."""
import socket
import struct
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sys.argv[1], int(sys.argv[2])))
print(server.getsockname()[1], flush=True)
while True:
    query, client = server.recvfrom(4096)
    end = query.index(b"\0", 12) + 5
    labels, kind = query[12 : end - 4], struct.unpack(">H", query[end - 4 : end - 2])[0]
    if b"silent" in labels:
        continue
    known = b"known" in labels
    answers = 1 if known and kind == 1 else 0
    reply = query[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, answers, 0, 0) + query[12:end]
    if answers:
        reply += b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([192, 0, 2, 1])
    server.sendto(reply, client)
