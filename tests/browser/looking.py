"""Looks at a page as it stands in a browser and says what would trouble somebody: by the rules of WCAG (axe-core), and
by those of our own design: nothing sideways, no small letters, nothing too small to press, nothing cut off."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
# Device pixels are rounded; a hair under is not smaller.
TEXT_MIN, TARGET_MIN = 15.9, 43.5
HEIGHT = 844

RUN_AXE = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
  const told = await axe.run(document, {
    runOnly: tags, rules: {'target-size': {enabled: true}}, resultTypes: ['violations'],
  });
  return told.violations.flatMap((rule) => rule.nodes.map(
    (node) => `axe ${rule.id}: ${node.html.slice(0, 160)} (${(node.any[0] || node.all[0] || node.none[0] || {}).message})`,
  ));
}"""

# What is only for the ear (.vh), drawings, and what nobody sees now.
JUDGE = """([textMin, targetMin]) => {
  const found = [];
  const name = (element) => element.outerHTML.slice(0, 120);
  const unseen = (element) => element.closest('.vh, svg, noscript, [hidden], script, template')
    || getComputedStyle(element).visibility === 'hidden';
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
      .filter((element) => !element.closest('.scroll, .scroll-x, svg'));
    found.push(`sideways ${root.scrollWidth} > ${root.clientWidth}: ${wide.slice(-2).map(name).join(' and ')}`);
  }
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || unseen(element)) continue;
    if (!element.getClientRects().length) continue;
    if (parseFloat(getComputedStyle(element).fontSize) < textMin) small.add(element);
  }
  for (const element of small) found.push(`letters of ${getComputedStyle(element).fontSize}: ${name(element)}`);
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (element.type === 'hidden' || unseen(element) || !element.getClientRects().length) continue;
    // The whole line of a choice can be pressed, and the whole tile that a link spreads over.
    const spreads = getComputedStyle(element).position === 'static'
      && getComputedStyle(element, '::after').position === 'absolute';
    const pressed = element.closest('label') || (spreads && element.offsetParent) || element;
    if (getComputedStyle(pressed).display === 'inline') {
      // A link in a sentence is as high as the sentence. One that stands alone is not in a sentence.
      let block = pressed.parentElement;
      while (getComputedStyle(block).display === 'inline') block = block.parentElement;
      if (block.innerText.trim() !== pressed.innerText.trim()) continue;
    }
    const { width, height } = pressed.getBoundingClientRect();
    if (width < targetMin || height < targetMin) {
      found.push(`to press: ${Math.round(width)} x ${Math.round(height)}: ${name(pressed)}`);
    }
  }
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    if (unseen(element) || element.clientWidth < 2 || !element.innerText) continue;
    if (['visible', 'auto', 'scroll'].includes(style.overflowX)) continue;
    if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1) {
      found.push(`cut off: ${name(element)}`);
    }
  }
  return found;
}"""

FRAME = """() => {
  const found = [];
  if (document.querySelectorAll('h1').length !== 1) found.push(`${document.querySelectorAll('h1').length} h1`);
  if (!document.querySelector('header a[href^="tel:"]')) found.push('nobody to phone');
  if (!document.title.trim() || !document.documentElement.lang) found.push('no title or no language');
  const wrong = document.querySelector('.errsum');
  // Where a script put the error on the page, the focus says it; the page is still the same one.
  const isSamePage = wrong && wrong.closest('form[data-send]');
  if (wrong && !isSamePage && !document.title.startsWith('Fout:')) found.push(`an error, and the title is ${document.title}`);
  if (wrong && document.activeElement !== wrong) found.push('the focus is not on the error');
  for (const details of document.querySelectorAll('details')) details.open = true;
  return found;
}"""


@dataclass(frozen=True)
class Circumstance:
    """How wide the screen is, how light, how large the letters: a reading size of the profile, or `twice` as large as
    the browser's by the browser's own setting."""

    width: int
    theme: Literal["light", "dark"]
    letters: Literal["gewoon", "groot", "grootst", "twice"]
    axe: bool = False


CIRCUMSTANCES = (
    Circumstance(320, "light", "gewoon", axe=True),
    Circumstance(320, "light", "grootst"),
    Circumstance(390, "dark", "gewoon", axe=True),
    Circumstance(390, "dark", "groot"),
    Circumstance(1280, "dark", "grootst"),
    Circumstance(1280, "light", "gewoon", axe=True),
    Circumstance(1280, "light", "twice"),
)

SET_LETTERS = """(letters) => {
  const root = document.documentElement;
  root.removeAttribute('data-size');
  root.style.fontSize = letters === 'twice' ? '225%' : '';
  if (letters.startsWith('groot')) root.dataset.size = letters;
}"""


def troubles(page: Page) -> list[str]:
    """Everything that is wrong with the page that is open, in every circumstance."""
    found = [f"always: {trouble}" for trouble in page.evaluate(FRAME)]
    for seen in CIRCUMSTANCES:
        page.set_viewport_size({"width": seen.width, "height": HEIGHT})
        # Without motion a change of colours is there at once.
        page.emulate_media(color_scheme=seen.theme, reduced_motion="reduce")
        page.evaluate(SET_LETTERS, seen.letters)
        said: list[Any] = page.evaluate(JUDGE, [TEXT_MIN, TARGET_MIN])
        if seen.axe:
            # On a screen as high as the page, so that nothing is judged while the bar at the thumb lies over it.
            page.set_viewport_size(
                {"width": seen.width, "height": page.evaluate("document.body.scrollHeight") + HEIGHT}
            )
            said += page.evaluate(RUN_AXE)
        found += [f"{seen.width} {seen.theme} {seen.letters}: {trouble}" for trouble in said]
    page.evaluate(SET_LETTERS, "gewoon")
    return found
