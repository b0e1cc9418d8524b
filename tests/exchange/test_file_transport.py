"""Packages on a disk: whole or not there, taken in order whatever order they were copied in."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ccvc.exchange import tasks
from ccvc.exchange.models import Inbound, Peer
from ccvc.exchange.transports.file import FileTransport, file_name
from ccvc.standard.problems import Problem
from tests.exchange import scheme
from tests.exchange.nodes import COMPONENT, NATIONAL


@pytest.fixture
def disk(tmp_path: Path) -> FileTransport:
    folder = tmp_path / "disk"
    folder.mkdir()
    return FileTransport(folder, COMPONENT, NATIONAL)


def reader(disk: FileTransport) -> FileTransport:
    return replace(disk, own=NATIONAL, peer=COMPONENT)


def test_a_package_is_written_under_its_number_and_read_by_its_receiver(disk):
    made = scheme.package(12, "ab" * 32)
    assert disk.deliver(made.data).outcome == "carried"
    assert [p.name for p in (disk.folder / NATIONAL).iterdir()] == ["H41-000000000012.ccvc"]
    assert list(reader(disk).fetch(11)) == [made.data]
    assert list(reader(disk).fetch(12)) == []


def test_packages_are_read_in_the_order_of_their_numbers(disk):
    made = {n: scheme.package(n, "ab" * 32).data for n in (10, 9, 100)}
    for data in made.values():
        disk.deliver(data)
    assert list(reader(disk).fetch(0)) == [made[9], made[10], made[100]]


def test_half_written_and_strange_files_are_not_read(disk):
    disk.deliver(scheme.package(1).data)
    inbox = disk.folder / NATIONAL
    good = (inbox / file_name(COMPONENT, 1)).read_bytes()
    for name in (
        ".H41-000000000002.ccvc.77.part",
        "H41-2.ccvc",
        "H56-000000000002.ccvc",
        "ghi chú.txt",
        "H41-000000000003.ccvc.tmp",
    ):
        (inbox / name).write_bytes(good)
    assert list(reader(disk).fetch(0)) == [good]


def test_a_folder_that_is_not_there_is_said_and_tried_again(disk):
    shutil.rmtree(disk.folder)
    with pytest.raises(Problem) as caught:
        list(disk.fetch(0))
    assert caught.value.code == "EXC-FOLDER"
    disk.folder.write_text("a file, no folder")
    found = disk.deliver(scheme.package(1).data)
    assert (found.outcome, found.problem["code"]) == ("retry", "EXC-FOLDER")


def test_what_was_taken_is_tidied_away(disk):
    for number in (1, 2, 3):
        disk.deliver(scheme.package(number, None if number == 1 else "ab" * 32).data)
    assert reader(disk).tidy(2) == 2
    assert [p.name for p in (disk.folder / NATIONAL).iterdir()] == [file_name(COMPONENT, 3)]


@pytest.mark.django_db
def test_a_disk_carries_changes_there_and_receipts_back(nodes, approve, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    Peer.objects.update(transport="file", address=str(disk))
    approve(3)
    with nodes.acting_as(COMPONENT):
        sent = tasks.send_all()
        assert (sent.built, sent.problems) == (1, {})
    with nodes.acting_as(NATIONAL):
        taken = tasks.receive_all()
        assert (taken.fetched, taken.processed, taken.accepted) == (1, 1, 3)
        tasks.send_all()
    with nodes.acting_as(COMPONENT):
        assert tasks.receive_all().fetched == 1
    assert len(nodes.register.versions) == 3
    assert Inbound.objects.filter(state="accepted").count() == 2
    assert list(disk.rglob("*.ccvc")) == []


@pytest.mark.django_db
def test_a_cut_copy_is_refused_and_the_whole_one_taken_later(nodes, approve, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    Peer.objects.update(transport="file", address=str(disk))
    approve(1)
    with nodes.acting_as(COMPONENT):
        tasks.send_all()
    file = disk / NATIONAL / file_name(COMPONENT, 1)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with nodes.acting_as(NATIONAL):
        report = tasks.receive_all()
        assert report.problems[COMPONENT]["code"] == "EXC-TRUNCATED"
        assert file.exists()
        file.write_bytes(whole)
        assert tasks.receive_all().accepted == 1
    assert len(nodes.register.versions) == 1
