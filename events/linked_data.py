"""A public activity in the words of schema.org, so that a search engine shows its day and place. It names nobody."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app
from markupsafe import Markup

from community import clock, text
from events import showing


def of(row: Any, association: str) -> Markup:
    """The data block of an activity. A block of data is not carried out, so the policy of the page does not speak of
    it; what could end the block ("</script>") is written as an escape that JSON has for every sign."""
    address = str(current_app.config["BASE_URL"]) + showing.path_of(row)
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": row.title,
        "startDate": clock.local(row.starts_at).isoformat(),
        "endDate": clock.local(row.ends_at).isoformat(),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "eventStatus": "https://schema.org/EventCancelled" if row.cancelled_at else "https://schema.org/EventScheduled",
        "url": address,
        "location": {
            "@type": "Place",
            "name": ", ".join(part for part in (showing.place(row), row.building or row.neighbourhood) if part)
            or association,
            "address": row.building or row.neighbourhood or association,
        },
        "organizer": {"@type": "Organization", "name": association, "url": str(current_app.config["BASE_URL"])},
    }
    if row.source:
        told["description"] = text.excerpt(row.source, 300)
    if row.capacity is not None:
        told["maximumAttendeeCapacity"] = row.capacity
        told["remainingAttendeeCapacity"] = max(0, row.capacity - row.coming)
    if row.cents is not None:
        told["isAccessibleForFree"] = row.cents == 0
        told["offers"] = {
            "@type": "Offer",
            "price": f"{row.cents / 100:.2f}",
            "priceCurrency": "EUR",
            "url": address,
            "availability": "https://schema.org/SoldOut" if showing.is_full(row) else "https://schema.org/InStock",
        }
    return block(told)


def block(told: Any) -> Markup:
    """JSON that can stand in a page."""
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return Markup('<script type="application/ld+json">') + Markup(written) + Markup("</script>")
