"""Searches and a proposal in the demonstration: two sets of criteria saved, one run, a proposal that does not tell all.

What the proposal claims of its people is their record with differences planted: year of birth, degree, no discipline.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PURPOSE = "Tìm nguồn cho vị trí, chức danh: Giả lập, Công văn 12/SNV-CCVC"
DISCIPLINED = "employment.disciplines[].form"
SAVED = {
    "Nguồn phó giám đốc sở": [
        ("education.highest_level", "at_least", ("6",), True),
        ("education.political_theory", "at_least", ("2",), False),
        ("affiliation.party_official_on", "given", (), True),
        ("rule:no_bar", "is", (), True),
        ("rule:years_left", "is", ("5",), True),
        ("rule:rated", "is", ("2", "3"), False),
    ],
    "Rà soát trình độ tin học, ngoại ngữ": [
        ("education.it_level", "given", (), False),
        ("education.languages[].level", "at_least", ("3",), False),
    ],
}


def seek(subject: Any) -> dict[str, int]:
    """Save, search and check a proposal as an officer would; counts."""
    from ccvc.candidates import actions

    kept = [actions.save(subject, name, _asked(lines)) for name, lines in SAVED.items()]
    search = actions.go_on(actions.seek(subject, kept[0].asked, PURPOSE).pk)
    return {"searched": search.reached, "proposed": propose(subject, search)}


def _asked(lines: Any) -> Any:
    from ccvc.candidates.domain import Definition, Line

    return Definition(tuple(Line(subject, test, values, must) for subject, test, values, must in lines))


def propose(subject: Any, search: Any) -> int:
    """A proposal of two people a search found and one who was disciplined; how many it names."""
    from django.utils import timezone

    from ccvc.candidates import actions as candidates
    from ccvc.candidates import selectors
    from ccvc.proposals import actions

    found = selectors.whole(subject, search)[:2]
    asked = _asked([(DISCIPLINED, "given", (), True)])
    disciplined = candidates.go_on(candidates.seek(subject, asked, PURPOSE).pk)
    found += list(selectors.found(subject, disciplined, "yes", None, 1))
    people = [_claims(one.person.document, place) for place, one in enumerate(found)]
    if people:
        head = actions.Head(
            "Sở Nội vụ (giả lập)", "45/TTr-GL", None, "Phó Giám đốc Sở", "higher", timezone.localdate()
        )
        actions.check(subject, head, people)
    return len(people)


def _claims(document: Mapping[str, Any], place: int) -> Any:
    """What the proposal says: the record, but for what was planted."""
    from ccvc import standard
    from ccvc.proposals.domain import Person, claims

    said = {}
    for claim in claims():
        if claim.kind == "field":
            group, _, name = claim.path.partition(".")
            said[claim.name] = standard.display(claim.path, document.get(group, {}).get(name))
    born = str(document["identity"].get("birth_date", "1980"))
    if place == 0:
        said |= {"birth_date": str(int(born[:4]) + 1), "highest_level": "Tiến sĩ"}
    said["disciplines"] = "Không"
    return Person(document["identity"].get("personal_id", ""), document["identity"]["full_name"], said)
