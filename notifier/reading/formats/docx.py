"""Word: the text as it reads once every tracked change is accepted."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.parsers.expat import ExpatError

import mammoth

from notifier.errors import ReadingError
from notifier.model.text import Document
from notifier.reading.formats.html import read_fragment

_MAX_PARTS = 2_000
_MAX_PART = 16_000_000
_MAX_UNPACKED = 64_000_000
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""


def read(content: bytes, name: str) -> Document:
    """Read a .docx file.

    Raises:
        ReadingError: it is broken, no Word document, or would unpack to too much.
    """
    metadata = _checked(content, name)
    try:
        converted = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda _image: {}),
            external_file_access=False,
        )
    except (KeyError, ValueError, OSError, IndexError, AttributeError, TypeError) as problem:
        raise _broken(name) from problem
    except (ExpatError, zipfile.BadZipFile, zlib.error, RecursionError) as problem:
        raise _broken(name) from problem
    blocks = read_fragment(converted.value, name)
    return Document(blocks, title=metadata.get("title", ""), metadata=metadata)


def _broken(name: str) -> ReadingError:
    return ReadingError(f"{name}: not a readable Word document", remedy="save it anew as .docx")


def _checked(content: bytes, name: str) -> dict[str, str]:
    """Refuse zip and entity bombs before anything is parsed; return the stated properties."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise ReadingError(f"{name}: unpacks to too much to be a policy")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(archive, part, name)
            return _properties(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, ValueError) as problem:
        raise _broken(name) from problem
    except (RuntimeError, EOFError) as problem:  # a password, a cut-off file
        raise _broken(name) from problem


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    with archive.open(part) as unpacked:
        xml = unpacked.read(_MAX_PART + 1)
    if len(xml) > _MAX_PART or xml.count(b"<") > _MAX_PART // 16:
        raise ReadingError(f"{name}: {part.filename} unpacks to too much to be a policy")
    if _ENTITIES.search(xml) or xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadingError(f"{name}: {part.filename} declares entities, which Word never does")


_PROPERTIES = ("title", "language")


def _properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """Title and language from the core properties, where they are plain."""
    if "docProps/core.xml" not in archive.namelist():
        return {}
    xml = archive.read("docProps/core.xml").decode("utf-8", "replace")
    found = {key: re.search(rf"<\w+:{key}\b[^>]*>([^<]{{1,300}})<", xml) for key in _PROPERTIES}
    return {key: match[1].strip() for key, match in found.items() if match}
