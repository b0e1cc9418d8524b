"""What reading a damaged or hostile archive may raise, wherever it is read."""

from __future__ import annotations

import lzma
import zipfile
import zlib

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    RuntimeError,  # encrypted, packed in a way nobody here knows, nested without end
)
