"""Where the tests find material that lies beside the repository, in the folder `shared`, and is not copied
into it.

`TREFPUNT_SHARED` names another place. Without the material a check cannot be done: that is said at the end of the run,
and is a failure where the place was named.
"""

import functools
import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared_path(name: str) -> Path:
    """The path of a shared file, such as "judges/xss-vectors.json"; where it is absent the calling test is skipped
    loudly, or fails when TREFPUNT_SHARED says that it should be there."""
    named = os.environ.get("TREFPUNT_SHARED")
    path = Path(named or ROOT.parent / "shared") / name
    if not path.exists():
        message = f"NOT CHECKED: {path} is absent; put `shared` beside the repository or set TREFPUNT_SHARED"
        if named:
            pytest.fail(message)
        pytest.skip(message)
    return path


@functools.cache
def _vectors(path: Path) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8"))["vectors"])


def xss_vectors() -> tuple[dict[str, Any], ...]:
    """Inputs from public sanitiser test suites: each with `id`, `input` and what it did, shown raw, in
    Chromium (`fires_unsanitised`, `hazard_unsanitised`)."""
    return _vectors(shared_path("judges/xss-vectors.json"))
