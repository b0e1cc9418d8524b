"""Unusual words for every kind of field, so that one of them on a page tells whose data the page shows."""

from __future__ import annotations

from typing import Any

from tests import people

NATIONAL = "G09"
NAME, NUMBER = "Zuýp Thị Ước-Xoan", "040185987654"
NEW_NAME, NEW_NUMBER = "Quắm Văn Khuơng", "040085987653"
LISTED_NAME, LISTED_NUMBER = "Thoòng A Sửu-Zìn", "040085987652"
REFUSED_NUMBER = "04008598765"
UNIT_NAME = "Sở Kín Zạch-Mó"
BASIC = ("Bí danh Zữu", "kin.zop@zop-zop.vn", "Phòng Zắc Zở", "Việc Zịp mật")
SENSITIVE = ("Zâng Thị Nhân-Thân", "ZQ-778899", "Vi phạm Zò-Ngoe", "Thửa Zèn số 7", "Tổ chức Zúc ngoài")
IDENTITIES = (NAME, NUMBER, NEW_NAME, LISTED_NAME, LISTED_NUMBER, REFUSED_NUMBER)
WORDS = (*IDENTITIES, *BASIC, *SENSITIVE, UNIT_NAME)


def planted() -> dict[str, Any]:
    """A document with a word of its own in every kind of field."""
    whole = people.dossier()
    whole["identity"] |= {"full_name": NAME, "personal_id": NUMBER, "sex": "2", "other_names": BASIC[0]}
    whole["identity"] |= {"email": BASIC[1], "phone": "0903111222"}
    whole["employment"] |= {"unit_name": BASIC[2], "main_work": BASIC[3]}
    whole["employment"]["disciplines"] = [{"id": "k1", "form": "2-HC1", "violation": SENSITIVE[2]}]
    whole["family"] = {"relatives": [{"id": "r1", "relationship": "01", "full_name": SENSITIVE[0]}]}
    whole["affiliation"] = {"party_card_number": SENSITIVE[1]}
    whole["assets"] = {"business_land": SENSITIVE[3]}
    whole["history"] = {"foreign_relations": [{"id": "n1", "organisation": SENSITIVE[4]}]}
    return whole


def someone(name: str, number: str) -> dict[str, Any]:
    return people.dossier(full_name=name, personal_id=number)


def having(whole: dict[str, Any], group: str, **values: Any) -> dict[str, Any]:
    """A document with other values in one group."""
    return whole | {group: whole.get(group, {}) | values}
