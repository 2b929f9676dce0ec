// Tells the server up to which post somebody has seen a topic, so that it is no longer "nieuw". Only a page that is
// looked at counts, and only when it shows more than was seen before.

import { tell } from './asking.js';
import { highest } from './thread.js';

const WAIT_MS = 1000;

/** For a page with `data-seen="/gesprekken/12/gelezen" data-read="17"`: report when more than 17 is in view. */
export function start() {
  const page = document.querySelector('main[data-seen]');
  if (!page) return;
  let read = Number(page.dataset.read) || 0;
  let wait;

  function report() {
    const number = highest();
    if (document.hidden || number <= read) return;
    read = number;
    // Seen by a person, unknown to the server: "nieuw" once more does no harm.
    tell(page.dataset.seen, { nummer: number });
  }

  function soon() {
    clearTimeout(wait);
    wait = setTimeout(report, WAIT_MS);
  }

  document.addEventListener('thread:grown', soon);
  document.addEventListener('visibilitychange', soon);
  soon();
}
