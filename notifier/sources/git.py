"""A policy's text at a path on a branch of a local git repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from notifier.errors import SourceError
from notifier.model.text import Snapshot
from notifier.sources.source import bounded

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class GitSource:
    """A file as the tip of a branch has it; the working tree is never looked at."""

    repository: Path
    branch: str
    path: str

    def fetch(self) -> Snapshot:
        """The file's bytes at the branch's tip; the origin names the commit.

        Raises:
            SourceError: no repository, branch or file of that name, or git is missing.
        """
        try:
            there = self.repository.is_dir()
        except OSError as error:
            raise SourceError(
                f"{self.repository} cannot be read: {error.strerror}.",
                remedy="let the user that runs notifier read it",
            ) from error
        if not there:
            raise SourceError(
                f"There is no folder {self.repository}.",
                remedy="correct `git = ...` of this source in notifier.toml",
            )
        self._run("rev-parse", "--git-dir", or_else=self._no_repository)
        commit = self._tip()
        content = self._run("cat-file", "blob", f"{commit}:{self.path}", or_else=self._no_file)
        return Snapshot(
            content=bounded(content, self.describe()),
            name=Path(self.path).name,
            origin=f"git:{commit}:{self.path}",
        )

    def _tip(self) -> str:
        """The commit a branch of that name is at, here or as a remote had it; never a tag's.

        Raises:
            SourceError: there is none.
        """
        for place in ("refs/heads", "refs/remotes"):
            name = f"{place}/{self.branch}^{{commit}}"
            found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
            if found:
                return found.decode().strip()
        raise self._no_branch()

    def describe(self) -> str:
        """Path, branch and repository."""
        return f"{self.path} on branch {self.branch} of {self.repository}"

    def _run(self, *arguments: str, or_else: Callable[[str], SourceError] | None = None) -> bytes:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "LC_ALL": "C",
        }
        try:
            done = subprocess.run(
                ["git", "-C", str(self.repository), *arguments],
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                env=environment,
                stdin=subprocess.DEVNULL,
            )
        except FileNotFoundError as error:
            raise SourceError(
                "The git program is not installed.", remedy="install git, then check again"
            ) from error
        except OSError as error:
            raise SourceError(
                f"The git program cannot be run: {error.strerror}.",
                remedy="let the user that runs notifier run it",
            ) from error
        except subprocess.TimeoutExpired as error:
            raise SourceError(
                f"git took longer than {_SECONDS} s on {self.repository}.",
                remedy="see whether the repository's disk answers",
            ) from error
        if done.returncode != 0 and or_else is not None:
            raise or_else(done.stderr.decode(errors="replace").strip())
        return done.stdout

    def _no_repository(self, words: str) -> SourceError:
        if "dubious ownership" in words:
            return SourceError(
                f"git refuses {self.repository}: another user owns it.",
                remedy=f"run `git config --global --add safe.directory {self.repository}` "
                "as the user that runs notifier",
            )
        return SourceError(
            f"{self.repository} is not a git repository.",
            remedy="correct `git = ...` of this source, or use `file = ...`",
        )

    def _no_branch(self) -> SourceError:
        known = self._run(
            "for-each-ref",
            "--count=20",
            "--format=%(refname:lstrip=2)",
            "refs/heads",
            "refs/remotes",
        )
        names = ", ".join(known.decode(errors="replace").split()) or "none yet"
        return SourceError(
            f"{self.repository} has no branch {self.branch} (it has: {names}).",
            remedy="commit the text on that branch, or correct `branch = ...`",
        )

    def _no_file(self, _: str) -> SourceError:
        return SourceError(
            f"There is no {self.path} on branch {self.branch} of {self.repository}.",
            remedy="correct `path = ...`, counted from the repository's top folder",
        )
