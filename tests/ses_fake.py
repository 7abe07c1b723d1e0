"""A small Amazon SES v2 over HTTP on loopback that does what it is told, wrong things above all.

``taken`` is the truth: every message it took responsibility for, in order. A script looks at a
:class:`Call` and returns what to do instead of the right thing, or None. Answers can be delayed by
``latency`` seconds, as a distant region would.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Call:
    """One call, counted from 1, before it is acted on."""

    number: int
    attempt: str
    recipient: str


@dataclass(frozen=True)
class Act:
    """What to do with a call. In this order: take the message, answer, then end or stay silent."""

    take: bool = False
    status: int = 0
    error: str = ""
    words: str = ""
    body: bytes | None = None
    raw: bytes = b""
    then: str = "go on"  # or: drop, silence


DROP = Act(then="drop")
DROP_AFTER_ACCEPT = Act(take=True, then="drop")
SILENCE = Act(then="silence")
SILENCE_AFTER_ACCEPT = Act(take=True, then="silence")
NO_ID = Act(take=True, status=200, body=b"{}")


def refusal(status: int, error: str, words: str = "") -> Act:
    return Act(status=status, error=error, words=words)


@dataclass(frozen=True)
class Taken:
    sender: str
    recipient: str
    content: bytes
    tags: dict[str, str]
    configuration_set: str
    message_id: str


@dataclass
class SesFake:
    script: Callable[[Call], Act | None] = lambda _call: None
    latency: float = 0.0
    port: int = 0
    tls: ssl.SSLContext | None = None
    account: Act = field(default_factory=lambda: Act(status=200, body=b"{}"))
    taken: list[Taken] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    calls: int = 0
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(
            target=asyncio.run, args=(self.serve(started.set),), daemon=True
        )
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    async def serve(self, started: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        started()
        await self._stopped.wait()
        server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self.connections += 1
        try:
            while await self._answer_one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()
            if self.tls is None:  # a goodbye by TLS would wait for the other side's
                with suppress(ConnectionError):
                    await writer.wait_closed()
            self._talks.discard(task)

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if first.startswith("GET /v2/email/account "):
            writer.write(_response(self.account, "account"))
            return True
        self.calls += 1
        number = self.calls
        if self.latency:
            await asyncio.sleep(self.latency)
        sent = json.loads(body)
        (recipient,) = sent["Destination"]["ToAddresses"]
        tags = {tag["Name"]: tag["Value"] for tag in sent["EmailTags"]}
        act = self.script(Call(number, tags["attempt"], recipient)) or Act(take=True, status=200)
        self.requests.append((first, headers, body))
        if act.take:
            self._take(sent, recipient, tags, f"id-{number}")
        if act.raw:
            writer.write(act.raw)
        elif act.status:
            writer.write(_response(act, f"id-{number}"))
        if act.then == "silence":
            await self._stopped.wait()
        return act.then == "go on"

    def _take(self, sent: dict, recipient: str, tags: dict[str, str], message_id: str) -> None:
        self.taken.append(
            Taken(
                sent.get("FeedbackForwardingEmailAddress", ""),
                recipient,
                base64.b64decode(sent["Content"]["Raw"]["Data"]),
                tags,
                sent.get("ConfigurationSetName", ""),
                message_id,
            )
        )


def _response(act: Act, message_id: str) -> bytes:
    body = act.body
    if body is None:
        answer = {"MessageId": message_id} if act.status == 200 else {"message": act.words}
        body = json.dumps(answer).encode()
    kind = f"x-amzn-ErrorType: {act.error}:http://errors\r\n" if act.error else ""
    head = (
        f"HTTP/1.1 {act.status} X\r\nContent-Type: application/json\r\n"
        f"x-amzn-RequestId: {message_id}\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
