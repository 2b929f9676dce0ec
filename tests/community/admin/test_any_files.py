"""Whatever two files say after each other, carrying out the second leaves nothing to plan: with plain values many
times, and on a real database. And how long the largest everyday file takes."""

from __future__ import annotations

import time
from datetime import date
from itertools import product

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from community import clock, db
from community.admin.applying import apply
from community.admin.changes import CurrentDwelling, CurrentResident, Snapshot
from community.admin.importing import preview
from community.admin.snapshot import take_snapshot
from tests.community.admin.carrying_out import COMBINED, DWELLINGS, TODAY, carry_out, with_partner
from tests.conftest import empty

_ADDRESSES = list(product(["10", "12", "12-14", "14"], ["", "A", "B", "A1", "A2", "B1"]))
_PERSONS = [("10", "G. Koster"), ("11", "H. Koster"), ("", "G. Koster"), ("", "Kim"), ("12", "Kim"), ("", "")]
_DATES = ["", "1-1-2020", "1-12-2026"]


@st.composite
def combined_files(draw: st.DrawFn) -> str:
    """A file in which dwellings come, go and change address, with people who do the same."""
    lines = []
    numbers = draw(st.lists(st.sampled_from(["1", "2", "3", "4", "5", "6", "7", "8"]), unique=True, min_size=1))
    addresses = draw(st.lists(st.sampled_from(_ADDRESSES), min_size=len(numbers), max_size=len(numbers), unique=True))
    for number, (house, addition) in zip(numbers, addresses, strict=True):
        building = draw(st.sampled_from(["Hof", "hof", "Toren"]))
        for person_id, name in draw(st.lists(st.sampled_from(_PERSONS), max_size=3)) or [("", "")]:
            since, until = draw(st.sampled_from(_DATES)), draw(st.sampled_from(["", "1-1-2026", "31-12-2026"]))
            address = f"{number};{building};Zuid;P{house};Straat;{house};{addition};3023AB;Delft;"
            lines.append(f"{address};{person_id};{name};;{since};{until}\n" if name else f"{address};;;;;\n")
    return DWELLINGS.strip() + ";Huurdernr;Naam;E-mail;Ingangsdatum;Einddatum\n" + "".join(lines)


@given(first=combined_files(), second=combined_files())
@settings(max_examples=300, deadline=None)
def test_whatever_two_files_say_carrying_out_the_second_leaves_nothing_to_plan(first: str, second: str) -> None:
    state = Snapshot()
    for text in (first, second):
        seen = preview(text.encode(), "x.csv", state, TODAY)
        if not seen.is_ready or seen.plan is None:
            return
        state = carry_out(state, seen.plan, TODAY)
        again = preview(text.encode(), "x.csv", state, TODAY).plan
        assert again is not None and again.is_empty
        state = with_partner(state, "1", "Kim")


@given(first=combined_files(), second=combined_files())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_it_is_on_a_database(app: Flask, first: str, second: str) -> None:
    with app.app_context():
        empty(app)
        for text in (first, second, first):
            seen = preview(text.encode(), "x.csv", take_snapshot(), clock.today())
            if not seen.is_ready or seen.rows is None or seen.plan is None:
                return
            apply(seen.rows, seen.plan.fingerprint, by=None)
            again = preview(text.encode(), "x.csv", take_snapshot(), clock.today()).plan
            assert again is not None and again.is_empty, again
            assert stray() == 0


def stray() -> int:
    """Households that go on although everybody has left, or have ended although somebody stays."""
    wrong = sql(
        "SELECT count(*) FROM household WHERE (until IS NULL) <> ("
        " EXISTS (SELECT 1 FROM membership WHERE household_id = household.id AND until IS NULL)"
        " OR NOT EXISTS (SELECT 1 FROM membership WHERE household_id = household.id))"
    )
    return db.connection().scalar(wrong) or 0


@pytest.mark.timeout(60)
def test_twenty_thousand_rows_are_read_checked_and_planned_well_within_twenty_seconds() -> None:
    residents = tuple(CurrentResident(n, f"Bewoner {n}a", f"P{n}", since=date(2020, 1, 1)) for n in range(20_000))
    dwellings = tuple(
        CurrentDwelling(n, f"{n}", f"Gebouw {n // 80}", "Straat", n // 4 + 1, "ABCD"[n % 4], "3023 AB", "Delft",
                        residents=(residents[n],))
        for n in range(20_000)
    )  # fmt: skip
    buildings = {f"Gebouw {n}": "Zuid" for n in range(250)}
    state = Snapshot(dwellings, buildings, frozenset({"Zuid"}))
    lines = (
        f"{n};Gebouw {n // 80};Straat;{n // 4 + 1};{'ABCD'[n % 4]};3023AB;Delft;"
        + (f"P{n};Bewoner {n}a\n" if n % 10 else f"Q{n};Nieuwe {n}a\n")
        for n in range(20_000)
    )
    begin = time.process_time()
    seen = preview((COMBINED + "".join(lines)).encode(), "x.csv", state, TODAY)
    assert seen.is_ready and seen.plan
    assert len(seen.plan.moved_in) == len(seen.plan.moved_out) == 2_000
    assert time.process_time() - begin < 20
