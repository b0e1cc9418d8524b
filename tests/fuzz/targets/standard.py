"""The standard and what is typed: documents, cells, forms, words, files of an agency's own fields and of settings."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import msgspec
import orjson
import pytest

from ccvc import standard
from ccvc.changes import inputs
from ccvc.dossiers import domain as dossiers
from ccvc.intake.cells import Converter, Noted, Refused
from ccvc.intake.cells.places import Places
from ccvc.node import settings
from ccvc.standard import shapes
from ccvc.standard.documents import UNREADABLE
from ccvc.standard.encodings import codec_of, recognise
from ccvc.standard.quality import judge
from ccvc.standard.spreadsheets import cell_of
from tests.fuzz import hostile, mutating, seeds
from tests.fuzz.seeds import DAY
from tests.fuzz.target import Input, Target, WrongError

PLAIN = msgspec.json.Decoder()


def _document(rng: Random) -> Input:
    whole = rng.choice(seeds.documents())
    return {
        "raw": mutating.json_bytes(rng, whole)
        if rng.random() < 0.95
        else mutating.dumped(rng, hostile.nested(rng))
    }


def _judge_document(given: Input) -> str:
    """All judges of a document say the same of it, and all that is said can be shown and sent."""
    raw = given["raw"]
    try:
        document = PLAIN.decode(raw)
    except UNREADABLE:
        document = None
    found = standard.check(document, on=DAY)
    for finding in found:
        orjson.dumps([finding.code, finding.path, finding.message("vi"), finding.message("en")])
    if document is not None:
        _agree(raw, document)
        _use(document)
    standard.decode(raw)
    return f"{min(len(found), 3)} findings"


def _agree(raw: bytes, document: Any) -> None:
    """The fast judge, the thorough one and the published schema refuse the same documents."""
    thorough = next(shapes.of_document(document, standard.current()), None)
    try:
        standard.decoder().decode(raw)
        fast = True
    except UNREADABLE:
        fast = False
    if fast is not (thorough is None) and not _repeats(raw):
        raise WrongError(f"judges differ: fast {fast}, thorough {thorough and thorough.code}")
    if len(raw) % 16 == 0 and fast is not _schema().is_valid(document) and not _repeats(raw):
        raise WrongError(f"the schema differs: fast {fast}, {thorough and thorough.code}")


def _repeats(raw: bytes) -> bool:
    """Whether a name stands twice in an object: what is meant then is nobody's to say, and is refused elsewhere."""
    return _names(PLAIN.decode(raw)) != raw.count(b'":')


def _names(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_names, value.values()))
    return sum(map(_names, value)) if isinstance(value, list) else 0


@cache
def _schema() -> Any:
    return jsonschema.Draft202012Validator(standard.json_schema(standard.current()))


def _use(document: Any) -> None:
    """What pages and rules do with a document that has been stored, however wrong it is."""
    if not isinstance(document, dict):
        return
    before = seeds.documents()[0]
    for difference in standard.diff(before, document):
        standard.display(difference.path, difference.new)
        standard.label(difference.path)
    if not list(shapes.of_document(document, standard.current())):
        standard.apply(before, standard.diff(before, document))
        standard.canonical(standard.national(document))
        dossiers.columns(document)
        judge(document, DAY)


def _stored(rng: Random) -> Input:
    return {"text": mutating.canonical(mutating.changed(rng, rng.choice(seeds.documents()))) or b"{}"}


def _read_stored(given: Input) -> None:
    """A document of any version that passed its judge once is read, converted and shown."""
    document = PLAIN.decode(given["text"])
    if not isinstance(document, dict):
        return
    for version, held in standard.versions().items():
        document = {**document, "standard": version}
        if not list(shapes.of_document(document, held.standard)):
            dossiers.columns(dossiers.parse(standard.canonical(document).decode()))


def _cell(rng: Random) -> Input:
    path = rng.choice(list(standard.current().fields))
    raw = (
        hostile.printable(rng)
        if rng.random() < 0.8
        else rng.choice([n for n in hostile.NUMBERS if isinstance(n, int | float)])
    )
    return {
        "path": path,
        "raw": raw if isinstance(raw, str) else repr(raw),
        "number": not isinstance(raw, str),
    }


def _convert(given: Input) -> str:
    """A cell gives a value that can be kept, is refused with a declared code, or says nothing."""
    declared = standard.current()
    field = declared.fields[given["path"]]
    raw = given["raw"]
    if given["number"]:
        raw = cell_of(float(raw))
    found = Converter(field, declared, Places(declared))(raw)
    if isinstance(found, Refused | Noted):
        problem = standard.Problem(found.code, **{"value": "", "accepted": "", **found.params})
        orjson.dumps(problem.as_json())
    value = found.value if isinstance(found, Noted) else found
    if isinstance(value, Refused) or value is None:
        return "refused" if value else "nothing"
    orjson.dumps(value)
    faults = [one.code for one in shapes.of_value(declared, field, field.path, value)]
    if "STD-TEXT" in faults:
        raise WrongError("a cell gave text that no document may hold")
    return "value"


def _typed(rng: Random) -> Input:
    return {
        "path": rng.choice(list(standard.current().fields)),
        "typed": hostile.printable(rng).replace("\x00", ""),
    }


def _type(given: Input) -> str:
    """What was typed into a form becomes a value that can be kept, or ValueError in words."""
    declared = standard.current()
    field = declared.fields[given["path"]]
    text = given["typed"][: field.max_length or inputs.LONGEST_TEXT]
    if field.type in {"decimal", "integer"}:
        text = text[:40]
    typed: Any = [text, ""] if field.type == "place" else [text] if field.type == "codes" else text
    try:
        value = inputs.read(field, typed, None)
    except ValueError as error:
        str(error).encode()
        return "refused"
    if value is None:
        return "nothing"
    orjson.dumps(value)
    if any(one.code == "STD-TEXT" for one in shapes.of_value(declared, field, field.path, value)):
        raise WrongError("a form gave text that no document may hold")
    return "value"


def _words(rng: Random) -> Input:
    return {"text": hostile.text(rng), "raw": mutating.spoiled(rng, rng.choice(seeds.texts()))[:4000]}


def _say(given: Input) -> None:
    text = given["text"]
    standard.normal(text), standard.plain(text)
    standard.read_date(text), standard.read_day(text)
    standard.check_personal_id(text, text, text)
    if text.encode(errors="replace").decode() == text:
        standard.sort_key(text)
        recognise([text, text * 2]).read(text)
    codec = codec_of(given["raw"])
    if codec:
        recognise(given["raw"].decode(codec, "replace").split(";"))


def _local(rng: Random) -> Input:
    return {
        "raw": mutating.spoiled(rng, seeds.LOCAL.encode()) if rng.random() < 0.5 else _toml(rng, seeds.LOCAL)
    }


def _toml(rng: Random, text: str) -> bytes:
    """A value, a name or a line of a file of settings changed for another."""
    lines = text.strip().split("\n")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        name, is_value, value = lines[at].partition("=")
        if is_value and rng.random() < 0.6:
            lines[at] = f"{name}={rng.choice(TOML_VALUES)}"
        elif is_value and rng.random() < 0.3:
            lines[at] = f"{hostile.text(rng)!r} ={value}"
        else:
            lines.insert(at, rng.choice(lines))
    return "\n".join(lines).encode(errors="replace")


TOML_VALUES = (
    '""',
    '"\\u0000"',
    '"x"',
    "0",
    "-1",
    "9" * 30,
    "9" * 5000,
    "1e400",
    "nan",
    "inf",
    "-inf",
    "true",
    "[]",
    "{}",
    "[[]]",
    "1979-05-27",
    "1979-05-27T07:32:00Z",
    "07:32:00",
    "0001-01-01",
    "9999-12-31",
    "[" * 3000,
    "{a=" * 900,
    '"("',
    '"^(a+)+$"',
    '"text"',
    '"code"',
    '"decimal"',
    '"H41"',
    '"../../x"',
    '"{0}"',
    "0x1F",
    "1_000",
    '"""\n"""',
    "''",
    "{a=1, b=[1,2]}",
    '"https://user:secret@host/"',
    '"identity.full_name"',
    '"\\U0010FFFF"',
    '"[^a]*"',
    '"(?P<x>a)(?P<x>b)"',
    "65536",
    "1.5",
)


def _extend(given: Input) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "local-fields.toml"
        file.write_bytes(given["raw"])
        try:
            made = standard.extended(standard.newest(), file, "H41")
        except standard.DeclarationError as error:
            orjson.dumps(str(error))
            return "refused"
    for path, field in made.fields.items():
        if path.startswith("x_"):
            list(shapes.of_value(made, field, path, "x"))
            orjson.dumps(field.label_vi)
    return "taken"


def _node(rng: Random) -> Input:
    text = seeds.SETTINGS
    return {"raw": mutating.spoiled(rng, text.encode()) if rng.random() < 0.4 else _toml(rng, text)}


def _settle(given: Input) -> None:
    """The settings of a node, from its home."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCVC_HOME", folder)
        (Path(folder) / settings.FILE_NAME).write_bytes(given["raw"])
        orjson.dumps(settings.load(home=Path(folder)).name)


TARGETS = [
    Target("node settings", _node, _settle, 15),
    Target("document", _document, _judge_document, 70),
    Target("stored document", _stored, _read_stored, 20),
    Target("cell", _cell, _convert, 60),
    Target("typed value", _typed, _type, 30),
    Target("words", _words, _say, 25),
    Target("local fields", _local, _extend, 15),
]
