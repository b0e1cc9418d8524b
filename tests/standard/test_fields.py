"""The declaration is read whole, judged with clear words, and everything derives from it."""

from __future__ import annotations

import shutil
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from ccvc.standard import (
    DATA,
    DeclarationError,
    Field,
    Group,
    Table,
    canonical,
    check,
    current,
    decoder,
    display,
    json_schema,
    label,
    load,
    national,
    using,
)
from tests.standard import tiny
from tests.standard.test_shape import NGUYEN_VAN_AN

ON = date(2026, 11, 21)


def test_the_shipped_standard_is_read_once() -> None:
    assert current() is current()
    assert current().version == "2026-07"


def test_fields_are_found_by_their_paths() -> None:
    name, level = current().fields["identity.full_name"], current().fields["education.degrees[].level"]
    assert (name.group, name.table, name.type, name.required) == ("identity", None, "text", True)
    assert (level.group, level.table, level.code_list) == (
        "education",
        "education.degrees",
        "education_levels",
    )
    assert current().tables["education.degrees"].members["level"] is level
    assert current().groups["identity"].members["full_name"] is name


def test_a_declared_field_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        current().fields["identity.full_name"].required = False  # type: ignore[misc] # frozen, as is tried here


def test_paths_of_documents_lead_to_their_declaration() -> None:
    find = current().find
    assert isinstance(find("identity"), Group)
    assert isinstance(find("education.degrees"), Table)
    assert find("education.degrees[d1]") is find("education.degrees[]") is find("education.degrees")
    assert isinstance(find("education.degrees[d1].major"), Field)
    assert find("education.nothing") is None


def test_labels_of_paths() -> None:
    assert label("identity.full_name") == "Họ và tên khai sinh"
    assert label("education") == current().groups["education"].label_vi
    degrees = current().tables["education.degrees"].label_vi
    assert label("education.degrees[d1]") == degrees
    assert label("education.degrees[d1].level").startswith(f"{degrees}: ")
    assert label("standard") == "Phiên bản chuẩn thông tin"
    english = current().tables["education.degrees"].label_en
    assert label("education.degrees[d1].level", "en").startswith(f"{english}: ")
    assert label("no.such") == "no.such"


def test_the_national_part_holds_national_fields_only() -> None:
    part = current().national
    assert part is current().national
    assert part.fields.keys() == {path for path, field in current().fields.items() if field.national}
    assert "identity.phone" not in part.fields


def test_attributes_are_read_in_their_types(tmp_path: Path) -> None:
    fields = load(tiny.write(tmp_path)).fields
    assert fields["thing.rate"].min == Decimal("0.50")
    assert fields["thing.day"].max == date(2100, 12, 31)
    assert fields["thing.rows[].badge"].pattern == "^[A-Z][0-9]+$"
    assert fields["thing.name"].declared_by == ("person",)


def test_using_swaps_the_standard_and_puts_it_back(tmp_path: Path) -> None:
    shipped = current()
    with using(load(tiny.write(tmp_path))) as other:
        assert current() is other
        assert label("thing.name") == "Mục name"
    assert current() is shipped


# One field more


@pytest.fixture
def with_nickname(tmp_path: Path) -> Path:
    """Copy the shipped data folder and add one required national field to it."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    entry = tiny.field("nickname", 'label_vi = "Biệt hiệu"\ntype = "text"\nmax_length = 5\nrequired = true')
    file = folder / "fields" / "01-identity.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[[field]]", f"{entry}\n[[field]]", 1), encoding="utf-8")
    return folder


def test_one_field_more_is_seen_everywhere(with_nickname: Path) -> None:
    standard = load(with_nickname)
    named = NGUYEN_VAN_AN | {"identity": NGUYEN_VAN_AN["identity"] | {"nickname": "Tư"}}
    too_long = NGUYEN_VAN_AN | {"identity": NGUYEN_VAN_AN["identity"] | {"nickname": "Tư Mắt Hí"}}
    with using(standard):
        assert standard.fields["identity.nickname"].label_vi == "Biệt hiệu"
        assert label("identity.nickname") == "Biệt hiệu"
        assert display("identity.nickname", "Tư") == "Tư"
        assert [f.message_vi for f in check(NGUYEN_VAN_AN, on=ON)] == ["Thiếu “Biệt hiệu”."]
        assert [f.code for f in check(too_long, on=ON)] == ["STD-LONG"]
        assert check(named, on=ON) == []
        assert national(named)["identity"]["nickname"] == "Tư"
    properties = json_schema(standard)["properties"]["identity"]["properties"]
    assert (properties["nickname"]["title"], properties["nickname"]["anyOf"][0]["maxLength"]) == (
        "Biệt hiệu",
        5,
    )
    assert decoder(standard).decode(canonical(named)).identity.nickname == "Tư"
    with pytest.raises(msgspec.ValidationError, match=r"nickname.*identity"):
        decoder(standard).decode(canonical(NGUYEN_VAN_AN))
    assert "nickname" not in json_schema(current())["properties"]["identity"]["properties"]


# Faults of the declaration itself

ROW = tiny.table("rows")
CELL = tiny.field("cell", 'type = "boolean"', table=True)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (tiny.field("x", 'type = "txt"'), "thing.x: Invalid enum value 'txt'"),
        (tiny.field("x", ""), "thing.x: Object missing required field `type`"),
        (tiny.field("x", 'type = "boolean"\nlable = "y"'), "thing.x: unknown attribute lable"),
        (tiny.field("x", 'type = "boolean"\npath = "y"'), "thing.x: unknown attribute path"),
        (tiny.field("X", 'type = "boolean"'), "thing.X: name must be a free lower-case word"),
        (tiny.field("id", 'type = "boolean"'), "thing.id: name must be a free lower-case word"),
        (tiny.field("x", 'type = "text"'), "thing.x: max_length belongs to"),
        (tiny.field("x", 'type = "boolean"\nmax_length = 3'), "thing.x: max_length belongs to"),
        (tiny.field("x", 'type = "code"'), "thing.x: type code needs code_list"),
        (tiny.field("x", 'type = "code"\ncode_list = "y"'), "thing.x: there is no code list y"),
        (tiny.field("x", 'type = "date"\ncode_list = "colours"'), "only type code or codes may have"),
        (tiny.field("x", "type = \"text\"\nmax_length = 3\npattern = '('"), "pattern must be a valid"),
        (tiny.field("x", 'type = "decimal"\ndigits = 2'), "thing.x: decimal needs digits and places"),
        (tiny.field("x", 'type = "decimal"\ndigits = 2\nplaces = 2'), "decimal needs digits and places"),
        (tiny.field("x", 'type = "integer"\nplaces = 2'), "digits and places belong to decimal"),
        (tiny.field("x", 'type = "date"\nmin = 3'), "thing.x: 3 is no bound for type date"),
        (tiny.field("x", 'type = "text"\nmax_length = 3\nmax = 3'), "3 is no bound for type text"),
        (tiny.field("x", 'type = "boolean"\nvalid_to = 2020-01-01'), "valid_to is before valid_from"),
        (tiny.field("x", 'type = "boolean"') * 2, "thing: x is declared twice"),
        (ROW, "thing.rows: a table needs at least one field"),
        (ROW + CELL + CELL, "thing.rows: cell is declared twice"),
        (ROW.replace("true", "false") + CELL, "a national field in a table that is not national"),
        (tiny.field("x", 'type = "boolean"\nowner = "me"'), "Invalid enum value 'me'"),
        ("[[field]\n", "Expected ']]'"),
    ],
)
def test_a_fault_of_the_declaration_names_file_and_field(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        load(tiny.write(tmp_path, tiny.GROUP + entry))
    assert str(caught.value).startswith("01-thing.toml: ")
    assert said in str(caught.value)


def test_two_groups_may_not_share_name_or_order(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path, tiny.GROUP)
    (folder / "fields" / "02-other.toml").write_text(tiny.GROUP.replace("thing", "other"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="two groups have the order 1"):
        load(folder)
    (folder / "fields" / "02-other.toml").write_text(tiny.GROUP.replace("1", "2"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="two groups have the name thing"):
        load(folder)
