"""`/werk/import` as an administrator uses it: choose a file, look, carry out; and everything that can be wrong with a
file, each with its sentence and nothing half."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from community import db, jobs
from community.accounts.models import Person
from community.admin import actions, showing
from community.admin.csv_reading import read_table
from community.admin.import_work import APPLY, file_of
from community.jobs import Job
from community.journal import JournalEntry
from community.places.models import Building, Dwelling, Household, Membership
from tests.community.admin.files import DWELLING_HEADER, HEADER, RESIDENT_HEADER, csv_of, large, row
from tests.world import World

Browser = Callable[[str], FlaskClient]
START = "/werk/import"


@pytest.fixture
def ada(signed_in: Browser) -> FlaskClient:
    """The browser of the administrator."""
    return signed_in("ada")


def upload(client: FlaskClient, raw: bytes, name: str = "export.csv", **fields: str) -> TestResponse:
    return client.post(START, data={"bestand": (io.BytesIO(raw), name), **fields})


def work(app: Flask) -> None:
    """Be the worker until nothing waits."""
    with app.app_context():
        while waiting := db.session().scalar(select(Job.id).where(Job.state == "waiting").order_by(Job.id)):
            jobs.run(waiting)


def read(app: Flask, client: FlaskClient, raw: bytes, name: str = "export.csv", **fields: str) -> tuple[str, str]:
    """Upload a file and have it read; the address and the text of the page that follows."""
    sent = upload(client, raw, name, **fields)
    assert sent.status_code == 303, sent.text
    work(app)
    page = client.get(sent.location, follow_redirects=True)
    return page.request.path, page.text


def carry_out(app: Flask, client: FlaskClient, path: str) -> TestResponse:
    sent = client.post(f"{path}/doorvoeren")
    assert sent.status_code == 303
    work(app)
    return client.get(sent.location, follow_redirects=True)


def count(app: Flask, model: type[db.Base]) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def living_at(app: Flask, vhe: str) -> list[str]:
    with app.app_context():
        return sorted(
            db.session().scalars(
                select(Person.name)
                .join(Membership, Membership.person_id == Person.id)
                .join(Household, Household.id == Membership.household_id)
                .join(Dwelling, Dwelling.id == Household.dwelling_id)
                .where(Dwelling.external_id == vhe, Membership.until.is_(None))
            )
        )


def numbers(page: str) -> dict[str, str]:
    """What the list of a preview counts."""
    lines = re.findall(r'<span class="t[^>]*>([^<]+)</span></span><(?:b|span) class="num[^>]*>([^<]+)<', page)
    return dict(lines)


# ---- the way it goes well ---------------------------------------------------------------------------------------


def test_a_file_is_looked_at_and_then_carried_out(app: Flask, ada: FlaskClient) -> None:
    before = count(app, Dwelling)
    raw = csv_of([row(1, "Ton", person="H1"), row(1, "Nel", person="H2"), row(2)])
    path, page = read(app, ada, raw)
    assert "Dit verandert er" in page and "export.csv" in page
    assert numbers(page)["Nieuwe woningen"] == "2" and numbers(page)["Ingetrokken"] == "2"
    assert count(app, Dwelling) == before, "looking changes nothing"
    done = carry_out(app, ada, path)
    assert "Het is doorgevoerd" in done.text
    assert count(app, Dwelling) == before + 2 and living_at(app, "Z1") == ["Nel", "Ton"]


def test_dwellings_and_then_residents_in_two_files(app: Flask, ada: FlaskClient) -> None:
    path, page = read(app, ada, csv_of([row(1)[:10], row(2)[:10]], DWELLING_HEADER))
    assert numbers(page)["Nieuwe woningen"] == "2"
    carry_out(app, ada, path)
    path, page = read(app, ada, csv_of([("Z2", "H1", "", "Ton", "", "1-1-2020", "")], RESIDENT_HEADER))
    assert numbers(page)["Ingetrokken"] == "1" and numbers(page)["Nieuwe woningen"] == "0"
    carry_out(app, ada, path)
    assert living_at(app, "Z2") == ["Ton"]


def test_the_same_file_twice_changes_nothing_and_says_so(app: Flask, ada: FlaskClient) -> None:
    raw = csv_of([row(1, "Ton", person="H1")])
    path, page = read(app, ada, raw)
    assert "Er verandert niets" not in page
    carry_out(app, ada, path)
    path, page = read(app, ada, raw)
    assert "Er verandert niets" in page
    assert "Voer door" not in page
    assert numbers(page)["Woningen zonder verandering"] == "1"


def test_moving_in_and_out_splitting_and_merging_show_on_the_page_and_happen(app: Flask, ada: FlaskClient) -> None:
    first = [
        row(1, "Ton", person="H1"),
        row(2, "Nel", person="H2"),
        row(3, "Wil", person="H3"),
        row(4, "Jo", person="H4", vhe="Z4A", addition="A"),
        row(4, "Bo", person="H5", vhe="Z4B", addition="B"),
    ]
    path, _page = read(app, ada, csv_of(first))
    carry_out(app, ada, path)
    then = [
        row(1, "Cor", person="H6"),  # Ton left, Cor came
        row(2, "Nel", person="H2"),
        row(3, "Wil", person="H3", vhe="Z3A", addition="A"),  # 3 was split
        row(3, "Kim", person="H7", vhe="Z3B", addition="B"),
        row(4, "Jo", person="H4", vhe="Z4"),  # 4 A and 4 B were merged
        row(4, "Bo", person="H5", vhe="Z4"),
    ]
    path, page = read(app, ada, csv_of(then))
    counted = numbers(page)
    assert (counted["Gesplitst"], counted["Samengevoegd"]) == ("1", "1")
    assert "verliezen de toegang" in page
    out, into = ada.get(f"{path}/vertrokken").text, ada.get(f"{path}/ingetrokken").text
    assert "Ton" in out and "Staat niet meer in het bestand" in out and "De woning is gesplitst" in out
    assert "Cor" in into and "Zonstraat 3 (Z3)" in into, "where Wil lived before"
    assert "Zonstraat 3 A (Z3A)" in ada.get(f"{path}/gesplitst").text
    assert "Zonstraat 4 B (Z4B)" in ada.get(f"{path}/samengevoegd").text
    assert living_at(app, "Z1") == ["Ton"], "not yet"
    carry_out(app, ada, path)
    assert living_at(app, "Z1") == ["Cor"]
    assert living_at(app, "Z3A") == ["Wil"] and living_at(app, "Z4") == ["Bo", "Jo"]
    assert living_at(app, "Z3") == living_at(app, "Z4A") == []


def test_somebody_who_moved_out_sees_nothing_any_more(app: Flask, signed_in: Browser, world: World) -> None:
    ada, ton = signed_in("ada"), signed_in("ton")
    lindehof = [
        (
            f"lindehof-{number}", "West", "Lindehof", "portiek A", "Lindehofstraat", str(number), "", "3023 AB",
            "Rotterdam", str(number // 3), "", "", name, "", "", "",
        )
        for number, name in ((1, "Ton Visser"), (2, "Nel van Dam"))
    ]  # fmt: skip
    path, _page = read(app, ada, csv_of(lindehof))
    carry_out(app, ada, path)
    assert ton.get("/gesprekken").status_code == 200, "he lives there"
    gone = [(*lindehof[0][:12], "Leegstand", "", "", ""), lindehof[1]]
    path, _page = read(app, ada, csv_of(gone))
    assert "Ton Visser" in ada.get(f"{path}/vertrokken").text
    carry_out(app, ada, path)
    assert ton.get("/gesprekken").status_code == 404


def test_a_long_list_has_pages(app: Flask, ada: FlaskClient) -> None:
    path, page = read(app, ada, large(230))
    assert numbers(page)["Nieuwe woningen"] == "230"
    first, last = ada.get(f"{path}/woningen").text, ada.get(f"{path}/woningen?pagina=4").text
    assert "VHE000000" in first and "VHE000050" not in first
    assert "VHE000199" in last and "VHE000200" not in last
    assert "U ziet de eerste 200" in first
    assert ada.get(f"{path}/woningen?pagina=99").text.count("VHE0001") == last.count("VHE0001"), "the last page"


def test_pressing_twice_carries_out_once(app: Flask, ada: FlaskClient) -> None:
    path, _page = read(app, ada, csv_of([row(1, "Ton")]))
    first, second = ada.post(f"{path}/doorvoeren"), ada.post(f"{path}/doorvoeren")
    assert first.location == second.location
    work(app)
    assert ada.post(f"{path}/doorvoeren").location == first.location
    with app.app_context():
        kinds = select(func.count()).select_from(JournalEntry).where(JournalEntry.kind == "admin.imported")
        assert db.session().scalar(kinds) == 1


def test_when_something_changed_since_the_preview_a_new_one_is_shown(app: Flask, ada: FlaskClient) -> None:
    path, _page = read(app, ada, csv_of([row(1, "Ton", person="H1")]))
    other, _page = read(app, ada, csv_of([row(1, "Nel", person="H2")]))
    carry_out(app, ada, other)
    sent = ada.post(f"{path}/doorvoeren")
    work(app)
    again = ada.get(sent.location, follow_redirects=True)
    assert "Ondertussen is er iets veranderd" in again.text
    assert again.request.path not in {path, sent.location}
    assert numbers(again.text)["Vertrokken"] == "1", "what the file would do now"
    assert living_at(app, "Z1") == ["Nel"]
    carry_out(app, ada, again.request.path)
    assert living_at(app, "Z1") == ["Ton"]


def test_a_preview_can_be_thrown_away(app: Flask, ada: FlaskClient) -> None:
    path, _page = read(app, ada, csv_of([row(1, "Ton")]))
    page = ada.post(f"{path}/annuleren", follow_redirects=True)
    assert "Er is niets veranderd" in page.text
    assert ada.get(path).status_code == 404 and ada.post(f"{path}/doorvoeren").status_code == 404
    assert count(app, Job) == 0


def test_a_waiting_page_shows_how_far_it_is_with_and_without_script(app: Flask, ada: FlaskClient) -> None:
    sent = upload(ada, csv_of([row(1, "Ton")]))
    page = ada.get(sent.location).text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert f'data-progress-url="{sent.location}/stand"' in page
    standing = ada.get(f"{sent.location}/stand", headers={"X-Requested-With": "fetch"})
    assert standing.status_code == 200 and "<progress" in standing.text
    work(app)
    standing = ada.get(f"{sent.location}/stand", headers={"X-Requested-With": "fetch"})
    assert standing.status_code == 303 and standing.location == sent.location, "a script follows this"


def test_a_failure_is_told_and_may_be_tried_again(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _page = read(app, ada, csv_of([row(1, "Ton")]))

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("community.admin.applying.settling.move_in", broken)
    page = carry_out(app, ada, path)
    assert "Er is niets veranderd" in page.text and f'href="{path}"' in page.text
    assert living_at(app, "Z1") == []
    monkeypatch.undo()
    assert "Het is doorgevoerd" in carry_out(app, ada, path).text
    assert living_at(app, "Z1") == ["Ton"]


def test_a_job_that_died_after_it_was_done_is_not_done_again(app: Flask, ada: FlaskClient) -> None:
    path, _page = read(app, ada, csv_of([row(1, "Ton")]))
    carry_out(app, ada, path)
    with app.app_context():
        job = db.session().scalars(select(Job).where(Job.kind == APPLY)).one()
        jobs.run(job.id)
        assert job.result["state"] == "applied"
    assert living_at(app, "Z1") == ["Ton"]


# ---- columns -----------------------------------------------------------------------------------------------------

OWN_HEADER = (
    "Ident", "Regio", "Blok", "Trap", "Weg", "Cijfer", "Erbij", "Pstcd", "Dorp", "Hoogte", "Klant", "Titeltje",
    "Wie", "Digitaal", "Sinds wanneer", "Tot wanneer",
)  # fmt: skip
CHOSEN = {
    f"kolom-{field}": str(place)
    for field, place in {
        "dwelling_id": 0, "neighbourhood": 1, "building": 2, "entrance": 3, "street": 4, "house_number": 5,
        "addition": 6, "postcode": 7, "city": 8, "floor": 9, "person_id": 10, "name": 12, "since": 14,
    }.items()
}  # fmt: skip


def test_a_file_with_other_names_asks_which_column_is_what_and_remembers_it(app: Flask, ada: FlaskClient) -> None:
    raw = csv_of([row(1, "Ton", person="H1")], OWN_HEADER)
    path, page = read(app, ada, raw)
    assert path.endswith("/kolommen") and "Welke kolom is wat?" in page
    assert "Weg (zoals Zonstraat)" in page
    chosen = ada.post(path, data={"soort": "combined", **CHOSEN})
    assert chosen.status_code == 303
    work(app)
    page = ada.get(chosen.location).text
    assert numbers(page)["Ingetrokken"] == "1"
    carry_out(app, ada, chosen.location)
    assert living_at(app, "Z1") == ["Ton"]
    _path, page = read(app, ada, csv_of([row(1, "Ton", person="H1"), row(2, "Nel", person="H2")], OWN_HEADER))
    assert numbers(page)["Ingetrokken"] == "1", "next month it is not asked again"


def test_a_choice_that_is_not_complete_comes_back_with_everything_that_was_chosen(app: Flask, ada: FlaskClient) -> None:
    path, _page = read(app, ada, csv_of([row(1, "Ton")], OWN_HEADER))
    without = {name: place for name, place in CHOSEN.items() if name != "kolom-street"}
    refused = ada.post(path, data={"soort": "combined", **without})
    assert refused.status_code == 422
    assert "Kies een kolom voor: Straat." in refused.text
    assert re.search(r'name="kolom-city".*?value="8" selected', refused.text, re.S)
    assert re.search(r'value="combined" checked', refused.text)
    twice = ada.post(path, data={"soort": "combined", **CHOSEN, "kolom-city": "4"})
    assert twice.status_code == 422 and "U koos de kolom “Weg”" in twice.text
    assert ada.post(path, data={"soort": "onzin", **CHOSEN}).status_code == 422
    assert ada.post(path, data={"soort": "combined", **CHOSEN, "kolom-city": "999"}).status_code == 422


def test_one_may_choose_the_columns_although_they_are_known(app: Flask, ada: FlaskClient) -> None:
    path, page = read(app, ada, csv_of([row(1, "Ton")]), kolommen="ja")
    assert path.endswith("/kolommen")
    assert re.search(r'name="kolom-street".*?value="4" selected', page, re.S), "what we guess is chosen already"


def test_columns_about_rent_are_not_kept_and_not_offered(app: Flask, ada: FlaskClient) -> None:
    header = (*HEADER, "Kale huur", "Opmerking")
    rows = [(*row(1, "Ton"), "650,12", "betaalt laat")]
    path, page = read(app, ada, csv_of(rows, header))
    assert "Trefpunt bewaart geen huurgegevens" in page and "Kale huur" in page
    with app.app_context():
        kept = file_of(db.session().scalars(select(Job.made)).one() or b"") or b""
    assert b"Zonstraat" in kept and b"650,12" not in kept and b"betaalt laat" not in kept
    path, page = read(app, ada, csv_of(rows, header), kolommen="ja")
    assert ">Opmerking" in page and ">Kale huur" not in page and "650,12" not in page
    assert ada.post(path, data={"soort": "combined", **CHOSEN, "kolom-name": "16"}).status_code == 422


# ---- the way it goes wrong ----------------------------------------------------------------------------------------


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("woningen.csv", csv_of([row(1, "Ton")]))
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (zipped(), "Dit is geen CSV maar een Excel- of ZIP-bestand."),
        (b"", "Dit bestand is leeg."),
        (b"\x00\x01\x02" * 50, "tekens die niet in tekst horen"),
        (b"alleen een zin zonder kolommen\r\n", "Wij zien geen kolommen."),
        (csv_of([]), "Er zijn geen regels om te lezen."),
        (b"%PDF-1.7 ...", "een PDF"),
        (csv_of([row(1)], (*HEADER[:9], "Straat", *HEADER[10:])), "staat er twee keer"),
        ("VHE;Straat\r\n1;Zéé".encode("cp1252") + b"\xc3\xa9", "een teken dat wij niet kunnen lezen"),
    ],
)
def test_a_file_that_is_no_file_for_us_is_refused_with_its_name(
    app: Flask, ada: FlaskClient, raw: bytes, sentence: str
) -> None:
    refused = upload(ada, raw, "Woningen juli.csv")
    assert refused.status_code == 422
    assert sentence in refused.text and "U koos “Woningen juli.csv”" in refused.text
    assert count(app, Job) == 0


def test_no_file_at_all(ada: FlaskClient) -> None:
    assert ada.post(START, data={}).status_code == 422
    refused = upload(ada, b"", "")
    assert refused.status_code == 422 and "Kies eerst een bestand." in refused.text


def test_a_file_of_fifty_megabytes_is_refused_on_the_form(app: Flask, ada: FlaskClient) -> None:
    small = app.config["MAX_CONTENT_LENGTH"]
    refused = upload(ada, b"x" * (small + 1), "heel groot.csv")
    assert refused.status_code == 413
    assert "Wij lezen hoogstens 25 MB" in refused.text and "heel groot.csv" in refused.text
    assert 'type="file"' in refused.text, "one may choose another at once"
    assert count(app, Job) == 0


def test_a_file_three_columns_short_is_told_line_by_line_and_changes_nothing(app: Flask, ada: FlaskClient) -> None:
    rows = [row(number, f"Bewoner {number}")[:13] for number in range(1, 31)]
    path, page = read(app, ada, csv_of(rows), "kort.csv")
    assert "Dit bestand klopt nog niet" in page and "kort.csv" in page
    assert "Er zijn 30 fouten gevonden" in page
    assert "te weinig kolommen: 13 in plaats van 16" in page
    assert "Voer door" not in page
    assert ada.post(f"{path}/doorvoeren", follow_redirects=True).text.count("nog niet worden doorgevoerd") == 1
    work(app)
    assert living_at(app, "Z1") == [] and count(app, Building) == 3


def test_errors_stand_with_their_line_column_and_value(app: Flask, ada: FlaskClient) -> None:
    rows = [
        row(1, "Ton", email="geen adres@x"),
        row(2, "Nel"),
        row(3, "<script>alert(1)</script>", since="31-02-2020"),
    ]
    path, page = read(app, ada, csv_of(rows))
    assert "Er zijn 2 fouten gevonden" in page
    cells = re.search(r"<td[^>]*>2</td><td[^>]*>E-mail</td><td[^>]*>geen adres@x</td><td[^>]*>([^<]+)", page)
    assert cells and "e-mailadres" in cells[1]
    assert "<script>alert" not in page
    whole = ada.get(f"{path}/fouten")
    assert whole.status_code == 200 and "31-02-2020" in whole.text
    assert count(app, Building) == 3


def test_errors_can_be_downloaded_and_no_spreadsheet_runs_them(app: Flask, ada: FlaskClient) -> None:
    nasty = ['=HYPERLINK("http://x")', "+31", "-1+1", "@SUM(A1)", "  =1+1"]
    rows = [row(n, f"Naam {n}", postcode=value.replace(";", "")) for n, value in enumerate(nasty, start=1)]
    path, _page = read(app, ada, csv_of(rows))
    answer = ada.get(f"{path}/fouten.csv")
    assert answer.content_type.startswith("text/csv") and "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    read_back = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert read_back[0] == ["Regel", "Kolom", "Waarde", "Wat klopt er niet"]
    assert len(read_back) == 1 + len(nasty)
    values = [cells[2] for cells in read_back[1:]]
    assert all(value.startswith("'") for value in values), values
    assert {value[1:] for value in values} >= {'=HYPERLINK("http://x")', "+31"}


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    assert showing.harmless(cell) == f"'{cell}"
    assert showing.harmless("3023 AB") == "3023 AB"


def test_a_number_of_a_job_that_is_not_an_import_is_nowhere(app: Flask, ada: FlaskClient, world: World) -> None:
    with app.app_context():
        other = actions.print_letters(world.buildings["lindehof"], "alle", form="x", by=world.people["ada"])
    for path in (f"{START}/{other}", f"{START}/{other}/stand", f"{START}/999", f"{START}/{other}/fouten.csv"):
        assert ada.get(path).status_code == 404
    assert ada.post(f"{START}/{other}/annuleren").status_code == 404
    assert ada.post(f"{START}/{other}/doorvoeren").status_code == 404


def test_a_page_of_a_preview_that_has_no_errors_or_columns_to_ask_is_nowhere(app: Flask, ada: FlaskClient) -> None:
    path, _page = read(app, ada, csv_of([row(1, "Ton")]))
    assert ada.get(f"{path}/woningen").status_code == 200
    for missing in ("fouten", "fouten.csv", "kolommen", "onzin"):
        assert ada.get(f"{path}/{missing}").status_code == 404


# ---- for whom ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ton", "moira", "rachid", "anouk"])
def test_only_an_administrator_imports(app: Flask, signed_in: Browser, who: str) -> None:
    path, _page = read(app, signed_in("ada"), csv_of([row(1, "Ton")]))
    stranger = signed_in(who)
    assert signed_in("ada").get(START).status_code == 200
    assert stranger.get(START).status_code == 404
    assert upload(stranger, csv_of([row(1, "Ton")])).status_code == 404
    for page in (path, f"{path}/stand", f"{path}/woningen", f"{path}/fouten", f"{path}/fouten.csv", f"{path}/kolommen"):
        assert stranger.get(page).status_code == 404
    for deed in ("doorvoeren", "annuleren", "kolommen"):
        assert stranger.post(f"{path}/{deed}").status_code == 404
    assert upload(stranger, b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)).status_code in {404, 413}
    assert count(app, Job) == 1


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, world: World) -> None:
    answer = client.get(START)
    assert answer.status_code in {302, 303} and "/inloggen" in answer.location


def test_earlier_imports_are_told_without_names_of_residents(app: Flask, ada: FlaskClient) -> None:
    assert "Er is nog niets ingelezen" in ada.get(START).text
    path, _page = read(app, ada, csv_of([row(1, "Ton Geheim")]))
    carry_out(app, ada, path)
    page = ada.get(START).text
    assert "Ada Beheer" in page and "1 ingetrokken" in page and "Geheim" not in page


def test_what_waits_to_be_carried_out_reads_back_as_it_was(app: Flask, ada: FlaskClient) -> None:
    raw = csv_of([row(1, "Ton, de oude", person="H1"), row(2, "Zoë 🙂"), row(3, 'O\'Neil "Kees"')])
    path, _page = read(app, ada, raw)
    with app.app_context():
        kept = file_of(db.session().scalars(select(Job.made)).one() or b"")
    assert kept and [one.line for one in read_table(kept, "x").rows] == [2, 3, 4]
    carry_out(app, ada, path)
    assert living_at(app, "Z2") == ["Zoë 🙂"]
