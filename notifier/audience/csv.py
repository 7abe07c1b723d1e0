"""An audience as a CSV file with a header line, UTF-8."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from notifier.audience.audience import Columns, picker, recipients
from notifier.errors import AudienceError
from notifier.model.people import Recipient

_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class CsvAudience:
    """One person a row; separated by comma, semicolon, tab or bar, told by the header line.

    Attributes:
        must: which of the columns may not be missing, beside the address.
    """

    path: Path
    columns: Columns = field(default_factory=Columns)
    must: frozenset[str] = frozenset()

    def rows(self) -> Iterator[Recipient]:
        """Every row in order; see :meth:`Audience.rows`."""
        with self._open() as file:
            header = file.readline()
            delimiter = max(_DELIMITERS, key=header.count)
            names = next(csv.reader([header], delimiter=delimiter, strict=True), [])
            found = [name.strip() for name in names]
            pick = picker(found, self.columns, str(self.path), self.must)
            yield from recipients(map(pick, self._rows(file, delimiter, len(names))))

    def _rows(self, file: io.TextIOWrapper, delimiter: str, width: int) -> Iterator[list[str]]:
        """Rows of as many fields as the header has, and one more, which is empty.

        Read strictly: a stray quote would else take the people after it into its field.
        """
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if len(row) != width:
                    if not row:
                        continue
                    self._fill_up(row, width, reader.line_num + 1)
                row.append("")
                yield row
        except csv.Error as error:
            raise AudienceError(
                f"{self.path}, line {reader.line_num + 1}: not a row of a CSV file ({error}). A "
                "quote in this line, or in one before it, is not closed where its field ends.",
                remedy="close the quote, or write it twice where it belongs to the text",
            ) from error

    def _fill_up(self, row: list[str], width: int, line: int) -> None:
        """Give a row that ends early its last fields, empty."""
        if len(row) > width:
            raise AudienceError(
                f"{self.path}, line {line}: {len(row)} fields where the header has {width}.",
                remedy="quote fields that hold the separator, then run this again",
            )
        row += [""] * (width - len(row))

    def digest(self) -> str:
        """Over the file's bytes and the column names."""
        digest = hashlib.sha256(repr(sorted(asdict(self.columns).items())).encode())
        with self._open() as file:
            buffer: io.BufferedIOBase = file.buffer  # type: ignore[assignment]
            while chunk := buffer.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()

    def describe(self) -> str:
        """The file's path."""
        return f"CSV file {self.path}"

    @contextmanager
    def _open(self) -> Iterator[io.TextIOWrapper]:
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                yield file
        except FileNotFoundError as error:
            raise AudienceError(
                f"There is no audience file {self.path}.",
                remedy="correct `csv = ...` under [audience] in notifier.toml",
            ) from error
        except UnicodeDecodeError as error:
            raise AudienceError(
                f"{self.path} is not UTF-8 ({error.reason}).",
                remedy="save it as UTF-8, then run this again",
            ) from error
        except csv.Error as error:
            raise AudienceError(
                f"{self.path} is not a CSV file: {error}.",
                remedy="export it again with a header line",
            ) from error
        except OSError as error:
            raise AudienceError(f"{self.path} cannot be read: {error.strerror}.") from error
