"""Where a policy's text is found: a plain file, or a path in a git repository."""

from notifier.sources.file import FileSource
from notifier.sources.git import GitSource
from notifier.sources.source import Source

__all__ = ["FileSource", "GitSource", "Source"]
