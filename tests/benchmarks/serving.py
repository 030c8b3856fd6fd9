"""Servers as processes, and a client that keeps them busy."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

BATCH = 100
"""Requests sent in one go: the server's work outweighs the client's."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*arguments: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    child = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    try:
        _wait_for(port)
        yield
    finally:
        child.terminate()
        child.wait(timeout=20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


class Client:
    """One connection, kept alive; requests in batches."""

    def __init__(self, port: int, path: str) -> None:
        self._connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        self._answer_length = len(self._one())

    def body(self) -> bytes:
        return self._one().partition(b"\r\n\r\n")[2]

    def batch(self) -> None:
        """Ask a batch of times, and read every byte that comes back."""
        self._connection.sendall(self._request * BATCH)
        missing = self._answer_length * BATCH
        while missing > 0:
            missing -= len(self._connection.recv(1 << 20))

    def close(self) -> None:
        self._connection.close()

    def _one(self) -> bytes:
        self._connection.sendall(self._request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._connection.recv(1 << 20)
        head, _, body = answer.partition(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ]
        while len(body) < lengths[0]:
            body += self._connection.recv(1 << 20)
        return head + b"\r\n\r\n" + body
