"""proxy.py PORT: like proxy.mjs in mode `chain`, a thread for each connection, each with a connection of its own."""
import http.client
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

local = threading.local()
back_host = os.environ.get("BACK_HOST", "127.0.0.1")
listen_host, listen_port = os.environ.get("LISTEN", "127.0.0.1:0").split(":")


def call(path):
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection(back_host, int(sys.argv[1]))
    local.connection.request("GET", path)
    local.connection.getresponse().read()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        for step in "abc":
            call(f"/s200{self.path}/{step}")
        self.send_response(200)
        self.send_header("content-length", "4")
        self.end_headers()
        self.wfile.write(b"done")
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


server = Server((listen_host, int(listen_port)), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
