// While somebody types the title of a new conversation: what is already said about the same, from the server.

import { get } from './asking.js';

const REST_MS = 700;

/** For a form with `[data-alike="address"]` and a field `titel`. Who saw it here is not asked again when placing. */
export function start() {
  const box = document.querySelector('[data-alike]');
  const field = box && box.closest('form').elements.titel;
  if (!field) return;
  let rest;
  let asked = '';

  async function ask() {
    const title = field.value.trim();
    if (title === asked || title.length < 4) return;
    asked = title;
    try {
      const response = await get(`${box.dataset.alike}?titel=${encodeURIComponent(title)}`);
      if (!response.ok || title !== asked) return;
      const html = (await response.text()).trim();
      box.innerHTML = html && `${html}<input type="hidden" name="toch" value="1">`;
    } catch (broken) {
      // Placing asks once more.
    }
  }

  field.addEventListener('input', () => {
    clearTimeout(rest);
    rest = setTimeout(ask, REST_MS);
  });
}
