"""What a run could not test is said loudly, at its end; in CI it is a failure."""

from __future__ import annotations

import os
from typing import Any, NoReturn

import pytest

MARK = "NOT TESTED"


def not_tested(what: str) -> NoReturn:
    """Stop this test: `what` ("on PostgreSQL: no server found") cannot be tested here. Fails where CI is set."""
    message = f"{MARK} {what}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def summary(reporter: Any) -> None:
    """At the end of the run: everything that was not tested, once."""
    said = [
        str(report.longrepr[2]) for report in reporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)
    ]
    missed = sorted({reason.removeprefix("Skipped: ") for reason in said})
    if missed:
        reporter.section("NOT TESTED", red=True, bold=True)
        for reason in missed:
            reporter.line(f"{reason} ({sum(reason in one for one in said)} tests)", red=True)
