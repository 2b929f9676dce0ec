"""Calendars as other programs write them, for the tests of reading them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from community import clock

# Lines stand in a file with these endings.
END = "\r\n"


def ics(*entries: str, head: str = "") -> bytes:
    """A calendar with these entries."""
    return END.join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", *head.split("\n"), *entries,
                     "END:VCALENDAR", ""]).replace(END * 2, END).encode()  # fmt: skip


def entry(*lines: str, uid: str = "koffie@elders.example", title: str = "Koffie", inner: str = "") -> str:
    """An entry with these lines besides its name."""
    said = [f"UID:{uid}"] if uid else []
    said += [f"SUMMARY:{title}"] if title else []
    return END.join(["BEGIN:VEVENT", *said, *lines, *([inner] if inner else []), "END:VEVENT"])


def tuesday(weeks: int = 1) -> date:
    """A Tuesday that is to come."""
    today = clock.today()
    return today + timedelta(days=(1 - today.weekday()) % 7 + 7 * weeks)


def at(day: date, hour: int = 10, minute: int = 30, *, zone: str = "Europe/Amsterdam", name: str = "DTSTART") -> str:
    """A line that says when."""
    said = f"{day:%Y%m%d}T{hour:02}{minute:02}00"
    if zone == "UTC":
        return f"{name}:{said}Z"
    return f"{name};TZID={zone}:{said}" if zone else f"{name}:{said}"


def from_till(day: date, zone: str = "Europe/Amsterdam") -> tuple[str, str]:
    """From half past ten till twelve."""
    return at(day, zone=zone), at(day, 12, 0, zone=zone, name="DTEND")


def clock_of(day: date, hour: int = 10, minute: int = 30) -> datetime:
    """What our clock shows then."""
    return datetime(day.year, day.month, day.day, hour, minute)


def sample() -> bytes:
    """Something of everything: a series with an exception, another zone, a whole day, what cannot be used, what has been,
    and what does not go on."""
    day = tuesday()
    return ics(
        entry(*from_till(day), "RRULE:FREQ=WEEKLY;BYDAY=TU", at(day + timedelta(weeks=1), name="EXDATE"),
              "DESCRIPTION:<p>Gezellig koffie drinken met gebak.</p>", r"LOCATION:Hal\, begane grond", uid="a"),
        entry(at(day + timedelta(days=3), 4, 30, zone="America/New_York"), "DURATION:PT2H",
              "RRULE:FREQ=MONTHLY;BYDAY=2FR;COUNT=6", "LOCATION:Tuin", uid="b",
              title="Klaverjassen met de buren van de overkant"),
        entry(f"DTSTART;VALUE=DATE:{day + timedelta(days=30):%Y%m%d}", uid="c", title="Rommelmarkt"),
        entry(*from_till(day), "RRULE:FREQ=SECONDLY", uid="e", title="Elke seconde"),
        entry("DTSTART:20270230T100000", uid="f", title="Dertig februari"),
        *[entry(*from_till(day - timedelta(weeks=60 + n)), uid=f"p{n}", title=f"Lang geleden {n}") for n in range(12)],
        entry(*from_till(day), "STATUS:CANCELLED", uid="x", title="Afgelast concert"),
    )  # fmt: skip
