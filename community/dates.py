"""How a moment reads aloud: "vandaag, 8.45 uur", "donderdag 12 maart". Written out by hand because it stands
on every post: a general library costs forty times as much, and there are two languages."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from community import clock, language

_DAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_NEAR = {
    "nl": {0: "vandaag", -1: "gisteren", 1: "morgen"},
    "en": {0: "today", -1: "yesterday", 1: "tomorrow"},
}


def weekday(day: date) -> str:
    """The name of the day of the week."""
    return _DAYS[language.current()][day.weekday()]


def weekday_number(number: int) -> str:
    """The name of a day that comes back every week; Monday is 0."""
    return _DAYS[language.current()][number]


def full(day: date) -> str:
    """ "donderdag 12 maart", with the year when it is not this one."""
    spoken = language.current()
    year = f" {day.year}" if day.year != clock.today().year else ""
    return f"{_DAYS[spoken][day.weekday()]} {day.day} {_MONTHS[spoken][day.month - 1]}{year}"


def month(day: date) -> str:
    """ "maart 2024": since when somebody has a task."""
    return f"{_MONTHS[language.current()][day.month - 1]} {day.year}"


def near(day: date) -> str:
    """ "vandaag", "gisteren", "morgen", else the date in full."""
    offset = (day - clock.today()) // timedelta(days=1)
    return _NEAR[language.current()].get(offset) or full(day)


def time(moment: datetime) -> str:
    """ "8.45 uur" on a resident's clock."""
    here = clock.local(moment)
    return f"{here.hour}.{here.minute:02} uur" if language.current() == "nl" else f"{here.hour}:{here.minute:02}"


def moment(when: datetime) -> str:
    """ "vandaag, 8.45 uur"."""
    return f"{near(clock.local(when).date())}, {time(when)}"


def on(when: datetime) -> str:
    """The day of a moment in full, for what is read later: "donderdag 12 maart"."""
    return full(clock.local(when).date())


def exact(when: datetime) -> str:
    """ "donderdag 12 maart, 10.30 uur": a moment in full, for what is read later."""
    return f"{on(when)}, {time(when)}"


def day_of(when: datetime) -> str:
    """The day of a moment: "vandaag", "maandag 9 maart"."""
    return near(clock.local(when).date())


def greeting() -> str:
    """Good morning, afternoon or evening, by the resident's clock."""
    hour = clock.local(clock.now()).hour
    if hour < 6 or hour >= 18:
        return language.gettext("Goedenavond")
    return language.gettext("Goedemorgen") if hour < 12 else language.gettext("Goedemiddag")
