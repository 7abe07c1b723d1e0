"""What a policy promises about announcing its own changes.

``clause`` finds the passage, ``sentences`` splits it, ``statements`` reads each sentence with the
phrases of ``languages/<lang>/promise.toml``, ``summary`` makes one promise of them, and ``doubts``
says where the text contradicts itself or leaves something open.
"""

from notifier.reading.promises.reader import read_promise

__all__ = ["read_promise"]
