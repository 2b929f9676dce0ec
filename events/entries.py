"""What an entry of another calendar means here: an activity with its rule and its dates on our clock, what cannot be
taken over and why, and what is different from what stood there. Pure: without a database, and without a building."""

from __future__ import annotations

import re
import time as machine
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from hashlib import sha256

from community import clock, text
from community.errors import Invalid
from community.language import gettext as _
from events import ical, recurrence
from events.calendar_files import Entry, File, read_file
from events.forms import USUAL
from events.found import Change, Found, place_of, title_of
from events.ical import Part
from events.models import LASTS_MAX, REASON_MAX, TEXT_MAX
from events.planning import YEARS_AHEAD
from events.unwrapping import unwrap

# Somebody born in 1930 has a birthday every year; before 1900 it is a slip.
_FIRST_YEAR = 1900
# Exceptions of one series; more is no series.
_EXCEPTIONS_MAX = 1000
# Rules that never give a date cost a second each to see through: a file full of them is given up.
_PATIENCE_S = 3.0
_MOMENT = re.compile(r"(\d{8})(?:T(\d{4})(\d{2})?(Z?))?", re.ASCII)
# Names as we give them: no address of anybody is in those.
_OURS = re.compile(r"[0-9a-f]{16,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class When:
    """A day or a time as an entry says it: what the clock of its zone shows. `named` is the zone in its words, and
    `is_known` whether we know it."""

    at: datetime
    is_day: bool
    zone: tzinfo
    named: str
    is_known: bool = True

    def on(self, zone: tzinfo) -> datetime:
        """The same moment on the clock of another zone."""
        if self.is_day or self.zone is zone:
            return self.at
        return self.at.replace(tzinfo=self.zone).astimezone(zone).replace(tzinfo=None)


def read_calendar(raw: bytes, now: datetime) -> list[Found]:
    """Every activity in the bytes of a file.

    Raises:
        FileRefused: the whole file cannot be used.
    """
    return read_entries(read_file(raw), now)


def read_entries(file: File, now: datetime) -> list[Found]:
    """Every activity in a file, in its order; a date of a series that differs is part of its series."""
    groups: dict[str, list[Entry]] = {}
    for entry in file.entries:
        groups.setdefault(entry.said("UID") or f"line {entry.line}", []).append(entry)
    found, until = [], machine.monotonic() + _PATIENCE_S
    for entries in groups.values():
        whole = [one for one in entries if not one.first("RECURRENCE-ID")]
        changes = [one for one in entries if one.first("RECURRENCE-ID")]
        # The last of the newest version counts.
        newest = max(enumerate(whole), key=lambda one: (_sequence(one[1]), one[0]), default=(0, None))[1]
        for entry in [*whole, *(() if newest else changes)]:
            if entry is newest or newest is None:
                one = _Reading(file, entry, now, is_late=machine.monotonic() > until).read(changes if newest else ())
            else:
                why = _("Deze activiteit staat vaker in het bestand. Wij nemen de nieuwste.")
                one = Found(
                    line=entry.line, mark="", title=title_of(entry.said("SUMMARY"))[0], skipped="double", why=why
                )
            found.append(one)
    return sorted(found, key=lambda one: one.line)


def _sequence(entry: Entry) -> int:
    said = entry.said("SEQUENCE")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0


def _mark(entry: Entry) -> str:
    """By what an activity is known again: its UID, as a fingerprint, because some hold an address. Without one what
    stands in it."""
    names = ("UID", "RECURRENCE-ID") if entry.said("UID") else ("SUMMARY", "DTSTART", "RRULE")
    return sha256("\x1f".join(entry.said(name) for name in names).encode()).hexdigest()


def _is_off(entry: Entry) -> bool:
    return entry.said("STATUS").upper() == "CANCELLED"


class _Unread(Exception):
    """A part of an entry that cannot be used; what to say of it."""


def _needed(entry: Entry, name: str) -> Part:
    found = entry.first(name)
    if found is None:
        raise _Unread(_("Er staat niet bij wanneer deze activiteit is."))
    return found


class _Reading:
    """Reads one entry, with the dates that differ from it."""

    def __init__(self, file: File, entry: Entry, now: datetime, *, is_late: bool) -> None:
        self.file, self.entry, self.is_late = file, entry, is_late
        self.now = now
        self.errors: list[str] = []
        self.notes: list[str] = []

    def read(self, changes: Sequence[Entry]) -> Found:
        entry = self.entry
        title, is_cut = title_of(entry.said("SUMMARY"))
        if is_cut:
            self.notes.append(_("De naam is te lang. Wij nemen het begin."))
        base = Found(line=entry.line, mark=_mark(entry), title=title)
        if _OURS.fullmatch(entry.said("UID")) and not entry.first("RECURRENCE-ID"):
            base = base.but(uid=entry.said("UID"))
        if self.file.is_cancelled or _is_off(entry):
            return base.skip("cancelled", _("Dit gaat niet door, zegt het bestand."))
        if entry.broken:
            return base.wrong([entry.broken])
        if self.is_late:
            return base.wrong([_("Er staan te veel moeilijke herhalingen in dit bestand. Maak een kleiner bestand.")])
        if not title:
            self.errors.append(_("Er staat niet bij hoe deze activiteit heet."))
        place, is_cut = place_of(entry.said("LOCATION"))
        if is_cut:
            self.notes.append(_("De plek is te lang. Wij nemen het begin."))
        about = self._about(entry)
        kinds = [kind for part in entry.parts.get("CATEGORIES", ()) for said in part.value.split(",")
                 if (kind := ical.kind_named(ical.words(said)))]  # fmt: skip
        base = base.but(place=place, about=about, kind=kinds[0] if kinds else "")
        try:
            return self._dated(base, changes)
        except _Unread as unread:
            return base.wrong([*self.errors, str(unread)])
        except Invalid as invalid:
            return base.wrong([*self.errors, invalid.sentence])

    def _about(self, entry: Entry) -> str:
        said = unwrap(entry.said("DESCRIPTION"))
        if len(said) > TEXT_MAX:
            self.notes.append(_("De uitleg is te lang. Wij nemen het begin."))
        return said[:TEXT_MAX].rstrip()

    # ---- when ----------------------------------------------------------------------------------------------------

    def _dated(self, base: Found, changes: Sequence[Entry]) -> Found:
        """The activity with its dates, from today on."""
        start = self._when(_needed(self.entry, "DTSTART"))
        ours = start.on(clock.ZONE)
        lasts = self._lasts(self.entry, start)
        if lasts > LASTS_MAX:
            raise _Unread(_("Een activiteit duurt hooguit een dag. Maak er meer activiteiten van."))
        rule = self._rule(start, ours)
        self._say_zone(start, ours, is_series=rule is not None)
        base = base.but(starts=ours, lasts=lasts, is_all_day=start.is_day, rule=rule)
        extra = {self._here(start, ours, part, one) for part, one in self._values("RDATE")}
        left_out = {self._here(start, ours, part, one) for part, one in self._values("EXDATE")}
        if len(extra) + len(left_out) + len(changes) > _EXCEPTIONS_MAX:
            raise _Unread(_("Deze reeks heeft te veel losse dagen. Zet deze activiteit er zelf in."))
        differing = [self._change(base, start, ours, one) for one in changes]
        if self.errors:
            return base.wrong(self.errors)
        return self._from_now(base.but(
            notes=tuple(dict.fromkeys(self.notes)),
            extra=tuple(sorted(extra - left_out)),
            left_out=tuple(sorted(left_out)),
            changes=tuple(sorted(differing, key=lambda one: one.original)),
        ))  # fmt: skip

    def _here(self, start: When, ours: datetime, part: Part, said: str | None = None) -> datetime:
        """A date of the series on our clock, whatever clock it was written on."""
        when = self._when(part, said)
        if start.is_day:
            return datetime.combine(when.at.date(), time())
        if when.is_day:
            return datetime.combine(when.at.date(), start.at.time()) + (ours - start.at)
        return when.on(start.zone) + (ours - start.at)

    def _values(self, name: str) -> list[tuple[Part, str]]:
        """Every value of these lines; of a period its beginning."""
        return [
            (part, one.partition("/")[0])
            for part in self.entry.parts.get(name, ())
            for one in part.value.split(",")
            if one.strip()
        ]

    def _when(self, part: Part, said: str | None = None) -> When:
        """What stands on a line about a day or a time.

        Raises:
            _Unread: there is no such day or time.
        """
        said = (part.value if said is None else said).strip()
        found = _MOMENT.fullmatch(said)
        try:
            if found is None:
                raise ValueError(said)
            at = datetime.strptime(found[1] + (found[2] or "0000"), "%Y%m%d%H%M")
        except ValueError:
            shown = text.clean_line(said, 30)
            raise _Unread(_("Deze dag of tijd kunnen wij niet lezen: “%(said)s”.", said=shown)) from None
        if not _FIRST_YEAR <= at.year <= self.now.year + YEARS_AHEAD:
            raise _Unread(_("Dit jaar klopt niet: %(year)s.", year=at.year))
        named = part.parameters.get("TZID", "")
        if not found[2]:
            return When(at, is_day=True, zone=clock.ZONE, named="")
        if found[4]:
            return When(at, is_day=False, zone=UTC, named="UTC")
        zone = self.file.zone(named) if named else clock.ZONE
        return When(at, is_day=False, zone=zone or clock.ZONE, named=named, is_known=zone is not None)

    def _lasts(self, entry: Entry, start: When) -> int:
        """How many minutes it takes; that of the whole day for one without a time."""
        usual = LASTS_MAX if start.is_day else USUAL
        end, said = entry.first("DTEND"), entry.first("DURATION")
        if end is not None:
            when = self._when(end)
            lasts = when.at - start.at if when.named == start.named else when.on(UTC) - start.on(UTC)
        elif said is not None:
            measured = ical.length(said.value)
            if measured is None:
                raise _Unread(_("Wij kunnen niet lezen hoe lang het duurt."))
            lasts = measured
        else:
            lasts = timedelta(0)
        if lasts < timedelta(0):
            raise _Unread(_("Het einde is voor het begin."))
        minutes = -(-int(lasts.total_seconds()) // 60)
        if not minutes and not start.is_day:
            self.notes.append(_("Er staat geen eindtijd bij. Wij nemen 2 uur."))
        return minutes or usual

    def _say_zone(self, start: When, ours: datetime, *, is_series: bool) -> None:
        """A sentence about a time that stood on another clock."""
        told = {"zone": text.clean_line(start.named, 60), "there": f"{start.at:%H.%M}", "here": f"{ours:%H.%M}"}
        if not start.is_known:
            self.notes.append(
                _("De tijdzone “%(zone)s” kennen wij niet. Wij nemen de tijd zoals die er staat.", **told)
            )
        elif start.zone is UTC:
            if is_series:
                self.notes.append(
                    _("De tijd staat er in wereldtijd. Bij ons is dat %(here)s uur, zomer en winter.", **told)
                )
        elif ours != start.at:
            said = _("De tijd is van een andere tijdzone (%(zone)s). %(there)s uur daar is hier %(here)s uur.", **told)
            self.notes.append(said)

    def _rule(self, start: When, ours: datetime) -> str | None:
        """How often it comes back.

        Raises:
            Invalid: it is no rule that is kept here.
        """
        rules = self.entry.parts.get("RRULE", [])
        if not rules:
            return None
        if len(rules) > 1 or "EXRULE" in self.entry.parts:
            raise _Unread(_("Deze herhaling kunnen wij niet overnemen. Zet deze activiteit er zelf in."))
        made = recurrence.on_our_clock(rules[0].value, start.at, ours, start.zone)
        recurrence.check(made, ours.date(), ours.time(), clock.ZONE.key)
        return made

    # ---- dates that differ -----------------------------------------------------------------------------------------

    def _change(self, base: Found, start: When, ours: datetime, entry: Entry) -> Change:
        """One date of the series that is otherwise.

        Raises:
            _Unread: it cannot be read, or it is meant for all dates after it.
        """
        named = _needed(entry, "RECURRENCE-ID")
        if named.parameters.get("RANGE", "").upper() == "THISANDFUTURE":
            raise _Unread(_("Deze reeks verandert halverwege. Dat kunnen wij niet overnemen. Zet haar er zelf in."))
        original = self._here(start, ours, named)
        if _is_off(entry):
            return Change(original, original, base.lasts, "", "", "", is_all_day=start.is_day, is_cancelled=True)
        if entry.broken:
            raise _Unread(entry.broken)
        begin = entry.first("DTSTART")
        when = self._when(begin) if begin else start
        starts = original
        if begin is not None:
            # On the clock of the series it moves with the series; on another it is the moment that it says.
            same = when.named == start.named and not when.is_day
            starts = when.at + (ours - start.at) if same else when.on(clock.ZONE)
        has_end = begin is not None and (entry.first("DTEND") or entry.first("DURATION"))
        lasts = self._lasts(entry, when) if has_end else base.lasts
        if lasts > LASTS_MAX:
            raise _Unread(_("Een activiteit duurt hooguit een dag. Maak er meer activiteiten van."))
        about = unwrap(entry.said("DESCRIPTION"))
        # What our own calendars say of a date stands before what they say of the series.
        note = "" if about == base.about else about.removesuffix(base.about).strip() if base.about else about
        return Change(
            original,
            starts,
            lasts,
            title_of(entry.said("SUMMARY"))[0],
            place_of(entry.said("LOCATION"))[0],
            text.clean_line(note, REASON_MAX),
            is_all_day=when.is_day,
        )

    # ---- from today on ---------------------------------------------------------------------------------------------

    def _from_now(self, found: Found) -> Found:
        """Without what has been: a series begins with its first date that is to come."""
        assert found.starts is not None
        today = clock.local(self.now).replace(tzinfo=None)
        # Something of the whole day is on until the evening.
        since = datetime.combine(today.date(), time()) if found.is_all_day else today
        changes = tuple(one for one in found.changes if max(one.original, one.starts) >= since)
        extra = tuple(one for one in found.extra if one >= since)
        at, rule = found.starts, found.rule
        if rule is not None:
            zone = clock.ZONE.key
            after = recurrence.moment(since.date(), since.time(), zone)
            following = recurrence.from_now(rule, at.date(), at.time(), zone, after)
            if following is not None:
                begins, rule = clock.local(following[0]).replace(tzinfo=None), following[1]
                if at < since:
                    self.notes.append(_("De dagen die al zijn geweest, slaan wij over."))
                at = datetime.combine(begins.date(), at.time())
            else:
                rule = None
        if rule is None and at < since:
            rest = [*extra, *(one.starts for one in changes if not one.is_cancelled and one.starts >= since)]
            if not rest:
                return found.skip("past", _("Dit is al geweest."))
            at = min(rest)
            extra = tuple(one for one in extra if one != at)
        return found.but(
            starts=at,
            rule=rule,
            extra=extra,
            left_out=tuple(one for one in found.left_out if one >= since),
            changes=changes,
            notes=tuple(dict.fromkeys(self.notes)),
        )
