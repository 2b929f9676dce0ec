"""Somebody who uses the keyboard alone, and looks where the focus is at every step: it is always to be seen, nothing
lies over it, and it goes through the page in the order in which the page is read."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

# More stops than any page of ours has: who presses so often looks for something that is not there.
MOST = 80

HERE = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const label = element.labels && element.labels.length ? element.labels[0].innerText : '';
  const heard = element.cloneNode(true);
  for (const silent of heard.querySelectorAll('[aria-hidden=true]')) silent.remove();
  const name = element.getAttribute('aria-label') || label || heard.textContent || element.value || '';
  // A choice shows the focus around its whole line.
  const shown = element.closest('.choice') || element;
  const ring = getComputedStyle(shown);
  const box = shown.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
  const y = Math.min(Math.max(box.top + Math.min(box.height, 60) / 2, 1), innerHeight - 2);
  const onTop = document.elementFromPoint(x, y);
  const last = window.lastStop;
  window.lastStop = element;
  return {
    name: name.trim().replace(/\\s+/g, ' '),
    isRinged: ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2,
    isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isOnTop: Boolean(onTop && (shown.contains(onTop) || onTop.contains(shown))),
    isAfterLast: !last || !last.isConnected || last === element
      || Boolean(last.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING),
    html: element.outerHTML.slice(0, 120),
  };
}"""

# Whether one of the choices that have the focus has this name.
AMONG = """(name) => {
  const here = document.activeElement;
  if (!here || here.type !== 'radio') return false;
  return [...here.form.elements].some((one) => one.type === 'radio' && one.name === here.name
    && one.labels[0].innerText.trim().startsWith(name));
}"""


@dataclass
class Keyboard:
    """The keyboard at a page; nothing here uses the mouse."""

    page: Page

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type, as into a field."""
        self.page.keyboard.insert_text(text)

    def tab_to(self, name: str) -> None:
        """Press Tab until something of this name has the focus.

        Raises:
            AssertionError: it is never reached, or a stop on the way is not to be seen or out of order.
        """
        stops = []
        for _stop in range(MOST):
            self.press("Tab")
            here = self.page.evaluate(HERE)
            if here is None:  # from the last stop on into the frame of the browser
                self.page.evaluate("delete window.lastStop")
                continue
            stops.append(here["name"])
            for good in ("isRinged", "isInView", "isOnTop", "isAfterLast"):
                assert here[good], f"not {good}: {here['html']} at {self.page.url}, after {stops[-3:]}"
            if here["name"].startswith(name):
                return
        raise AssertionError(f"Tab does not lead to {name} at {self.page.url}, only to {stops}")

    def choose(self, name: str) -> None:
        """Tab to the choices among which this one is, and go to it with the arrows."""
        for _stop in range(MOST):
            self.press("Tab")
            if self.page.evaluate(AMONG, name):
                break
        else:
            raise AssertionError(f"Tab does not lead to the choices with {name} at {self.page.url}")
        for _one in range(MOST):
            if self.focused().startswith(name):
                break
            self.press("ArrowDown")
        self.press("Space")

    def pick(self, name: str, option: str) -> None:
        """Tab to a list, and go down to an option."""
        self.tab_to(name)
        for _one in range(MOST):
            if self.page.evaluate("document.activeElement.selectedOptions[0].label").startswith(option):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{name} has no {option}")

    def focused(self) -> str:
        """The name of what has the focus now."""
        here = self.page.evaluate(HERE)
        return here["name"] if here else ""

    def go(self, name: str, key: str = "Enter") -> None:
        """Tab to it and press it; wait for the page that follows."""
        self.tab_to(name)
        with self.page.expect_navigation():
            self.press(key)
