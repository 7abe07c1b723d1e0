"""The verbs from a terminal. Commands are imported when they are run, so that help is quick."""

from __future__ import annotations

import importlib

import click

from notifier import __version__
from notifier.errors import NotifierError

_COMMANDS = {
    "demo": "demo",
    "init": "setup",
    "config": "setup",
    "read": "texts",
    "check": "texts",
    "redline": "texts",
    "plan": "decisions",
    "rehearse": "rehearsal",
    "preview": "decisions",
    "ruling": "rulings",
    "approve": "decisions",
    "hold": "decisions",
    "resume": "decisions",
    "pause": "stopping",
    "withdraw": "stopping",
    "close": "decisions",
    "send": "running",
    "serve": "running",
    "feedback": "feedback",
    "suppression": "feedback",
    "status": "proof",
    "evidence": "proof",
    "verify": "proof",
}


class _Verbs(click.Group):
    """Lists every verb in the order of a change's life; loads only the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every verb with the whole first sentence of its help."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, command.get_short_help_str(limit=120))
                    for name in self.list_commands(ctx)
                    if (command := self.get_command(ctx, name)) is not None
                ]
            )

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        del ctx
        if name not in _COMMANDS:
            return None
        module = importlib.import_module(f"notifier.cli.{_COMMANDS[name]}")
        command: click.Command = getattr(module, name)
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="notifier")
def verbs() -> None:
    """Tell every person a policy promised to tell, before the day it promised, and prove it.

    \b
    Start with:
      notifier demo                     the whole story on a sample company
      notifier read policy.md           what a policy promises, from any file
      notifier init                     a configuration of your own

    \b
    Then, for each change:
      notifier check                    is there a new version? what does it say?
      notifier plan                     who is told what, and when (sends nothing)
      notifier preview                  the very messages that would go out
      notifier approve --by "Ana Lima"  nothing leaves without this
      notifier serve                    the daemon: sends what is due
      notifier status                   who has been told, who has not
    """


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; errors are told in words.

    Args:
        arguments: what stands behind the program's name; by default the process's own.

    Returns:
        The exit code: 0, or that of the error (:mod:`notifier.errors`).
    """
    try:
        code = verbs.main(arguments, prog_name="notifier", standalone_mode=False)
    except NotifierError as error:
        click.echo(f"notifier: {error}", err=True)
        return error.exit_code
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 130
    return code if isinstance(code, int) else 0
