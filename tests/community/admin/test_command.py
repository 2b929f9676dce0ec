"""`flask --app wsgi import FILE`: the same preview as on the page, and carrying it out."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from community import db
from community.journal import JournalEntry
from community.places.models import Dwelling
from tests.community.admin.files import DWELLING_HEADER, HEADER, csv_of, row


def run(app: Flask, raw: bytes, folder: Path, *arguments: str) -> Result:
    file = folder / "export.csv"
    file.write_bytes(raw)
    return app.test_cli_runner().invoke(args=["import", str(file), *arguments])


def dwellings(app: Flask) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(Dwelling)) or 0


def test_without_apply_it_only_tells(app: Flask, tmp_path: Path) -> None:
    told = run(app, csv_of([row(1, "Ton"), row(2)]), tmp_path)
    assert told.exit_code == 0, told.output
    assert "export.csv: 2 regels." in told.output
    assert "Nieuwe woningen: 2" in told.output and "Ingetrokken: 1" in told.output and "Ton" in told.output
    assert "--apply" in told.output
    assert dwellings(app) == 0


def test_with_apply_it_does_it_once(app: Flask, tmp_path: Path) -> None:
    raw = csv_of([row(1, "Ton"), row(2)])
    assert "Het is doorgevoerd." in run(app, raw, tmp_path, "--apply").output
    assert dwellings(app) == 2
    again = run(app, raw, tmp_path, "--apply")
    assert again.exit_code == 0 and "Er verandert niets." in again.output
    with app.app_context():
        entry = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "admin.imported")).one()
        assert entry.by_id is None


def test_errors_stand_with_their_line_and_nothing_is_done(app: Flask, tmp_path: Path) -> None:
    told = run(app, csv_of([row(1, "Ton"), row(2, "Nel", postcode="onzin")]), tmp_path, "--apply")
    assert told.exit_code == 1
    assert "Regel 3: Postcode: onzin:" in told.output
    assert dwellings(app) == 0


def test_a_file_that_would_put_many_out_is_not_carried_out_unseen(app: Flask, tmp_path: Path) -> None:
    run(app, csv_of([row(number, f"Naam {number}a") for number in range(1, 21)]), tmp_path, "--apply")
    broken = csv_of([row(number) for number in range(1, 21)])
    told = run(app, broken, tmp_path, "--apply")
    assert told.exit_code == 1 and "20 van de 20 bewoners weg" in told.output and "--many-leave" in told.output
    assert "Er verandert niets" not in run(app, broken, tmp_path).output, "they still live there"
    assert run(app, broken, tmp_path, "--apply", "--many-leave").exit_code == 0
    assert "Er verandert niets" in run(app, broken, tmp_path).output


def test_columns_with_other_names_are_named(app: Flask, tmp_path: Path) -> None:
    header = ("Ident", *DWELLING_HEADER[1:4], "Weg", *DWELLING_HEADER[5:])
    raw = csv_of([row(1)[:10]], header)
    asked = run(app, raw, tmp_path, "--apply")
    assert asked.exit_code == 1
    assert "--map KOLOM=dwelling_id" in asked.output and "--map KOLOM=street" in asked.output
    told = run(app, raw, tmp_path, "--apply", "--map", "Ident=dwelling_id", "--map", "Weg=Straat")
    assert told.exit_code == 0, told.output
    assert dwellings(app) == 1
    assert run(app, raw, tmp_path).exit_code == 0, "remembered from the last time"


@pytest.mark.parametrize("pair", ["Onbekend=street", "Straat=onzin", "zonder"])
def test_a_column_or_field_that_is_not_there_is_named(app: Flask, tmp_path: Path, pair: str) -> None:
    told = run(app, csv_of([row(1)]), tmp_path, "--map", pair)
    assert told.exit_code == 2
    assert pair in told.output


def test_the_kind_may_be_said(app: Flask, tmp_path: Path) -> None:
    told = run(app, csv_of([row(1, "Ton")], HEADER), tmp_path, "--kind", "dwellings")
    assert "Nieuwe woningen: 1" in told.output and "Ingetrokken" not in told.output


def test_a_file_that_is_no_csv_is_refused_in_words(app: Flask, tmp_path: Path) -> None:
    told = run(app, b"PK\x03\x04 and so on", tmp_path)
    assert told.exit_code == 1 and "Dit is geen CSV maar een Excel- of ZIP-bestand." in told.output
