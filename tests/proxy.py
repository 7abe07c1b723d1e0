"""An HTTP proxy on loopback that makes tunnels (CONNECT), and remembers for whom and where to."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from typing import Self

AGREED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass
class Proxy:
    """Joins the two ends, or gives each CONNECT the ``answer`` it was told to."""

    answer: bytes = AGREED
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(near,), daemon=True).start()

    def _tunnel(self, near: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += near.recv(4096)
        self.asked.append(asked.decode())
        near.sendall(self.answer)
        if self.answer is not AGREED:
            near.close()
            return
        host, _, port = asked.split()[1].decode().rpartition(":")
        far = socket.create_connection((host, int(port)))
        for source, target in ((near, far), (far, near)):
            threading.Thread(target=_pour, args=(source, target), daemon=True).start()


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
