"""A component on the standard of 2023 keeps exchanging with a national node on that of 2026."""

from __future__ import annotations

from typing import Any

import pytest

from ccvc import standard
from ccvc.registry.models import Person, Version
from tests.registry import people
from tests.registry.scheme import Component, change

pytestmark = pytest.mark.django_db
OLDER = "2023-05"


def older_document(number: int, **changed: Any) -> dict[str, Any]:
    """A person of the tests as the form of 2023 has them."""
    whole = standard.convert(people.document(number), standard.of(OLDER)).document
    for group, values in changed.items():
        whole[group] = {**whole.get(group, {}), **values}
    return whole


def test_a_document_of_the_older_version_is_accepted_and_kept_as_it_was_signed(component: Component) -> None:
    sent = change(5, document=older_document(5), standard=OLDER)
    assert component.send(sent).counts == (1, 0)
    assert Version.objects.get().document.encode() == sent.document
    row = Person.objects.get()
    assert (row.full_name, row.birth_year, row.rank, str(row.salary_coefficient)) == (
        people.name(5),
        1972,
        "01.003",
        "3.99",
    )


def test_what_the_older_version_does_not_know_is_refused_in_it(component: Component) -> None:
    stranger = older_document(1, identity={"marital_status": "1"})
    answer = component.send(change(1, document=stranger, standard=OLDER))
    assert (answer.codes, answer.verdicts[0].path) == (["REG-INVALID"], "identity.marital_status")


def test_a_dossier_goes_over_from_one_version_to_the_next(component: Component) -> None:
    first = change(2, document=older_document(2), standard=OLDER)
    second = change(2, number=2, after=first)
    assert component.send(first).counts == (1, 0)
    assert component.send(second).counts == (1, 0)
    assert Person.objects.get().number == 2
