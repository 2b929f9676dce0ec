"""What a browser fetches for the first view of a topic page, with nothing kept from before: how many requests, and
bytes as they came over the line, answers' headers included."""

from __future__ import annotations

import os
from typing import Any

from playwright.sync_api import ViewportSize, sync_playwright

from bench.instance import Instance
from bench.residents import longest, sign_in

CHROMIUM = os.environ.get("TREFPUNT_CHROMIUM", "/usr/bin/chromium")
WAIT_MS = 60_000
# What is fetched after the page is there (the live part) comes within this.
LATER_MS = 2_000
PHONE: ViewportSize = {"width": 390, "height": 844}


def measure(instance: Instance) -> dict[str, Any]:
    """Open a conversation in Chromium as a resident; each request with its bytes, and the sums."""
    resident = sign_in(instance.app, 1)[0]
    name, _sign, value = resident.cookie.partition("=")
    origin = f"http://127.0.0.1:{instance.port}"
    requests: dict[str, dict[str, Any]] = {}
    shown: list[bool] = []
    instance.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = browser.new_context(viewport=PHONE, locale="nl-NL")
            context.add_cookies([{"name": name, "value": value, "url": origin}])
            page = context.new_page()
            line = context.new_cdp_session(page)
            line.on("Network.responseReceived", lambda event: _came(requests, event, after=bool(shown)))
            line.on("Network.loadingFinished", lambda event: _ended(requests, event))
            line.on("Page.loadEventFired", lambda _event: shown.append(True))
            line.send("Network.enable")
            line.send("Page.enable")
            page.goto(origin + longest(instance.app).path + "?pagina=1", wait_until="load", timeout=WAIT_MS)
            page.wait_for_timeout(LATER_MS)
            browser.close()
    finally:
        instance.stop()
    fetched = [one for one in requests.values() if "bytes" in one]
    return {"requests": fetched, "count": len(fetched), "bytes": sum(one["bytes"] for one in fetched)}


def _came(requests: dict[str, dict[str, Any]], event: dict[str, Any], *, after: bool) -> None:
    answer = event["response"]
    headers = {key.lower(): value for key, value in answer["headers"].items()}
    if not answer["url"].startswith("data:"):
        requests[event["requestId"]] = {
            "path": "/" + answer["url"].split("/", 3)[3].partition("?")[0],
            "coding": headers.get("content-encoding", "-"),
            "when": "after the page" if after else "with the page",
        }


def _ended(requests: dict[str, dict[str, Any]], event: dict[str, Any]) -> None:
    if event["requestId"] in requests:
        requests[event["requestId"]]["bytes"] = int(event["encodedDataLength"])
