"""What a Python service of the shop needs: routes over http.server, clients for Redis and PostgreSQL, the truth log."""

import json
import os
import re
import socket
import struct
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SERVICE = os.environ["SHOP_SERVICE"]
TRUTH = os.environ.get("SHOP_TRUTH")

_truth = open(os.path.join(TRUTH, SERVICE + ".jsonl"), "a", buffering=1) if TRUTH else None
_truth_lock = threading.Lock()


def write_truth(**record):
    if _truth:
        with _truth_lock:
            _truth.write(json.dumps({"service": SERVICE, **record}) + "\n")


def micros():
    return time.time_ns() // 1000


class Context:
    """The visitor's request and the call being answered."""

    def __init__(self, request, call):
        self.request = request
        self.call = call

    def traced(self, target, operation, port, run):
        start = micros()
        status = "error"
        try:
            value = run()
            status = "ok"
            return value
        finally:
            write_truth(
                kind="called", request=self.request, call=str(uuid.uuid4()), parent=self.call, target=target,
                operation=operation, status=status, clientPort=port, start=start, end=micros(),
            )  # fmt: skip


def serve(routes):
    """Serves `routes`, a list of (path pattern, function(context, match, query) -> (status, dict)), on SHOP_PORT."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            start = micros()
            context = Context(
                self.headers.get("x-shop-request") or str(uuid.uuid4()),
                self.headers.get("x-shop-call") or str(uuid.uuid4()),
            )
            status, body = self.answer(context)
            payload = json.dumps({"request": context.request, **body}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.send_header("X-Shop-Request", context.request)
            self.end_headers()
            self.wfile.write(payload)
            write_truth(
                kind="served", request=context.request, call=context.call, parent="", target="",
                operation="GET " + self.path, status=str(status), clientPort=self.client_address[1],
                start=start, end=micros(),
            )  # fmt: skip

        def answer(self, context):
            url = urlsplit(self.path)
            for pattern, handle in routes:
                match = re.fullmatch(pattern, url.path)
                if match:
                    try:
                        return handle(context, match, parse_qs(url.query))
                    except Exception as error:
                        return 500, {"error": repr(error)}
            return 404, {"error": "no such page"}

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    Server(("127.0.0.1", int(os.environ["SHOP_PORT"])), Handler).serve_forever()


class PerThread(threading.local):
    """One connection to Redis and one to PostgreSQL for each thread, opened when first used."""

    @property
    def redis(self):
        if not hasattr(self, "_redis"):
            self._redis = Redis(int(os.environ["REDIS_PORT"]))
        return self._redis

    @property
    def postgres(self):
        if not hasattr(self, "_postgres"):
            self._postgres = Postgres(int(os.environ["POSTGRES_PORT"]), "shop", "shop")
        return self._postgres


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")
        self.port = self.socket.getsockname()[1]


class Redis(Connection):
    """RESP2, https://redis.io/docs/latest/develop/reference/protocol-spec/"""

    def command(self, context, *words):
        def run():
            parts = [str(word).encode() for word in words]
            self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
            return self._reply()

        return context.traced("redis", words[0], self.port, run)

    def _reply(self):
        line = self.reader.readline()[:-2]
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b":":
            return int(rest)
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else self.reader.read(size + 2)[:-2].decode()
        if kind == b"*":
            return [self._reply() for _ in range(int(rest))]
        raise RuntimeError(line.decode())


class Postgres(Connection):
    """Simple query protocol 3.0, https://www.postgresql.org/docs/current/protocol-flow.html"""

    def __init__(self, port, user, database):
        super().__init__(port)
        words = b"user\0%s\0database\0%s\0\0" % (user.encode(), database.encode())
        self.socket.sendall(struct.pack("!II", len(words) + 8, 196608) + words)
        self._until_ready()

    def query(self, context, text):
        """Rows as tuples of text or None. `text` must hold no foreign bytes: this client quotes nothing."""

        def run():
            payload = text.encode() + b"\0"
            self.socket.sendall(b"Q" + struct.pack("!I", len(payload) + 4) + payload)
            return self._until_ready()

        return context.traced("postgres", text.split(" ", 1)[0], self.port, run)

    def _until_ready(self):
        rows, failure = [], None
        while True:
            kind, size = struct.unpack("!cI", self.reader.read(5))
            payload = self.reader.read(size - 4)
            if kind == b"D":
                rows.append(self._row(payload))
            elif kind == b"E":
                failure = payload
            elif kind == b"Z":
                break
        if failure:
            raise RuntimeError(failure.replace(b"\0", b" ").decode())
        return rows

    @staticmethod
    def _row(payload):
        (count,) = struct.unpack_from("!H", payload)
        offset, values = 2, []
        for _ in range(count):
            (size,) = struct.unpack_from("!i", payload, offset)
            offset += 4
            values.append(None if size < 0 else payload[offset : offset + size].decode())
            offset += max(size, 0)
        return tuple(values)
