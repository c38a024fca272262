"""sockmap.py COUNT: both ends of one connection over loopback that a sockmap hands data across, past TCP: its counters stand
still. Sends GET /r0, /r1, .. each after the answer before it. Prints why it cannot, and ends with 3, where the kernel does
not let it."""
import ctypes
import platform
import socket
import struct
import sys
import threading
import time

BPF_MAP_CREATE, BPF_MAP_UPDATE_ELEM, BPF_PROG_LOAD, BPF_PROG_ATTACH = 0, 2, 5, 8
BPF_MAP_TYPE_SOCKMAP, BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT = 15, 16, 7
MSG_REDIRECT_MAP, BPF_F_INGRESS, LOCAL_PORT = 60, 1, 64
libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    made = ctypes.create_string_buffer(attributes, 128)
    number = 321 if platform.machine() == "x86_64" else 280
    result = libc.syscall(number, command, made, 128)
    if result < 0:
        print(f"bpf({command}): errno {ctypes.get_errno()}", flush=True)
        raise SystemExit(3)
    return result


def address(data):
    return ctypes.addressof(data)


def instruction(code, to=0, source=0, offset=0, value=0):
    return struct.pack("<BBhi", code, source << 4 | to, offset, value)


def redirect(server_port, sockmap):
    """What the server sends goes to the first socket of the map, all else to the second."""
    program = ctypes.create_string_buffer(b"".join([
        instruction(0x61, 4, 1, LOCAL_PORT),           # w4 = message->local_port
        instruction(0xB7, 3, value=1),                 # r3 = 1
        instruction(0x55, 4, offset=1, value=server_port),
        instruction(0xB7, 3, value=0),                 # r3 = 0
        instruction(0x18, 2, 1, value=sockmap), instruction(0),
        instruction(0xB7, 4, value=BPF_F_INGRESS),
        instruction(0x85, value=MSG_REDIRECT_MAP),
        instruction(0x95),
    ]))
    license = ctypes.create_string_buffer(b"GPL")
    loaded = bpf(BPF_PROG_LOAD, struct.pack("<IIQQ", BPF_PROG_TYPE_SK_MSG, 9, address(program), address(license)))
    bpf(BPF_PROG_ATTACH, struct.pack("<IIII", sockmap, loaded, BPF_SK_MSG_VERDICT, 0))


def put(sockmap, index, end):
    key, value = (ctypes.create_string_buffer(struct.pack("<I", one)) for one in (index, end.fileno()))
    bpf(BPF_MAP_UPDATE_ELEM, struct.pack("<IIQQQ", sockmap, 0, address(key), address(value), 0))


def answer(end):
    while request := end.recv(4096):
        body = b"answer to " + request.split(b" ")[1]
        end.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))


listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
sockmap = bpf(BPF_MAP_CREATE, struct.pack("<IIII", BPF_MAP_TYPE_SOCKMAP, 4, 4, 2))
redirect(listener.getsockname()[1], sockmap)
put(sockmap, 0, client)
put(sockmap, 1, server)
threading.Thread(target=answer, args=(server,), daemon=True).start()
print("ready", flush=True)
sys.stdin.readline()
for i in range(int(sys.argv[1])):
    client.sendall(b"GET /r%d HTTP/1.1\r\nhost: test\r\n\r\n" % i)
    client.recv(4096)
print(struct.unpack_from("<Q", client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256), 120)[0], flush=True)
time.sleep(0.3)
