"""Ask a web server again and again over a few connections that stay open: raw sockets in one loop, which is light."""

import selectors
import socket
import time

HEAD_END = b"\r\n\r\n"


class _Line:
    """One open connection: asks, reads one answer whole, asks again."""

    def __init__(self, port: int, request: bytes) -> None:
        self.request = request
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""

    def ask(self) -> None:
        """Send the request."""
        self.got = b""
        self.socket.sendall(self.request)

    def answered(self) -> bool:
        """Take what has come; whether the answer is whole. Raises RuntimeError when it is no 200."""
        came = self.socket.recv(65536)
        if not came:
            raise RuntimeError("the server hung up")
        self.got += came
        head, found, body = self.got.partition(HEAD_END)
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(str(head[:60], "ascii", "replace"))
        length = head.lower().partition(b"content-length:")[2].partition(b"\r")[0]
        return len(body) >= int(length)


def a_second(port: int, path: str, *, connections: int = 8, seconds: float = 2.0) -> float:
    """How many answers a second come back from this path of a server on this machine."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip, br\r\n\r\n".encode()
    lines = [_Line(port, request) for _ in range(connections)]
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.ask()
        answers, began = 0, time.perf_counter()
        while time.perf_counter() < began + seconds:
            for key, _events in waiting.select(1):
                if key.data.answered():
                    answers += 1
                    key.data.ask()
        took = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return answers / took
