"""Old Vietnamese encodings: TCVN3 (ABC, .VnTime), VNI for Windows, letters in parts; recognised and converted.

Text in an old encoding reaches us as the characters that its bytes are in Windows-1252 ("NguyÔn V¨n A" in TCVN3,
"Nguyeãn Vaên A" in VNI), since only the font said what they mean.
"""

from __future__ import annotations

from ccvc.standard.encodings.evidence import Evidence
from ccvc.standard.encodings.files import codec_of
from ccvc.standard.encodings.recognising import Verdict, recognise, recognise_bytes, recognise_table
from ccvc.standard.encodings.tables import Encoding, convert, decode, is_unicode

__all__ = [
    "Encoding",
    "Evidence",
    "Verdict",
    "codec_of",
    "convert",
    "decode",
    "is_unicode",
    "recognise",
    "recognise_bytes",
    "recognise_table",
]
