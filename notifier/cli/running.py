"""send, serve: by hand, and the daemon."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from notifier.cli.options import config_option, opened, progress_shown
from notifier.errors import NotifierError


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that Ctrl-C, SIGTERM and a lost terminal set: all ends in good order."""
    stop = threading.Event()
    hangup = {signal.SIGHUP} if hasattr(signal, "SIGHUP") else set()
    earlier = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in {signal.SIGINT, signal.SIGTERM, *hangup}
    }
    try:
        yield stop
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


@click.command()
@config_option
@click.option("--now", "go", is_flag=True, help="Really hand over; without it, nothing is done.")
def send(config_path: Path, go: bool) -> None:
    """Hand over, by hand, what is approved and due; the daemon does the same by itself.

    \b
    Examples:
      notifier send --now
    """
    from notifier.cli import words
    from notifier.pipeline.sending import send_due

    if not go:
        raise NotifierError(
            "This would hand over what is approved and due.", remedy="notifier send --now"
        )
    with opened(config_path) as pipeline, progress_shown() as progress, _stoppable() as stop:
        report = send_due(pipeline, stop=stop, progress=progress)
    for state, count in sorted(report.states.items()):
        words.fact(state, f"{count:,}")
    for left in report.waiting:
        words.fact("waiting", left)
    if not (report.states or report.waiting):
        click.echo("Nothing was due.")
    for alarm in report.alarms:
        click.echo(f"  {click.style('alarm', fg='red', bold=True)}  {alarm}")


@click.command()
@config_option
def serve(config_path: Path) -> None:
    """Run the daemon: check the sources, send what is due, serve the notices in the product.

    Ctrl-C or SIGTERM ends it in good order.

    \b
    Examples:
      notifier serve
      notifier serve -c /etc/notifier.toml
    """
    from notifier import web
    from notifier.daemon import Daemon

    _log_to_standard_error()
    with _stoppable() as stop, opened(config_path, begins=True) as pipeline:
        host, port = pipeline.config.web.host, pipeline.config.web.port
        with closing(web.listen(host, port)) as place, Daemon(pipeline) as daemon:
            click.echo(f"notifier serves on http://{host}:{port} (Ctrl-C ends it)", err=True)
            web.serve(pipeline, place, health=daemon.health, stop=stop)


def _log_to_standard_error() -> None:
    """One line each, ``key=value``; no colours, no addresses, no secrets."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
