"""The guest list: who sees it, names from paper, who came, and spreadsheets in which nothing is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from community import clock, db
from community.errors import Invalid, Missing, Refused
from events import lists, registering, sheets, taking_back
from events.models import Registration
from events.registering import Company
from tests.events.gatherings import a_date, check_counts, date_of, units
from tests.test_queries_constant import counted
from tests.world import World

SIX = "1. Jan de Boer\nMevrouw Özdemir\n\n  Truus van Vliet + 1\nHenk de Boer\n5) Fatima\nKees\n"


def names(guests_max: int = 3) -> list[tuple[str, int]]:
    return lists.read_names(SIX, guests_max)


def test_the_names_of_a_sheet_are_read_line_by_line() -> None:
    assert names() == [
        ("Jan de Boer", 0), ("Mevrouw Özdemir", 0), ("Truus van Vliet", 1), ("Henk de Boer", 0), ("Fatima", 0), ("Kees", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["", " \n \n", "12345", "a" * 81, "Jan + 4", "Jan\n" * 41, "Jan + 9"])
def test_what_is_no_list_of_names_is_refused_in_words(context: Flask, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        lists.read_names(typed, 3)
    assert refused.value.errors["namen"]


def test_six_names_from_paper_stand_on_the_list_once(context: Flask, world: World) -> None:
    date, ton = a_date(world), world.visitor("ton")
    for _twice in range(2):
        written = lists.write_down(date, names(), way="paper", token="een-keer", by=ton)
        assert len({one.id for one in written}) == 6
    there = lists.of_date(ton, date)
    assert [one.name for one in there.coming] == [name for name, _more in names()]
    assert [one.is_neighbour for one in there.coming] == [False, False, False, True, False, False], "Henk lives there"
    assert {(one.way, one.by) for one in there.coming} == {("paper", "Ton")}
    assert date_of(date).coming == 7 and there.coming[2].guests == ["iemand"]
    check_counts(date)


def test_names_that_do_not_fit_wait_and_one_that_cannot_be_leaves_no_trace(context: Flask, world: World) -> None:
    date, ton = a_date(world, capacity=2), world.visitor("ton")
    lists.write_down(date, [("Jan", 0), ("Piet", 0), ("Kees", 0)], way="phone", token="a", by=ton)
    there = lists.of_date(ton, date)
    assert ([one.name for one in there.coming], [one.name for one in there.waiting]) == (["Jan", "Piet"], ["Kees"])
    lists.strike(date, there.coming[0].id, by=ton)
    assert [one.name for one in lists.of_date(ton, date).coming] == ["Piet", "Kees"], "who waited moved up"
    check_counts(date)
    other = a_date(world, title="Dansen", capacity=1)
    with pytest.raises(Invalid):
        lists.write_down(other, [("Jan", 0), ("Piet", 3)], way="paper", token="b", by=ton)
    assert units(other, "confirmed") == []


@pytest.mark.parametrize(
    ("key", "sees", "reads"),
    [("ton", True, True), ("nel", True, True), ("rachid", True, False), ("anouk", True, False), ("henk", False, False)],
)
def test_who_sees_the_list_and_who_reads_what_was_told_the_host(
    context: Flask, world: World, key: str, sees: bool, reads: bool
) -> None:
    date = a_date(world)
    registering.answer(
        date, coming=True, remark="bij de deur", has_walker=True, guests=[Company(name="Jo")], by=world.visitor("henk")
    )
    if not sees:
        with pytest.raises(Refused):
            lists.of_date(world.visitor(key), date)
        return
    there = lists.of_date(world.visitor(key), date)
    assert (there.coming[0].name, there.coming[0].guests) == ("Henk de Boer", ["Jo"])
    assert (there.coming[0].remark, there.coming[0].has_walker) == (("bij de deur", True) if reads else ("", False))
    assert any("bij de deur" in row for row in lists.rows_for_sheet(there)[1]) == reads


@pytest.mark.parametrize("key", ["bas", "indra", "bram"])
def test_a_list_of_elsewhere_is_not_there(context: Flask, world: World, key: str) -> None:
    date = a_date(world)
    with pytest.raises(Missing):
        lists.of_date(world.visitor(key), date)
    with pytest.raises(Missing):
        lists.write_down(date, [("Jan", 0)], way="paper", token="a", by=world.visitor(key))
    assert units(date, "confirmed") == []


def test_afterwards_is_written_down_who_was_there_and_who_just_came(context: Flask, world: World) -> None:
    date, ton = a_date(world, capacity=2), world.visitor("ton")
    lists.write_down(date, [("Jan", 1)], way="paper", token="a", by=ton)
    unit = units(date, "confirmed")[0]
    with pytest.raises(Refused):
        lists.note_attendance(date, {unit.id: 2}, by=ton)
    with pytest.raises(Refused):
        lists.walk_in(date, "Loes", 1, token="b", by=ton)
    with time_machine.travel(clock.now() + timedelta(days=7, hours=1), tick=False):
        assert lists.note_attendance(date, {unit.id: 1, unit.id + 1000: 3}, by=ton) == 1
        with pytest.raises(Invalid):
            lists.note_attendance(date, {unit.id: 3}, by=ton)
        for _twice in range(2):
            lists.walk_in(date, "Loes", 2, token="b", by=ton)
        with pytest.raises(Invalid):
            lists.walk_in(date, " ", 1, token="c", by=ton)
        there = lists.of_date(ton, date)
        assert [(one.name, one.came) for one in (*there.coming, *there.walk_ins)] == [("Jan", 1), ("Loes", 2)]
        assert lists.note_attendance(date, {unit.id: None}, by=ton) == 2
        with pytest.raises(Refused):
            lists.write_down(date, [("Laat", 0)], way="paper", token="d", by=ton)
        with pytest.raises(Refused):
            lists.note_attendance(date, {}, by=world.visitor("henk"))
    check_counts(date)
    assert db.session().scalars(select(Registration.came)).all().count(1) == 0


EVIL = (
    "=1+1",
    "+31 6 12",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    '=HYPERLINK("http://x")',
    "gewoon",
    "a\0b",
    "6;7\n8",
)


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    rows = [[one, number] for number, one in enumerate(EVIL)]
    book = load_workbook(io.BytesIO(sheets.xlsx_of("=[x]:*?/" * 9, ["=Naam", "n"], rows)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}, "no formula"
    assert [book.active.cell(row + 2, 1).value for row in range(len(EVIL))][:4] == list(EVIL[:4]), "and as it was typed"
    read = list(
        csv.reader(io.StringIO(sheets.csv_of(["=Naam", "n"], rows).decode("utf-8-sig"), newline=""), delimiter=";")
    )
    assert len(read) == len(EVIL) + 1 and all(len(row) == 2 for row in read)
    for row in read:
        assert not row[0].lstrip().startswith(("=", "+", "-", "@")) and not row[0].startswith(("\t", "\r")), row
    assert read[9][0] == "gewoon" and read[11][0] == "6;7\n8"


def test_the_pages_work_as_plain_forms(signed_in: Callable[[str], FlaskClient], world: World, app: Flask) -> None:
    with app.app_context():
        date = a_date(world, title="=Soep & <b>brood</b>")
    ton, path = signed_in("ton"), f"/agenda/{date}/lijst"
    assert "Nog niemand" in ton.get(path).text
    answer = ton.post(path, data={"namen": SIX, "hoe": "paper", "formulier": "x"})
    assert answer.status_code == 303, answer.text
    page = ton.get(path).text
    assert "6 namen staan op de lijst" in page and "Truus van Vliet" in page and "<b>brood" not in page
    wrong = ton.post(path, data={"namen": "Jan\n=" + "b" * 99, "hoe": "paper"})
    assert wrong.status_code == 422 and "b" * 99 in wrong.text
    sheet = ton.get(f"{path}/print?leeg=6").text
    assert sheet.count('class="blank"') == 6 and "Fatima" in sheet
    assert ton.get(f"{path}/print?leeg=999").text.count('class="blank"') == 25
    read = list(csv.reader(io.StringIO(ton.get(f"{path}.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in read[1:]] == [name for name, _more in lists.read_names(SIX, 3)]
    book = load_workbook(io.BytesIO(ton.get(f"{path}.xlsx").data))
    assert book.active.max_row == 7
    assert signed_in("henk").get(path).status_code == 403
    assert signed_in("bas").get(f"{path}.csv").status_code == 404


def test_a_list_of_forty_costs_as_many_queries_as_one_of_one(
    signed_in: Callable[[str], FlaskClient], world: World, app: Flask
) -> None:
    with app.app_context():
        date, ton = a_date(world), world.visitor("ton")
        lists.write_down(date, [("Jan", 1)], way="paper", token="a", by=ton)
    browser = signed_in("ton")
    costs = []
    for more in (0, 39):
        with app.app_context():
            if more:
                lists.write_down(date, [(f"Buur {n}", n % 3) for n in range(more)], way="paper", token="b", by=ton)
        browser.get(f"/agenda/{date}/lijst")
        with counted(app) as found:
            assert browser.get(f"/agenda/{date}/lijst").status_code == 200
        costs.append(len(found))
    assert costs[0] == costs[1]


# ---- taken back ----------------------------------------------------------------------------------------------------


def test_who_was_struck_off_by_mistake_stands_again_in_the_turn_they_had(context: Flask, world: World) -> None:
    date, ton = a_date(world, capacity=3), world.visitor("ton")
    lists.write_down(date, [("Jan", 1), ("Piet", 0), ("Kees", 0), ("Loes", 0)], way="paper", token="a", by=ton)
    jan = units(date, "confirmed")[0]
    lists.strike(date, jan.id, by=ton)
    assert [one.name for one in lists.of_date(ton, date).coming] == ["Piet", "Kees", "Loes"]
    for _twice in range(2):
        assert taking_back.put_back(jan.id, by=ton).state == "waiting", "who moved up keeps the seat"
    there = lists.of_date(ton, date)
    assert [(one.name, one.seats, one.guests) for one in there.waiting] == [("Jan", 2, ["iemand"])]
    check_counts(date)
    lists.strike(date, there.coming[0].id, by=ton)
    lists.strike(date, there.coming[1].id, by=ton)
    assert {one.name for one in lists.of_date(ton, date).coming} == {"Loes", "Jan"}, "and is the first to move up"
    check_counts(date)


def test_who_signed_off_themselves_is_not_put_back_by_another(context: Flask, world: World) -> None:
    date, henk, ton = a_date(world), world.visitor("henk"), world.visitor("ton")
    unit = registering.answer(date, coming=True, by=henk)
    registering.withdraw(unit.id, by=henk)
    with pytest.raises(Refused):
        taking_back.put_back(unit.id, by=ton)
    assert units(date, "confirmed") == []
    registering.answer(date, coming=True, by=henk)
    lists.strike(date, unit.id, by=ton)
    with pytest.raises(Refused):
        taking_back.put_back(unit.id, by=world.visitor("piet"))
    assert taking_back.put_back(unit.id, by=ton).state == "confirmed"
    check_counts(date)


def test_names_written_down_by_mistake_go_off_and_nobody_elses(context: Flask, world: World) -> None:
    date, ton, nel = a_date(world), world.visitor("ton"), world.visitor("nel")
    hers = lists.write_down(date, [("Jan", 0)], way="paper", token="a", by=nel)
    his = lists.write_down(date, [("Piet", 0), ("Kees", 1)], way="paper", token="b", by=ton)
    asked = [one.id for one in (*hers, *his)]
    assert taking_back.strike_written(date, asked, by=ton) == 2
    assert taking_back.strike_written(date, asked, by=ton) == 0
    assert [one.name for one in lists.of_date(ton, date).coming] == ["Jan"]
    check_counts(date)


def test_a_walk_in_by_mistake_is_taken_back_and_can_come_again(context: Flask, world: World) -> None:
    date, ton = a_date(world), world.visitor("ton")
    paper = lists.write_down(date, [("Jan", 0)], way="door", token="a", by=ton)[0]
    lists.strike(date, paper.id, by=ton)
    with time_machine.travel(clock.now() + timedelta(days=7, hours=1), tick=False):
        loes = lists.walk_in(date, "Loes", 2, token="b", by=ton)
        for _twice in range(2):
            assert taking_back.strike_walk_in(date, loes.id, by=ton) == "Loes"
        assert lists.of_date(ton, date).walk_ins == []
        assert taking_back.put_walk_in_back(date, loes.id, by=ton) == "Loes"
        taking_back.strike_walk_in(date, loes.id, by=ton)
        lists.walk_in(date, "Loes", 2, token="b", by=ton)
        assert [(one.name, one.came) for one in lists.of_date(ton, date).walk_ins] == [("Loes", 2)]
        with pytest.raises(Missing):
            taking_back.put_walk_in_back(date, paper.id, by=ton)
        with pytest.raises(Refused):
            taking_back.strike_walk_in(date, loes.id, by=world.visitor("henk"))
    check_counts(date)


def test_what_was_noted_of_who_came_is_as_it_was_before(context: Flask, world: World) -> None:
    date, ton, nel = a_date(world), world.visitor("ton"), world.visitor("nel")
    jan, piet = lists.write_down(date, [("Jan", 1), ("Piet", 0)], way="paper", token="a", by=ton)

    def came() -> list[int | None]:
        return [one.came for one in lists.of_date(ton, date).coming]

    with time_machine.travel(clock.now() + timedelta(days=7, hours=1), tick=False):
        lists.note_attendance(date, {jan.id: 2}, by=ton)
        lists.note_attendance(date, {jan.id: 0, piet.id: 1}, by=ton)
        assert came() == [0, 1]
        for _twice in range(2):
            assert taking_back.unnote_attendance(date, by=ton) == 2
            assert came() == [2, None]
        lists.note_attendance(date, {piet.id: 1}, by=nel)
        with pytest.raises(Refused):
            taking_back.unnote_attendance(date, by=ton)
        assert came() == [2, 1]


def test_each_change_of_the_list_offers_to_undo_it(
    signed_in: Callable[[str], FlaskClient], world: World, app: Flask
) -> None:
    with app.app_context():
        date = a_date(world)
    ton, path = signed_in("ton"), f"/agenda/{date}/lijst"

    def undo(expected: str) -> None:
        found = re.search(r'class="toast".*?action="([^"]+)"', ton.get(path).text)
        assert found and re.fullmatch(f"{path}/{expected}", found[1]), found
        assert ton.post(found[1].replace("&amp;", "&")).status_code == 303

    ton.post(path, data={"namen": "Jan\nHenk de Boer", "hoe": "paper", "formulier": "x"})
    undo(r"erbij/terug\?wie=[0-9]+\.[0-9]+")
    assert "Nog niemand" in ton.get(path).text
    ton.post(path, data={"namen": "Jan", "hoe": "paper", "formulier": "y"})
    with app.app_context():
        jan = units(date, "confirmed")[0].id
    ton.get(path)
    ton.post(f"{path}/{jan}/af")
    undo(r"[0-9]+/terug")
    assert "Jan staat weer op de lijst" in ton.get(path).text
    with time_machine.travel(clock.now() + timedelta(days=7, hours=1), tick=False):
        ton.post(f"{path}/gekomen", data={f"kwam-{jan}": "1"})
        undo("gekomen/terug")
        assert "De lijst is weer zoals hij was" in ton.get(path).text
        ton.post(f"{path}/aan-de-deur", data={"naam": "Loes", "met": "2"})
        undo("aan-de-deur/[0-9]+/af")
        undo("aan-de-deur/[0-9]+/terug")
        assert "Loes (" in re.sub(r"<[^>]+>", "", ton.get(path).text)
