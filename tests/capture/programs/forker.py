"""forker.py PORT: waits for a line, then a child process and this one each send a GET; prints both statuses."""
import http.client
import os
import sys

print(os.getpid(), flush=True)
sys.stdin.readline()


def get(path):
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
    connection.request("GET", path)
    print(connection.getresponse().status, flush=True)


child = os.fork()
get("/s200/child" if child == 0 else "/s200/parent")
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
