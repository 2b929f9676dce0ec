// Follows long work (an import, a hundred letters) on the page that started it, until the server says it is done.

import { followed, get } from './asking.js';

const EVERY_MS = 1000;

async function follow(box) {
  if (!document.hidden) {
    try {
      const response = await get(box.dataset.progressUrl);
      if (followed(response)) return;
      const html = response.ok ? (await response.text()).trim() : '';
      if (html && html !== box.shown) {
        box.shown = html;
        box.innerHTML = html;
      }
      if (box.querySelector('[data-done]')) return;
    } catch (broken) {
      // The work goes on without us; ask again.
    }
  }
  setTimeout(follow, EVERY_MS, box);
}

/** Follow every `[data-progress-url]`; a fragment with `data-done` is the last one. */
export function start() {
  for (const box of document.querySelectorAll('[data-progress-url]')) follow(box);
}
