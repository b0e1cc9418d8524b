"""Fields an agency adds for itself: in forms and dossiers there, and never in what leaves the node."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ccvc import standard
from ccvc.simulation.example import example

FIELDS = """
[[field]]
name = "parking_card"
label_vi = "Số thẻ gửi xe"
type = "text"
max_length = 20

[[table]]
name = "equipment"
label_vi = "Trang thiết bị được giao"

[[table.field]]
name = "item"
label_vi = "Tên thiết bị"
type = "text"
max_length = 100
"""


def extended(folder: Path, text: str = FIELDS, agency: str = "H41") -> standard.Standard:
    file = folder / "local-fields.toml"
    file.write_text(text, encoding="utf-8")
    return standard.extended(standard.newest(), file, agency)


def document() -> standard.Document:
    own = {"parking_card": "A-17", "equipment": [{"id": "e1", "item": "Máy tính xách tay"}]}
    return {**example("2026-07"), "x_h41": own}


def test_own_fields_stand_in_a_group_named_for_the_agency(tmp_path: Path) -> None:
    made = extended(tmp_path)
    assert list(made.groups)[-1] == "x_h41"
    assert made.fields["x_h41.parking_card"].label_vi == "Số thẻ gửi xe"
    assert standard.check(document(), on=date(2026, 8, 1), standard=made) == []
    assert "x_h41" in standard.json_schema(made)["properties"]


def test_other_agencies_and_the_national_node_do_not_know_them(tmp_path: Path) -> None:
    made = extended(tmp_path)
    assert "x_h41" not in standard.national(document(), made)
    assert "x_h41" not in made.national.groups
    found = standard.check(document(), on=date(2026, 8, 1), standard=standard.newest())
    assert {(one.code, one.path) for one in found} == {("STD-UNKNOWN", "x_h41")}


def test_they_stay_with_the_dossier_from_one_version_to_the_next(tmp_path: Path) -> None:
    older = {**standard.convert(document(), standard.of("2023-05")).document}
    assert older["x_h41"] == document()["x_h41"]
    assert standard.convert(older, extended(tmp_path)).document["x_h41"] == document()["x_h41"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            FIELDS.replace("max_length = 20", "max_length = 20\nnational = true"),
            "never goes to the national node",
        ),
        ('group = "identity"\n' + FIELDS, "leave `group` out"),
        (
            FIELDS.replace('type = "text"\nmax_length = 20', 'type = "colour"'),
            "local-fields.toml: x_h41.parking_card",
        ),
        ("[[field", "local-fields.toml"),
    ],
)
def test_a_wrong_declaration_is_refused_by_file_and_field(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(standard.DeclarationError, match=said):
        extended(tmp_path, text)
