"""The shipped data of the standard: whole, grounded in law, and unambiguous to people and programs."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from ccvc.standard.loading import DATA, load
from ccvc.standard.patterns import PLACE_LISTS

STANDARD = load(DATA)
INDEX = tomllib.loads((DATA / "codes" / "index.toml").read_text(encoding="utf-8"))
FIELD_FILES = sorted(file for file in (DATA / "fields").glob("*.toml") if file.name != "standard.toml")
LISTS = sorted(STANDARD.codes)
PLACES = set(PLACE_LISTS.values())
NAMED_ONCE = [name for name in LISTS if not STANDARD.codes[name].large]
CERTAINTIES = set("SK?RD")


def entries(file):
    """Every field and table entry of a file, with the title of what contains it."""
    declared = tomllib.loads(file.read_text(encoding="utf-8"))
    for entry in (*declared.get("field", []), *declared.get("table", [])):
        yield declared["group"], entry
    for table in declared.get("table", []):
        for cell in table["field"]:
            yield f"{declared['group']}.{table['name']}", cell


ENTRIES = [(container, entry) for file in FIELD_FILES for container, entry in entries(file)]


# Fields


def test_the_ten_groups_of_the_decree_in_their_order():
    assert STANDARD.version == "2026-07"
    assert STANDARD.valid_from == date(2026, 7, 1)
    assert [group.order for group in STANDARD.groups.values()] == list(range(1, 11))
    assert [file.stem[3:] for file in FIELD_FILES] == list(STANDARD.groups)


def test_every_declared_entry_states_its_law_and_certainty():
    for container, entry in ENTRIES:
        assert "NĐ 27/2026/NĐ-CP" in entry["basis"], (container, entry["name"])
        assert entry["certainty"] in CERTAINTIES, (container, entry["name"])


def test_what_stands_in_the_form_of_2023_says_so_in_its_basis():
    for container, entry in ENTRIES:
        item = entry.get("form_items", {}).get("TT06-2023")
        if item:
            assert f"TT 06/2023/TT-BNV Phụ lục mục {item}" in entry["basis"], (container, entry["name"])


def test_labels_are_unique_where_they_stand_together():
    for language in ("label_vi", "label_en"):
        said = Counter((container, entry[language].casefold()) for container, entry in ENTRIES)
        assert [label for label, times in said.items() if times > 1] == []


def test_labels_do_not_abbreviate_legal_terms():
    abbreviated = re.compile(r"\b(CBCC|CBCCVC|VTVL|BHXH|BHYT|CCCD|PCCV|TNVK|QLNN|LLCT|ĐCSVN|CT-XH)\b")
    assert [entry["label_vi"] for _, entry in ENTRIES if abbreviated.search(entry["label_vi"])] == []


def test_every_code_list_a_field_names_exists_and_every_list_has_a_use():
    named = {field.code_list for field in STANDARD.fields.values() if field.code_list}
    assert named <= set(LISTS)
    looked_up = {"position_allowances"}  # which coefficient a post has, for officers and other programs
    of_papers = {"evidence_kinds"}  # papers attached to entries have kinds of their own
    assert set(LISTS) - named == PLACES | looked_up | of_papers  # the others give the codes of places


@pytest.mark.parametrize(
    "path",
    [
        "identity.ethnic_group",
        "identity.religion",
        "history.arrests[].reason",
        "family.relatives[].full_name",
        "employment.disciplines[].form",
        "employment.cases[].kind",
        "employment.cases_checked_on",
        "career.absences[].kind",
        "affiliation.party_joined_on",
        "assets.salary_income",
        "health.status",
    ],
)
def test_personal_data_of_decree_356_2025_is_sensitive(path):
    assert STANDARD.fields[path].sensitivity == "sensitive"


@pytest.mark.parametrize("group", ["family", "affiliation", "assets", "health"])
def test_whole_groups_are_sensitive(group):
    members = STANDARD.groups[group].members.values()
    assert {member.sensitivity for member in members} == {"sensitive"}


def test_only_few_values_are_required():
    required = {field.path for field in STANDARD.fields.values() if field.required and not field.table}
    assert required == {
        "identity.personal_id",
        "identity.full_name",
        "identity.sex",
        "identity.birth_date",
        "identity.ethnic_group",
        "career.recruited_on",
        "employment.category",
        "employment.status",
        "employment.unit_code",
    }


def test_reference_data_name_another_owner():
    for field in STANDARD.fields.values():
        assert (field.ownership == "master") == (field.owner == "ccvc"), field.path


def test_what_stays_with_the_component():
    local = {field.path for field in STANDARD.fields.values() if not field.national}
    assert local == {
        "identity.phone",
        "identity.email",
        "employment.strength",
        "employment.longest_work",
        "employment.remarks",
    }


def test_patterns_take_real_values_and_refuse_others():
    good = {
        "employment.unit_code": ("H41.12", "G09", "A01.01.2A"),
        "identity.old_identity_number": ("012345678",),
        "identity.social_insurance_number": ("0123456789", "001085123456"),
        "identity.health_insurance_number": ("GD4010123456789", "0123456789"),
        "identity.email": ("nva@example.gov.vn",),
        "career.planning[].period": ("2026-2031",),
    }
    for path, values in good.items():
        pattern = re.compile(STANDARD.fields[path].pattern or "")
        for value in values:
            assert pattern.search(value), (path, value)
        for value in ("", "không có", "12 34"):
            assert not pattern.search(value), (path, value)


# Code lists


@pytest.mark.parametrize("name", LISTS)
def test_every_row_states_its_law_and_certainty(name):
    assert len(STANDARD.codes[name]) > 0
    for row in STANDARD.codes[name]:
        assert row.basis, row.code
        assert row.certainty in CERTAINTIES, row.code
        assert row.label_vi, row.code
        assert row.label_en, row.code


def test_the_index_names_each_file_once_with_titles_law_and_owner():
    assert {file.stem for file in (DATA / "codes").glob("*.csv")} == set(INDEX)
    for name, entry in INDEX.items():
        assert all(entry[key] for key in ("label_vi", "label_en", "basis", "owner")), name


@pytest.mark.parametrize("name", LISTS)
def test_every_row_has_as_many_cells_as_the_head(name):
    with (DATA / "codes" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    assert [row for row in rows if len(row) != len(head)] == []


@pytest.mark.parametrize("name", LISTS)
def test_meanings_of_a_code_do_not_overlap_in_time(name):
    rows = sorted(STANDARD.codes[name], key=lambda row: (row.code, row.valid_from or date.min))
    for one, other in pairwise(rows):
        assert one.code != other.code or (one.valid_to or date.max) < (other.valid_from or date.min)
    assert [row.code for row in rows if (row.valid_from or date.min) > (row.valid_to or date.max)] == []


@pytest.mark.parametrize("name", LISTS)
def test_successors_exist_after_the_code_closes(name):
    codes = STANDARD.codes[name]
    for row in codes:
        assert row.valid_to or not row.successors, f"{row.code} is open and needs no successor"
        for successor in row.successors:
            assert row.valid_to is not None
            assert codes.valid(successor, row.valid_to + timedelta(days=1)), (row.code, successor)


@pytest.mark.parametrize("name", NAMED_ONCE)
def test_each_way_of_writing_finds_its_own_code_while_it_holds(name):
    codes = STANDARD.codes[name]
    for row in codes:
        day = row.valid_to or date(2026, 11, 1)
        for text in (row.code, row.label_vi, *row.synonyms):
            assert codes.find(text, on=day) == row.code, text


# Facts that must not slip


def test_sixty_three_provinces_until_june_2025_and_thirty_four_since():
    provinces = STANDARD.codes["provinces"]
    assert len(provinces.on(date(2025, 6, 30))) == 63
    assert len(provinces.on(date(2025, 7, 1))) == 34
    assert len(provinces.on(date(2008, 7, 31))) == 64  # with Hà Tây


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("15", "Tỉnh Yên Bái", "Tỉnh Lào Cai"),
        ("24", "Tỉnh Bắc Giang", "Tỉnh Bắc Ninh"),
        ("44", "Tỉnh Quảng Bình", "Tỉnh Quảng Trị"),
        ("52", "Tỉnh Bình Định", "Tỉnh Gia Lai"),
        ("80", "Tỉnh Long An", "Tỉnh Tây Ninh"),
        ("82", "Tỉnh Tiền Giang", "Tỉnh Đồng Tháp"),
        ("91", "Tỉnh Kiên Giang", "Tỉnh An Giang"),
    ],
)
def test_reused_province_codes_mean_two_provinces(code, before, after):
    provinces = STANDARD.codes["provinces"]
    assert provinces.label(code, on=date(2025, 6, 30)) == before
    assert provinces.label(code, on=date(2025, 7, 1)) == after


def test_old_provinces_lead_to_one_current_province():
    provinces = STANDARD.codes["provinces"]
    current = {row.code for row in provinces.on(date(2026, 11, 1))}
    for row in provinces.on(date(2025, 6, 30)):
        heirs = provinces.successors(row.code, on=date(2025, 6, 30))
        assert len(heirs) == 1, row.code
        assert set(heirs) <= current, row.code


def test_fifty_four_peoples_and_the_foreigner():
    peoples = STANDARD.codes["ethnic_groups"]
    assert [row.code for row in peoples] == [f"{n:02d}" for n in range(1, 56)]
    assert peoples.find("H'Mông") == "08"
    assert peoples.find("Khmer") == "05"
    assert peoples.find("Xá Lá Vàng") is None  # a name of three peoples: ask the person


@pytest.mark.parametrize(
    ("rank", "on", "group"),
    [
        ("01.003", date(2026, 11, 1), "A1"),
        ("01.004", date(2021, 7, 31), "B"),
        ("01.004", date(2021, 8, 1), "A0"),
        ("V.07.02.24", date(2026, 11, 1), "A2.2"),
        ("V.07.03.27", date(2026, 11, 1), "A2.1"),
        ("V.07.03.28", date(2026, 11, 1), "A2.2"),
    ],
)
def test_salary_group_of_a_rank_on_a_date(rank, on, group):
    row = STANDARD.codes["ranks"].get(rank, on)
    assert row is not None
    assert row.extra["salary_group"] == group


def test_ranks_lie_in_known_salary_groups():
    groups = {row.code: row.extra.get("months_per_step") for row in STANDARD.codes["salary_groups"]}
    for row in STANDARD.codes["ranks"]:
        if row.code not in {"V.02.02.01", "V.02.03.01"}:  # notary, auctioneer: group not found
            assert groups[row.extra["salary_group"]] == row.extra["months_per_step"], row.code


@pytest.mark.parametrize(
    ("post", "on", "coefficient"),
    [
        ("Cục trưởng – Cục thuộc Bộ (Cục loại 1)", date(2026, 1, 1), "1.10"),
        (
            "Chủ tịch Ủy ban nhân dân – Ủy ban nhân dân xã, phường, đặc khu (các tỉnh, thành phố khác)",
            date(2026, 1, 1),
            "0.60",
        ),
        ("Giám đốc sở và tương đương – Tỉnh, thành phố (các tỉnh, thành phố khác)", date(2005, 1, 1), "0.90"),
    ],
)
def test_leadership_allowance_of_a_post(post, on, coefficient):
    codes = STANDARD.codes["position_allowances"]
    code = codes.find(post, on)
    assert code is not None
    assert codes.get(code, on).extra["coefficient"] == coefficient
    assert codes.get(code, date(2004, 9, 30)) is None


def test_judges_have_the_titles_of_their_time():
    ranks = STANDARD.codes["ranks"]
    assert ranks.find("Thẩm phán sơ cấp", date(2024, 12, 31)) == "TP.SC"
    assert ranks.successors("TP.SC") == ("TP.B1",)
    assert not ranks.valid("TP.SC", date(2025, 1, 1))


@pytest.mark.parametrize(
    ("form", "last_day"),
    [("HC3", date(2025, 6, 30)), ("HC4", date(2025, 6, 30)), ("HC3N", date(2009, 12, 31))],
)
def test_discipline_forms_end_with_their_law(form, last_day):
    assert STANDARD.codes["discipline_forms"].valid(form, last_day)
    assert not STANDARD.codes["discipline_forms"].valid(form, date(2026, 7, 1))


def test_discipline_forms_belong_to_a_kind():
    kinds = {row.code for row in STANDARD.codes["discipline_kinds"]}
    assert {row.extra["kind"] for row in STANDARD.codes["discipline_forms"]} == kinds
