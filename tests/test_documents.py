"""What is written about Trefpunt is true of what is there: links lead somewhere, the tree names every room and tool,
and every command of `make` that is named exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|mailto:)([^)#]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_of_make_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:`|^    |&& )make ([a-z]+)", path.read_text(), re.M))
    assert named <= targets


def test_the_tree_in_the_readme_names_every_tool_and_room() -> None:
    readme = (ROOT / "README.md").read_text()
    tree = readme[readme.index("## How it is laid out") : readme.index("## How a request travels")]
    community = ROOT / "community"
    there = {path.stem for path in community.glob("*.py")} | {
        path.name for path in community.iterdir() if path.is_dir() and any(path.glob("*.py"))
    }
    assert {name for name in there - {"__init__"} if not re.search(rf"\b{name}\b", tree)} == set()


def test_make_explains_its_commands() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in ("run", "test", "check", "build", "migrate", "translate", "lock", "bench"):
        assert f"make {name} " in told, name


def test_decisions_say_context_choice_and_price() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(numbers) + 1))
    for path in decisions:
        headings = re.findall(r"^## (.+)$", path.read_text(), re.M)
        assert {"Context", "Choice", "Price"} <= set(headings), path.name
        assert re.match(rf"# {int(path.name[:4])}\. ", path.read_text()), path.name
