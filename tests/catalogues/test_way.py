"""From publishing at the national node to a component that works by it without a restart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import msgspec
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccvc import standard
from ccvc.access.actions import grant_role
from ccvc.accounts.models import User
from ccvc.catalogues import actions, applying
from ccvc.catalogues.domain import Row, decode, encode
from ccvc.catalogues.models import ChangeSet
from ccvc.changes.forms import RecordForm
from ccvc.exchange.actions import send_package
from ccvc.exchange.models import Inbound, Outbound
from ccvc.intake.template import template
from ccvc.ledger.models import Entry
from ccvc.ledger.verification import verify
from ccvc.quality.actions import judge_due
from ccvc.quality.models import Finding
from ccvc.standard.problems import Problem
from ccvc.standard.versions import publish as put_over
from tests.catalogues.conftest import forget
from tests.exchange.nodes import COMPONENT, NATIONAL, SYSTEM, Nodes
from tests.people import Agency, dossier, kept

pytestmark = pytest.mark.django_db

NEW = Row(
    code="77", label_vi="Đạo thử nghiệm", label_en="Test faith", valid_from=date(2026, 1, 1), certainty="S"
)
CLOSED = Row(code="03", valid_to=date(2026, 6, 30), successors=("77",))


@pytest.fixture
def arrive(
    nodes: Nodes, package: Any, django_capture_on_commit_callbacks: Any
) -> Callable[[], list[Inbound]]:
    """Carry what was published to the component and have it processed there."""

    def run() -> list[Inbound]:
        for data in package():
            nodes.take(data, at=COMPONENT)
        with django_capture_on_commit_callbacks(execute=True):
            return nodes.process(at=COMPONENT)

    return run


def document(code: str) -> dict[str, Any]:
    return dossier() | {"identity": dossier()["identity"] | {"religion": code}}


def judged(code: str) -> bool:
    try:
        standard.decoder().decode(standard.canonical(document(code)))
    except msgspec.ValidationError:
        return False
    return not [f for f in standard.check(document(code), on=timezone.localdate()) if f.code == "STD-CODE"]


def test_a_published_code_is_in_judge_form_template_and_schema_without_a_restart(
    nodes: Nodes, publish: Any, arrive: Any, agency: Agency
) -> None:
    publish(NEW, CLOSED)
    inbound = arrive()
    assert [(one.state, one.accepted, one.refused) for one in inbound] == [("accepted", 1, 0)]
    assert judged("77")
    assert "77" in str(standard.json_schema(standard.current())["$defs"]["code_religions"])
    with nodes.acting_as(COMPONENT):
        client = Client()
        client.force_login(agency.users["officer"])
        page = client.get(reverse("web:code_list", kwargs={"name": "religions"})).content.decode()
        book = openpyxl.load_workbook(BytesIO(template(timezone.localdate())), read_only=True)
    assert "Đạo thử nghiệm" in page
    cells = {str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row}
    assert any("Đạo thử nghiệm" in cell for cell in cells)
    assert not any("Tin lành" in cell for cell in cells)


def test_forms_offer_what_was_published(publish: Any, arrive: Any) -> None:
    publish(NEW, CLOSED)
    arrive()
    page = str(RecordForm([standard.current().fields["identity.religion"]], {}))
    assert 'value="77"' in page
    assert 'value="03"' not in page
    assert 'value="03"' in str(
        RecordForm([standard.current().fields["identity.religion"]], {"religion": "03"})
    )


def test_what_was_judged_by_the_lists_of_before_is_judged_anew(
    nodes: Nodes, publish: Any, arrive: Any, agency: Agency
) -> None:
    with nodes.acting_as(COMPONENT):
        kept(agency, document("03"))
        judge_due()
        assert not Finding.objects.filter(path="identity.religion").exists()
        assert judge_due().people == 0
    publish(NEW, CLOSED)
    arrive()
    with nodes.acting_as(COMPONENT):
        assert judge_due().people == 1
        assert judge_due().people == 0
    found = Finding.objects.get(path="identity.religion")
    assert found.suggestion == [["identity.religion", "03", "77"]]


def test_it_is_in_the_ledger_and_told_to_the_national_node(nodes: Nodes, publish: Any, arrive: Any) -> None:
    publish(NEW)
    arrive()
    entry = Entry.objects.get(kind="catalogue_applied")
    assert '"religions"' in entry.payload
    assert '"problem":null' in entry.payload
    nodes.send()
    nodes.process()
    sent = Outbound.objects.get(kind="catalogue")
    assert (sent.state, sent.accepted, sent.refused) == ("receipted", 1, 0)


def test_the_national_node_shows_who_has_applied_what(
    nodes: Nodes, publish: Any, arrive: Any, agency: Agency
) -> None:
    def page() -> str:
        with nodes.acting_as(NATIONAL):
            client = Client()
            client.force_login(agency.users["keeper"])
            return " ".join(client.get(reverse("exchange:lists")).content.decode().split())

    user = User.objects.create(username="keeper", full_name="Người quản lý danh mục")
    agency.users["keeper"] = user
    since = date(2025, 7, 1)
    grant_role(SYSTEM, user=user, role="cataloguer", unit_code="*", valid_from=since, basis="QĐ 1/QĐ-TEST")
    first = publish(NEW)
    waiting = page()
    assert "0 / 1" in waiting
    assert "chờ 1 đợt" in waiting
    arrive()
    nodes.send()
    nodes.process()
    keep(first)  # the tests' other node has forgotten it
    assert "1 / 1" in page()
    assert "Đã áp dụng hết" in page()
    publish(CLOSED)
    assert "1 / 2" in page()
    assert "Tỉnh Nghệ An" in page()


def keep(change_set: ChangeSet) -> None:
    if not ChangeSet.objects.filter(pk=change_set.pk).exists():
        change_set.save(force_insert=True)


def test_the_ledger_sees_a_change_set_that_was_changed(publish: Any) -> None:
    publish(NEW)
    assert verify().ok
    forget()
    assert not verify().ok


def test_the_same_again_is_harmless_and_what_is_older_does_not_go_back(
    nodes: Nodes, publish: Any, arrive: Any
) -> None:
    first = publish(NEW)
    second = publish(CLOSED)
    arrive()
    with nodes.acting_as(COMPONENT):
        for content in (first.content, second.content, first.content):
            assert actions.take(SYSTEM, content.encode(), sender=NATIONAL) is None
        applying.refresh()
    assert ChangeSet.objects.count() == 2
    assert standard.current().codes["religions"].successors("03") == ("77",)


def test_other_content_under_a_number_and_a_gap_are_refused(nodes: Nodes, publish: Any, arrive: Any) -> None:
    first = publish(NEW)
    arrive()
    known = decode(first.content.encode())
    other = encode(msgspec.structs.replace(known, basis="QĐ khác"))
    later = encode(msgspec.structs.replace(known, number=3))
    with nodes.acting_as(COMPONENT):
        for raw, code in ((other, "CAT-OTHER"), (later, "CAT-GAP"), (other + b" ", "CAT-LINE")):
            with pytest.raises(Problem) as caught:
                actions.take(SYSTEM, raw, sender=NATIONAL)
            assert caught.value.code == code
    assert ChangeSet.objects.count() == 1


def test_only_the_national_node_is_believed(nodes: Nodes, publish: Any) -> None:
    content = publish(NEW).content.encode()
    for node, sender in ((COMPONENT, "H56"), (NATIONAL, NATIONAL)):
        with nodes.acting_as(node), pytest.raises(Problem) as caught:
            actions.take(SYSTEM, content, sender=sender)
        assert caught.value.code == "CAT-SENDER"


def test_a_tampered_package_changes_nothing(nodes: Nodes, publish: Any, package: Any) -> None:
    publish(NEW)
    (data,) = package()
    for place in (40, len(data) // 2, len(data) - 20):
        spoilt = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(Problem):
            nodes.take(spoilt, at=COMPONENT)
    nodes.process(at=COMPONENT)
    assert not ChangeSet.objects.exists()
    assert not judged("77")


def test_a_component_that_sends_a_catalogue_is_refused(nodes: Nodes, publish: Any) -> None:
    content = publish(NEW).content.encode()
    with nodes.acting_as(COMPONENT):
        send_package(SYSTEM, NATIONAL, "catalogue", [content])
    nodes.send()
    assert nodes.process() == []
    assert Outbound.objects.get(kind="catalogue").last_error["code"] == "EXC-KIND"


def test_one_that_does_not_fit_this_programme_is_kept_and_told(
    nodes: Nodes, publish: Any, arrive: Any
) -> None:
    published = decode(publish(NEW).content.encode())
    forget()
    strange = encode(msgspec.structs.replace(published, list="not_here"))
    with nodes.acting_as(COMPONENT):
        problem = actions.take(SYSTEM, strange, sender=NATIONAL)
        applying.refresh()
    assert problem is not None
    assert problem.code == "CAT-LIST"
    assert applying.in_use.laid.refused[1].code == "CAT-LIST"
    assert not judged("77")


def test_a_component_that_joins_late_gets_everything(nodes: Nodes, publish: Any, arrive: Any) -> None:
    for number in range(3):
        publish(Row(code=f"8{number}", label_vi=f"Đạo {number}", valid_from=date(2026, 1, 1)))
    (inbound,) = arrive()
    assert inbound.accepted == 3
    assert judged("82")


def test_another_process_notices_at_its_next_request(
    nodes: Nodes, publish: Any, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(NEW)
    put_over({})
    applying.in_use.laid, applying.in_use.number = applying.NOTHING, 0
    assert not judged("77")
    monkeypatch.setattr(applying.in_use, "next_look", 0.0)
    page = Client().get(reverse("web:code_list", kwargs={"name": "religions"}))
    monkeypatch.setattr(applying.in_use, "next_look", float("inf"))
    assert "Đạo thử nghiệm" in page.content.decode()
    assert judged("77")
