"""Files as an association's system exports them, for tests of the import: row by row, or thousands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

HEADER = (
    "VHE-nummer", "Wijk", "Complexnaam", "Portiek", "Straat", "Huisnummer", "Toevoeging", "Postcode", "Plaats",
    "Verdieping", "Huurdernummer", "Aanhef", "Naam", "E-mail", "Ingangsdatum", "Einddatum",
)  # fmt: skip
DWELLING_HEADER = HEADER[:10]
RESIDENT_HEADER = (HEADER[0], *HEADER[10:])


def csv_of(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    """The bytes of a file with semicolons, UTF-8 with byte order mark, and Windows line endings."""
    lines = [";".join(header), *(";".join(row) for row in rows)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def row(
    number: int,
    name: str = "",
    *,
    vhe: str | None = None,
    building: str = "Zonneweide",
    street: str = "Zonstraat",
    addition: str = "",
    person: str = "",
    title: str = "",
    email: str = "",
    since: str = "1-2-2019",
    until: str = "",
    postcode: str = "3045 AB",
) -> tuple[str, ...]:
    """One line: a dwelling and perhaps somebody who lives there."""
    where = (vhe or f"Z{number}", "Zuid", building, "A", street, str(number), addition, postcode, "Rotterdam", "1")
    if not name:
        return (*where, "", "", "Leegstand", "", "", "")
    return (*where, person, title, name, email, since, until)


def large(rows: int, per_building: int = 200) -> bytes:
    """A file of `rows` lines with one resident each, in buildings of `per_building` dwellings."""
    return csv_of(
        (
            f"VHE{n:06}", f"Wijk {n // per_building % 9}", f"Gebouw {n // per_building}", f"portiek {n % 4}",
            f"Straat {n // per_building}", str(n % per_building + 1), "", "3045 AB", "Rotterdam", str(n % 8),
            f"H{n:06}", "Mevrouw" if n % 2 else "De heer", f"A.B. de Vries-{n:06}", f"h{n}@example.nl" if n % 3 else "",
            "1-3-2018", "",
        )
        for n in range(rows)
    )  # fmt: skip
