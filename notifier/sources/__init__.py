"""Where a policy's text is found: a plain file, or a path in a git repository."""

from notifier.sources.file import FileSource
from notifier.sources.git import GitSource
from notifier.sources.source import MAX_BYTES, Source

__all__ = ["MAX_BYTES", "FileSource", "GitSource", "Source"]
