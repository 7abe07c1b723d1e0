"""Replies of an SMTP server, cut from the stream (RFC 5321 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

_LONGEST_LINE = 4096
"""RFC 5321 4.5.3.1.5 allows 512 octets; servers with long explanations exist."""
_MOST_LINES = 256


class Garbage(Exception):
    """What came is no SMTP reply; nothing after it on this connection can be trusted."""


class Reply(NamedTuple):
    """One reply.

    Attributes:
        code: three digits, 200 to 559.
        lines: the words of each line, without code and line end.
        text: code and words on one line.
    """

    code: int
    lines: tuple[bytes, ...]
    text: str

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463) of the last line, or empty."""
        first, _, _ = self.lines[-1].partition(b" ")
        parts = first.split(b".")
        if len(parts) == 3 and all(part.isdigit() for part in parts):  # noqa: PLR2004
            return first.decode("ascii")
        return ""


class ReplyReader:
    """Collects bytes and gives out whole replies; holds at most one unfinished one."""

    __slots__ = ("_lines", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._lines: tuple[bytes, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is left over after the last whole reply."""
        return not self._rest and not self._lines

    def feed(self, data: bytes) -> Iterable[Reply]:
        """Take what was received and give out the replies it completes, in order.

        Raises:
            Garbage: a line that is no reply line, or more than any honest server says; the replies
                before it have been given out.
        """
        return (self.empty and _whole(data)) or self._piece_by_piece(data)

    def _piece_by_piece(self, data: bytes) -> Iterator[Reply]:
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            reply, more = _read(line)
            if more:
                self._lines += reply.lines
                if len(self._lines) >= _MOST_LINES:
                    raise Garbage("an endless reply")
            elif self._lines:
                whole = _reply(reply.code, self._lines + reply.lines)
                self._lines = ()
                yield whole
            else:
                yield reply
        if len(self._rest) > _LONGEST_LINE:
            raise Garbage("an endless line")


@lru_cache(maxsize=256)
def _whole(data: bytes) -> tuple[Reply, ...]:
    """What came, where it is nothing but whole replies of a line each; a server repeats itself."""
    *lines, rest = data.split(b"\n")
    if rest:
        return ()
    try:
        read = [_read(line) for line in lines]
    except Garbage:
        return ()
    return () if any(more for _, more in read) else tuple(reply for reply, _ in read)


@lru_cache(maxsize=256)
def _read(line: bytes) -> tuple[Reply, bool]:
    """The line as a reply, and whether more follow; a server says the same few all day."""
    code, mark, text = line[:3], line[3:4], line[4:].rstrip(b"\r")
    if not (b"200" <= code <= b"559" and code.isdigit() and mark in b" -\r"):
        raise Garbage("something that is no SMTP reply")
    if len(line) > _LONGEST_LINE:
        raise Garbage("an endless line")
    return _reply(int(code), (text,)), mark == b"-"


def _reply(code: int, lines: tuple[bytes, ...]) -> Reply:
    words = b" ".join(lines).decode("utf-8", "replace")
    return Reply(code, lines, f"{code} {words}".rstrip())
