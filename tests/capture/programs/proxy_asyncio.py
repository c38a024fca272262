"""proxy_asyncio.py PORT MODE: like proxy.mjs, in one event loop; modes `chain`, `gather`, `thread` (calls in threads, one
after the other) and `timer` (a pause before each), a connection for each call in flight."""
import asyncio
import http.client
import sys
from concurrent.futures import ThreadPoolExecutor

PORT, MODE = int(sys.argv[1]), sys.argv[2]
idle = []


async def read_message(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    await reader.readexactly(length)
    return head


async def call(path):
    reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: test\r\n\r\n".encode())
    await writer.drain()
    await read_message(reader)
    idle.append((reader, writer))


def call_in_thread(path):
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()


async def work(paths):
    if MODE == "gather":
        await asyncio.gather(*map(call, paths))
        return
    for path in paths:
        if MODE == "timer":
            await asyncio.sleep(0.002)
        await (asyncio.to_thread(call_in_thread, path) if MODE == "thread" else call(path))


async def serve(reader, writer):
    try:
        while True:
            path = (await read_message(reader)).split(b" ")[1].decode()
            await work([f"/s200{path}/{step}" for step in "abc"])
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone")
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()


async def main():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(64))
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
