"""The hands of somebody at a page: a story that is told with them is told of the mouse, of the keyboard alone, and of a
browser that runs no script. What is written, chosen and pressed is named as it stands on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.keyboard import Keyboard

MOUSE, KEYBOARD, NO_SCRIPT = "with a mouse", "by keyboard alone", "without script"
WAYS = (MOUSE, KEYBOARD, NO_SCRIPT)


def hands(new_page: NewPage, who: str | None, way: str, *, phone: bool = False) -> Hands:
    """Somebody with a browser of their own, who does everything in one way."""
    page = new_page(who, phone=phone, script=way != NO_SCRIPT)
    return Hands(page, Keyboard(page) if way == KEYBOARD else None)


@dataclass
class Hands:
    """Somebody's hands; with `keys` the mouse is never touched. Names are how a label or a button begins."""

    page: Page
    keys: Keyboard | None = None

    def go(self, name: str) -> None:
        """Press a button or follow a link, and wait for the page that follows: the first of this name."""
        if self.keys:
            self.keys.go(name)
            return
        # Words that only a screen reader hears stand apart from the others: "Ik kom : Koffie".
        named = re.compile("^" + re.escape(name).replace(":", r"\s?:"))
        pressed = self.page.get_by_role("link", name=named).or_(self.page.get_by_role("button", name=named)).first
        with self.page.expect_navigation():
            pressed.click()

    def write(self, label: str, text: str) -> None:
        """Put something in a field, instead of what stands there."""
        if self.keys:
            self.keys.tab_to(label)
            self.keys.press("Control+A")
            self.keys.type(text)
        else:
            self.page.get_by_label(re.compile(f"^{re.escape(label)}")).fill(text)

    def choose(self, label: str) -> None:
        """Make a choice."""
        if self.keys:
            self.keys.choose(label)
        else:
            self.page.get_by_role("radio", name=re.compile(f"^{re.escape(label)}")).check()
        expect(self.page.get_by_role("radio", name=re.compile(f"^{re.escape(label)}"))).to_be_checked()

    def pick(self, label: str, option: str) -> None:
        """Pick something from a list."""
        if self.keys:
            self.keys.pick(label, option)
        else:
            self.page.get_by_label(re.compile(f"^{re.escape(label)}")).select_option(label=option)

    def unfold(self, name: str) -> None:
        """Open what is folded."""
        if self.keys:
            self.keys.tab_to(name)
            self.keys.press("Enter")
        else:
            self.page.locator("summary", has_text=name).click()
