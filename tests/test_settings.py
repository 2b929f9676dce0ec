"""Settings: what they are without an environment, which values are refused, and that each is explained."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path

import pytest

import config
from config import SettingError

ROOT = Path(__file__).parent.parent
LONG = "k" * 40


def read(tmp_path: Path, **environment: str) -> dict[str, object]:
    """The settings of an environment with these TREFPUNT_ variables."""
    named = {f"TREFPUNT_{name}": value for name, value in environment.items()}
    return config.settings({"TREFPUNT_INSTANCE": str(tmp_path / "instance"), **named})


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found["DATABASE_URL"] == f"sqlite:///{tmp_path / 'instance' / 'trefpunt.db'}"
    assert (found["PROCESSES"], found["REDIS_URL"], found["MAIL_URL"]) == (1, None, None)
    assert (found["HOST"], found["PORT"], found["BASE_URL"]) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert found["DEMO"] is False
    assert found["BENCH"] is False


def test_a_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path)["SECRET_KEY"], read(tmp_path)["SECRET_KEY"]
    assert first == second
    assert len(str(first)) == 64
    assert stat.S_IMODE((tmp_path / "instance" / "secret-key").stat().st_mode) == 0o600
    assert read(tmp_path / "other")["SECRET_KEY"] != first


def test_two_variables_make_it_several_processes(tmp_path: Path) -> None:
    found = read(tmp_path, DATABASE_URL="postgresql://me@db/trefpunt", REDIS_URL="redis://cache")
    assert found["DATABASE_URL"] == "postgresql+psycopg://me@db/trefpunt"
    assert found["PROCESSES"] == 2
    assert read(tmp_path, DATABASE_URL="postgres://me@db/trefpunt")["PROCESSES"] == 1


def test_a_secure_address_makes_the_cookie_secure(tmp_path: Path) -> None:
    assert read(tmp_path, BASE_URL="https://trefpunt.example.nl/")["SESSION_COOKIE_SECURE"] is True
    assert read(tmp_path, BASE_URL="https://trefpunt.example.nl/")["BASE_URL"] == "https://trefpunt.example.nl"
    assert read(tmp_path)["SESSION_COOKIE_SECURE"] is False


def test_pages_for_measuring_need_the_demonstration(tmp_path: Path) -> None:
    assert read(tmp_path, BENCH="1")["BENCH"] is False
    assert read(tmp_path, BENCH="1", DEMO="1")["BENCH"] is True


@pytest.mark.parametrize("word", ["1", "true", "Yes", "on", "ja"])
def test_words_that_mean_yes(tmp_path: Path, word: str) -> None:
    assert read(tmp_path, DEMO=word)["DEMO"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "-1"),
        ("PROXIES", "1.5"),
        ("PROCESSES", "two"),
        ("BASE_URL", "trefpunt.example.nl"),
        ("LOG", "xml"),
        ("MAX_UPLOAD_MB", "25MB"),
        ("INVITATION_DAYS", "ninety"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"TREFPUNT_{name}"):
        read(tmp_path, **{name: value})


def test_a_short_secret_is_warned_about(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    read(tmp_path, SECRET_KEY=LONG)
    assert "TREFPUNT_SECRET_KEY" not in caplog.text
    read(tmp_path, SECRET_KEY="short")
    assert "TREFPUNT_SECRET_KEY" in caplog.text


def test_every_setting_is_explained_and_nothing_else() -> None:
    explained = set(re.findall(r"^\| `(TREFPUNT_\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.M))
    sources = [ROOT / "config.py", *(ROOT / "tests").rglob("*.py")]
    used = set()
    for path in sources:
        if path != Path(__file__):
            used |= set(re.findall(r"""["'](TREFPUNT_[A-Z_]*[A-Z])["']""", path.read_text()))
    assert explained == used


def test_the_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version == config.VERSION
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
