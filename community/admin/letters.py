"""The invitation letters of a building: the long work that makes a PDF with a code for each household, and what
stands on each letter. Codes are kept only once the PDF is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask import current_app

from community import clock, dates, db, files, jobs, language, paper
from community.accounts.actions import Letter as Secret
from community.admin import households, inviting
from community.admin.households import HouseholdLine, Resident
from community.errors import Refused
from community.language import gettext as _
from community.places.models import Building
from community.places.queries import association, caretaker_of, role_name, staff_of

LETTERS = "letters"
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who signs the letters of a building and picks up the telephone."""

    name: str
    function: str
    phone: str
    phone_hours: str
    photo: str | None
    association: str


def sender_of(building: Building) -> Sender:
    """The caretaker of a building; where there is none, whoever works there; where nobody does, the association.

    Raises:
        Refused: the association has no name yet.
    """
    here = association()
    if here is None:
        raise Refused(_("Trefpunt weet de naam en het telefoonnummer van uw corporatie nog niet."))
    staff = staff_of(building)
    signs = next((one for one in staff if one.function == "huismeester"), None) or caretaker_of(staff)
    if signs is None:
        return Sender(here.name, _("verhuurder"), here.phone, here.phone_hours, None, here.name)
    own = bool(signs.phone)
    return Sender(
        signs.name,
        role_name(signs.function),
        signs.phone if own else here.phone,
        "" if own else here.phone_hours,
        signs.photo,
        here.name,
    )


def make(job: jobs.Job, tell: Tell) -> None:
    """Print the letters of a job and keep their codes."""
    if job.result:  # this job's process died after it was done
        return
    with language.speaking(language.DEFAULT):  # a letter goes to a household, not to who prints it
        building = db.session().get(Building, job.facts["building"])
        if building is None:
            raise Refused(_("Dit gebouw is er niet meer."))
        wanted = households.chosen(households.households_of(building.id), job.facts["choice"])
        lines = wanted[: paper.MOST]
        if not lines:
            raise Refused(_("In deze keuze zit geen huishouden. Er is niets geprint."))
        people = households.residents_of([line.id for line in lines])
        secrets, until = inviting.draw(len(lines)), inviting.last_day()
        sender = sender_of(building)
        batch = [
            letter(line, people.get(line.id, ()), secret, building, sender, until)
            for line, secret in zip(lines, secrets, strict=True)
        ]
        pdf = paper.letters(batch, tell)
        codes = {line.id: (secret, len(people.get(line.id, ()))) for line, secret in zip(lines, secrets, strict=True)}
        _keep(job, pdf, codes, until, len(wanted) - len(lines))


@db.action
def _keep(job: jobs.Job, pdf: bytes, codes: dict[int, tuple[Secret, int]], until: date, left: int) -> None:
    building: int = job.facts["building"]
    inviting.keep(codes, until=until, buildings=dict.fromkeys(codes, building), by=job.by_id)
    jobs.finish(job.id, made=pdf, result={"count": len(codes), "left": left})


def letter(
    line: HouseholdLine,
    people: Sequence[Resident],
    secret: Secret,
    building: Building,
    sender: Sender,
    until: date,
) -> paper.Letter:
    """What stands on the letter of one household."""
    base: str = current_app.config["BASE_URL"]
    return paper.Letter(
        addressee=addressee([one.name for one in people]),
        salutation=salutation([one.greeting for one in people]),
        street=line.street,
        number=str(line.number),
        addition=line.addition,
        postcode=line.postcode,
        city=line.city,
        building=building.with_article,
        code=secret.code,
        short_url=f"{urlsplit(base).netloc}{urlsplit(base).path}/inloggen",
        qr_url=f"{base}/c/{secret.token}",
        phone=sender.phone,
        phone_hours=sender.phone_hours,
        caretaker=sender.name,
        function=sender.function,
        association=sender.association,
        date=written(clock.today()),
        expires=written(until),
        photo=files.path_of(sender.photo, 256) if sender.photo else None,
    )


def addressee(names: Sequence[str]) -> list[str]:
    """One or two lines above the address."""
    if not names:
        return [_("Aan de bewoners van")]
    if len(names) <= 2:
        return list(names)
    return [_("%(one)s en %(other)s", one=names[0], other=names[1]), _("en medebewoners")]


def salutation(greetings: Sequence[str | None]) -> str:
    """ "Beste mevrouw Koster,", where we know how to address everybody and it fits on a line; for one whom
    we do not know empty: the letter has its own words for that."""
    known = [greeting for greeting in greetings if greeting]
    if not known or len(known) < len(greetings) or len(known) > 2:
        return _("Beste bewoners,") if len(greetings) > 1 else ""
    if len(known) == 1:
        return _("Beste %(name)s,", name=known[0])
    return _("Beste %(one)s en %(other)s,", one=known[0], other=known[1])


def written(day: date) -> str:
    """ "22 november 2026"."""
    return f"{' '.join(dates.full(day).split()[1:3])} {day.year}"
