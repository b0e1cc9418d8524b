"""The same forms as Word and Excel files, where people edit: each says that it has no legal value."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import docx
import xlsxwriter
from django.utils import timezone
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from ccvc.documents import filling
from ccvc.documents.catalogue import Form
from ccvc.documents.filling import Block, Cell, Document

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRAFT = "BẢN ĐỂ SOẠN THẢO, KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
FACE = "Times New Roman"
_WORKBOOK = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def word(form: Form, document: Document, chosen: Sequence[str]) -> bytes:
    """One person's form as a Word file, marked as a draft at its head and on every page."""
    made: Any = docx.Document()
    style = made.styles["Normal"]
    style.font.name, style.font.size = FACE, Pt(13)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header.paragraphs[0].text = DRAFT
    _centred(made, DRAFT, 11, RGBColor(0xC8, 0x10, 0x2E))
    _centred(made, form.title, 14)
    for part in filling.head_of(form, document):
        made.add_paragraph(_said(part))
    for block in filling.fill(form, document, chosen):
        _block(made, block)
    return _saved(made)


def _saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _centred(made: Any, text: str, size: int, colour: RGBColor | None = None) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(size)
    if colour is not None:
        run.font.color.rgb = colour


def _said(part: Cell) -> str:
    return f"{part['l']}: {part['v']}".replace("\u200b", "")


def _block(made: Any, block: Block) -> None:
    number = f"{block['no']}. " if block.get("no") else ""
    if block["t"] == "title":
        made.add_paragraph().add_run(number + block["text"]).bold = True
    elif block["t"] == "line":
        made.add_paragraph(number + "    ".join(_said(part) for part in block["parts"]))
    elif block["t"] == "table":
        made.add_paragraph(number + block["label"] + (f": {block['none']}" if not block["rows"] else ""))
        _table(made, block)
    else:
        made.add_paragraph().add_run(block["text"]).italic = True


def _table(made: Any, block: Block) -> None:
    if not block["rows"]:
        return
    table = made.add_table(rows=1, cols=len(block["head"]), style="Table Grid")
    for cell, label in zip(table.rows[0].cells, block["head"], strict=True):
        cell.paragraphs[0].add_run(label).bold = True
    for row in block["rows"]:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value["v"].replace("\u200b", "")


def excel(documents: Sequence[Document], chosen: Sequence[str]) -> bytes:
    """People and chosen columns as a workbook, marked as a draft; what people typed is text and never a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _WORKBOOK)
    book.set_properties(
        {"created": datetime.combine(timezone.localdate(), time.min)}
    )  # the day, not the second
    sheet = book.add_worksheet("Trích ngang")
    block = filling.fill_across(documents, chosen)[0]
    warning = book.add_format({"bold": True, "font_color": "#c8102e", "font_name": FACE})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "font_name": FACE})
    body = book.add_format({"border": 1, "text_wrap": True, "font_name": FACE})
    sheet.write_string(0, 0, DRAFT, warning)
    for column, (label, width) in enumerate(zip(block["head"], block["widths"], strict=True)):
        sheet.set_column(column, column, width * 1.4)
        sheet.write_string(2, column, label, head)
    for number, row in enumerate(block["rows"], 3):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell["v"].replace("\u200b", ""), body)
    sheet.freeze_panes(3, 2)
    book.close()
    return out.getvalue()
