"""Handing a file out: as a download under the name of its own format, never shown as a page of this node."""

from __future__ import annotations

from pathlib import PurePath

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from ccvc.evidence import selectors
from ccvc.evidence.formats import FORMATS
from ccvc.evidence.models import Attachment

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def download(paper: Attachment) -> HttpResponse:
    """The file as it came. The caller has recorded the look. Problem EVI-INFECTED, EVI-NOT-SCANNED, EVI-GONE."""
    content = selectors.content(paper)
    found = FORMATS[paper.file.format]
    answer = HttpResponse(content, content_type=found.media_type, headers=HEADERS)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name_of(paper))
    return answer


def name_of(paper: Attachment) -> str:
    """The name it came under, without what is no letter of a name, with the suffix its content asks for."""
    stem = PurePath(paper.file_name.replace("\\", "/")).stem
    plain = "".join(c if c.isalnum() or c in " -_.()" else "_" for c in stem).strip(" .")
    return f"{plain or paper.file.sha256[:12]}.{paper.file.format}"
