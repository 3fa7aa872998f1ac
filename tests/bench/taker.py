"""A provider next door that takes every message at once: python -m tests.bench.taker prints its port, then listens.

GET tells how many it took, and how many of our references it saw twice.
"""

import asyncio
import json
from collections import Counter

taken: Counter[str] = Counter()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, kept open as long as its caller likes."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            lines = dict(line.partition(": ")[::2] for line in head.splitlines()[1:])
            await reader.readexactly(int(lines.get("content-length", 0)))
            if head.startswith("post"):
                taken[lines["idempotency-key"]] += 1
                said = {"id": f"t{taken.total()}"}
            else:
                said = {"taken": taken.total(), "twice": taken.total() - len(taken)}
            body = json.dumps(said).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
            writer.write(body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    """Listen until ended."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
