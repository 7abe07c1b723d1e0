"""An SMTP server for tests that does what it is told, wrong things above all.

It listens on loopback, one thread per connection. ``committed`` is the truth: every message the
server took responsibility for, in order. What goes wrong is a *script*: a function that looks at a
:class:`Moment` and returns what to do instead of the right thing, or None. Being a function of the
moment, it does the same in every run.

    sink = SmtpSink(script=lambda m: reply("451 4.7.1 later") if m.step == "rcpt" else None)
"""

from __future__ import annotations

import base64
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Moment:
    """Where in which conversation the server is, before it acts.

    ``step``: connect, ehlo, starttls, auth, mail, rcpt, data, body, dot, rset, quit. ``body`` is
    before the first byte of the message is read, ``dot`` after all of it was. ``connection`` and
    ``message`` count from 1 (``message`` within its connection).
    """

    step: str
    connection: int
    message: int
    sender: str = ""
    recipient: str = ""


@dataclass(frozen=True)
class Act:
    """What to do at a moment. In this order: commit, say, then end or stay silent."""

    commit: bool = False
    say: bytes = b""
    then: str = "go on"  # or: drop, reset, silence, refuse


def reply(text: str) -> Act:
    """A refusal of this step; with 421 the connection ends."""
    return Act(say=text.encode() + b"\r\n", then="drop" if text.startswith("421") else "refuse")


def garbage(data: bytes = b"\x00\xff\x16\x03 nonsense\r\n") -> Act:
    """Bytes that are no reply, and nothing after them."""
    return Act(say=data, then="silence")


DROP = Act(then="drop")
RESET = Act(then="reset")
SILENCE = Act(then="silence")
LOST_250 = Act(commit=True, then="drop")
LOST_250_RESET = Act(commit=True, then="reset")
COMMITTED_SILENCE = Act(commit=True, then="silence")

Script = Callable[[Moment], Act | None]


@dataclass(frozen=True)
class Committed:
    sender: str
    recipient: str
    content: bytes
    mail: str
    rcpt: str
    connection: int


class _Ended(Exception):
    pass


@dataclass
class SmtpSink:
    script: Script = lambda _moment: None
    offers: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10485760", "DSN")
    tls: ssl.SSLContext | None = None
    tls_first: bool = False
    login: tuple[str, str] | None = None
    committed: list[Committed] = field(default_factory=list)
    heard: list[tuple[int, str]] = field(default_factory=list)
    connections: int = 0
    deepest: int = 0
    """Most messages begun and unanswered at once, over all connections."""

    def __enter__(self) -> Self:
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._begun = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End every conversation as a dying server does: without a word."""
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        with self._lock:
            for sock in self._sockets:
                _quietly(sock.shutdown, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def hear_out(self) -> None:
        """Wait for the end of every conversation: what a dead client had sent may still arrive."""
        for thread in self._threads:
            thread.join()

    def __iter__(self):
        return iter(self.committed)

    def commands(self, verb: str) -> list[str]:
        return [line for _, line in self.heard if line.upper().startswith(verb)]

    def begin(self, step: int) -> None:
        with self._lock:
            self._begun += step
            self.deepest = max(self.deepest, self._begun)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._sockets.append(sock)
                talk = _Talk(self, sock, self.connections)
            thread = threading.Thread(target=talk.run, daemon=True)
            self._threads.append(thread)
            thread.start()


class _Talk:
    def __init__(self, sink: SmtpSink, sock: socket.socket, number: int) -> None:
        self.sink, self.sock, self.number = sink, sock, number
        self.message = 0
        self.mail = self.rcpt = self.sender = self.recipient = ""
        self.logged_in = sink.login is None

    def run(self) -> None:
        try:
            if self.sink.tls_first:
                self._secure()
            self.file = self.sock.makefile("rb")
            self._act("connect", "220 sink ESMTP")
            while line := self.file.readline(65536):
                text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
                self.sink.heard.append((self.number, text))
                verb, _, rest = text.partition(" ")
                step = getattr(self, f"_{verb.lower()}", None)
                if step is None:
                    self._say("500 5.5.2 not known")
                else:
                    step(rest)
        except (_Ended, OSError, ValueError):
            pass
        finally:
            _quietly(self.sock.shutdown, socket.SHUT_RDWR)
            self.sock.close()

    def _ehlo(self, _rest: str) -> None:
        offers = [*self.sink.offers]
        if self.sink.tls and not isinstance(self.sock, ssl.SSLSocket):
            offers.append("STARTTLS")
        if self.sink.login and not any(o.startswith("AUTH") for o in offers):
            offers.append("AUTH PLAIN LOGIN")
        lines = ["sink", *offers]
        self._act(
            "ehlo",
            "\r\n".join(f"250{'-' if n < len(lines) else ' '}{o}" for n, o in enumerate(lines, 1)),
        )

    def _starttls(self, _rest: str) -> None:
        if self._act("starttls", "220 2.0.0 go on"):
            self.file.close()
            self._secure()
            self.file = self.sock.makefile("rb")

    def _secure(self) -> None:
        assert self.sink.tls is not None
        self.sock = self.sink.tls.wrap_socket(self.sock, server_side=True)
        with self.sink._lock:
            self.sink._sockets.append(self.sock)

    def _auth(self, rest: str) -> None:
        mechanism, _, initial = rest.partition(" ")
        if mechanism.upper() == "PLAIN":
            given = base64.b64decode(initial or self._ask("")).decode().split("\0")[1:]
        else:
            given = [
                base64.b64decode(self._ask(p)).decode() for p in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6")
            ]
        if tuple(given) == self.sink.login:
            self.logged_in = self._act("auth", "235 2.7.0 welcome")
        else:
            self._say(f"535 5.7.8 wrong: {given}")

    def _ask(self, prompt: str) -> bytes:
        self._say(f"334 {prompt}")
        return self.file.readline().strip()

    def _mail(self, rest: str) -> None:
        self.message += 1
        self.mail, self.sender = rest, rest.partition("<")[2].partition(">")[0]
        self.recipient = ""
        if not self.logged_in:
            self.mail = ""
            self._say("530 5.7.0 log in first")
        elif not self._act("mail", "250 2.1.0 Ok"):
            self.mail = ""

    def _rcpt(self, rest: str) -> None:
        named = rest.partition("<")[2].partition(">")[0]
        if not self.mail:
            self._say("503 5.5.1 MAIL first")
            return
        self.rcpt, self.recipient = rest, named
        if not self._act("rcpt", "250 2.1.5 Ok"):
            self.recipient = ""

    def _data(self, _rest: str) -> None:
        if not self.recipient and "DATA WITHOUT RCPT" not in self.sink.offers:
            self._say("554 5.5.1 no valid recipients")
            return
        if not self._act("data", "354 go ahead"):
            return
        self.sink.begin(1)
        try:
            taken = self._act("body", "")
            content = self._content()
            if not taken:
                pass  # refused before its end, which is its answer
            elif self.recipient:
                self._act("dot", f"250 2.0.0 Ok: queued as S{self.number}-{self.message}", content)
            else:
                self._say("554 5.5.1 no valid recipients")
        finally:
            self.sink.begin(-1)
        self.mail = self.recipient = ""

    def _content(self) -> bytes:
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise _Ended
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _rset(self, _rest: str) -> None:
        self.mail = self.recipient = ""
        self._act("rset", "250 2.0.0 Ok")

    def _quit(self, _rest: str) -> None:
        self._act("quit", "221 2.0.0 Bye")
        raise _Ended

    def _act(self, step: str, right: str, content: bytes | None = None) -> bool:
        """Do what the script says, or the right thing; whether the step was agreed to."""
        moment = Moment(step, self.number, self.message, self.sender, self.recipient)
        act = self.sink.script(moment)
        if act is not None and step == "body":
            self.file.peek(1)  # the client has started to write
        if act is None:
            act = Act(commit=step == "dot", say=right.encode() + b"\r\n" if right else b"")
        if act.commit:
            committed = Committed(
                self.sender, self.recipient, content or b"", self.mail, self.rcpt, self.number
            )
            self.sink.committed.append(committed)
        if act.say:
            self.sock.sendall(act.say)
        if act.then == "reset":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.file.close()
            self.sock.close()
        if act.then == "drop" and step != "body":
            # Unread input would turn this end into a reset, which eats what was just said.
            self.sock.shutdown(socket.SHUT_WR)
            while self.file.read(65536):
                pass
        if act.then == "silence":
            self.sink._closing.wait()
        if act.then in ("drop", "reset", "silence"):
            raise _Ended
        return act.then == "go on"

    def _say(self, text: str) -> None:
        self.sock.sendall(text.encode() + b"\r\n")


def _quietly(call: Callable[..., object], *arguments: object) -> None:
    with suppress(OSError):
        call(*arguments)
