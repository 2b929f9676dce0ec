"""Which part of the calendar somebody asks for, read from the address: whose activities, of which kind, with free
places. Whatever is wrong in it is as good as nothing; there is always a calendar to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from community.places.models import Building
from community.web import link_with
from events.models import EVENT_KINDS
from events.wished import Wanted

# Whose: of the building (with what is around it), of the neighbourhood, everything one may see, one's own.
BUILDING, NEIGHBOURHOOD, ALL, MINE = "gebouw", "wijk", "alles", "mij"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the calendar is asked for. `building` is where one is; `whose` one of the four above."""

    building: Building
    whose: str
    kind: str | None
    free: bool
    is_other: bool  # of a building that was chosen, so that links keep it

    @property
    def wanted(self) -> Wanted:
        """The same, as a question to `queries`."""
        return Wanted(
            building_id=self.building.id if self.whose == BUILDING else None,
            neighbourhood_id=self.building.neighbourhood_id if self.whose == NEIGHBOURHOOD else None,
            mine=self.whose == MINE,
            free=self.free,
            kind=self.kind,
        )

    @property
    def is_narrow(self) -> bool:
        """Something is left out of what stands in this calendar."""
        return self.free or self.kind is not None

    def link(self, path: str = "/agenda", **query: str | None) -> Markup:
        """An address that keeps what was asked for."""
        return link_with(
            path,
            gebouw=self.building.slug if self.is_other else None,
            van=None if self.whose == BUILDING else self.whose,
            soort=self.kind,
            vrij="ja" if self.free else None,
            **query,
        )


def read(arguments: Mapping[str, str], building: Building, *, is_other: bool) -> Asked:
    """What an address asks for, in the calendar of this building."""
    whose, kind = arguments.get("van", ""), arguments.get("soort", "")
    return Asked(
        building=building,
        whose=whose if whose in (NEIGHBOURHOOD, ALL, MINE) else BUILDING,
        kind=kind if kind in EVENT_KINDS else None,
        free=arguments.get("vrij") == "ja",
        is_other=is_other,
    )
