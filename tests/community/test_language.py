"""Which language a reader gets, and how moments read in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from jinja2 import DictLoader

from community import dates, language


@pytest.mark.parametrize(
    ("accept", "code"),
    [
        ("nl", "nl"),
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.5", "en"),
        ("tr", "nl"),
        ("", "nl"),
        ("en;q=0.2, nl;q=0.8", "nl"),
        ("en;q=aap", "nl"),
        (";;;,,,q=", "nl"),
    ],
)
def test_the_browser_tells_which_language(accept: str, code: str) -> None:
    assert language.preferred(accept) == code


def test_an_unknown_language_is_dutch() -> None:
    with language.speaking("xx"):
        assert language.current() == "nl"
    with language.speaking("en"):
        assert language.current() == "en"


def test_constant_sentences_are_translated_when_a_template_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Catalogue:
        def gettext(self, sentence: str) -> str:
            asked.append(sentence)
            return {"Dank u": "Thank you"}.get(sentence, sentence)

    monkeypatch.setattr(language, "catalogue", lambda _code: Catalogue())
    made = language.SpokenEnvironment(loader=DictLoader({"x": "{{ _('Dank u') }} {{ name }}"}))
    page = made.get_template("x")
    assert page.render(name="Nel") == "Thank you Nel"
    asked.clear()
    assert page.render(name="Ton") == "Thank you Ton"
    assert asked == []


@pytest.mark.parametrize(
    ("moment", "nl", "en"),
    [
        (datetime(2026, 3, 12, 7, 45, tzinfo=UTC), "vandaag, 8.45 uur", "today, 8:45"),
        (datetime(2026, 3, 11, 23, 30, tzinfo=UTC), "vandaag, 0.30 uur", "today, 0:30"),
        (datetime(2026, 3, 11, 18, 5, tzinfo=UTC), "gisteren, 19.05 uur", "yesterday, 19:05"),
        (datetime(2026, 3, 9, 18, 5, tzinfo=UTC), "maandag 9 maart, 19.05 uur", "Monday 9 March, 19:05"),
        (datetime(2025, 7, 1, 8, 0, tzinfo=UTC), "dinsdag 1 juli 2025, 10.00 uur", "Tuesday 1 July 2025, 10:00"),
    ],
)
def test_moments_read_aloud(moment: datetime, nl: str, en: str) -> None:
    with time_machine.travel(datetime(2026, 3, 12, 12, 0, tzinfo=UTC)):
        with language.speaking("nl"):
            assert dates.moment(moment) == nl
        with language.speaking("en"):
            assert dates.moment(moment) == en


def test_tomorrow_is_near_and_next_week_is_not() -> None:
    with time_machine.travel(datetime(2026, 3, 12, 12, 0, tzinfo=UTC)), language.speaking("nl"):
        assert dates.near(date(2026, 3, 13)) == "morgen"
        assert dates.near(date(2026, 3, 19)) == "donderdag 19 maart"


@pytest.mark.parametrize(
    ("hour", "says"), [(4, "Goedenavond"), (8, "Goedemorgen"), (13, "Goedemiddag"), (19, "Goedenavond")]
)
def test_the_greeting_follows_the_clock_of_the_resident(hour: int, says: str) -> None:
    with time_machine.travel(datetime(2026, 1, 12, hour - 1, 0, tzinfo=UTC)), language.speaking("nl"):
        assert dates.greeting() == says


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("de Lindehof", "the Lindehof"),
        ("het Baken", "the Baken"),
        ("portiek B", "entrance B"),
        ("Portiek B", "Entrance B"),
        ("mevrouw Koster", "Mrs Koster"),
        ("meneer Van den Berg", "Mr Van den Berg"),
        ("Mevrouw", "Mevrouw"),
        ("'t Hofje", "'t Hofje"),
        ("De Hoogte", "De Hoogte"),
        ("Denenhof", "Denenhof"),
        ("de", "de"),
        ("", ""),
    ],
)
def test_a_name_fits_in_a_sentence_of_each_language(name: str, english: str) -> None:
    with language.speaking("nl"):
        assert language.in_sentence(name) == name
    with language.speaking("en"):
        assert language.in_sentence(name) == english
