// Who is busy in a conversation: says that somebody types here, or (of the association) has the page open, and shows who
// does so elsewhere. One calm line, said aloud by nothing.

import { elements, get, tell } from './asking.js';

// The server keeps what is said for a little longer than this.
const TYPING_MS = 10000;
const HERE_MS = 60000;

const page = document.querySelector('main[data-busy]');
let again;
let isOver = () => false;

/** Show who is busy now, and ask again when the server says that it will be over. */
export async function refresh() {
  if (!page) return;
  const response = await get(page.dataset.show);
  if (!response.ok) return;
  for (const fresh of elements(await response.text())) {
    const old = document.getElementById(fresh.id);
    if (old && old.outerHTML !== fresh.outerHTML) old.replaceWith(fresh);
  }
  later();
}

function later() {
  clearTimeout(again);
  const line = document.getElementById('wie-schrijft');
  const seconds = line && Number(line.dataset.again);
  if (!seconds) return;
  again = setTimeout(() => {
    if (document.hidden || isOver()) later();
    else refresh().catch(later);
  }, seconds * 1000);
}

function say(fields) {
  if (!isOver() && !document.hidden) tell(page.dataset.busy, fields);
}

function typing(key) {
  let saidAt = -Infinity;

  function over() {
    if (Date.now() - saidAt > 2 * TYPING_MS) return;
    saidAt = -Infinity;
    say({ klaar: 1 });
  }

  document.addEventListener('input', (event) => {
    const field = event.target;
    if (!field.matches || !field.matches(`textarea[data-draft="${key}"]`)) return;
    if (!field.value.trim()) {
      over();
    } else if (Date.now() - saidAt > TYPING_MS) {
      saidAt = Date.now();
      say({ schrijft: 1 });
    }
  });
  document.addEventListener('draft:over', (event) => event.detail === key && over());
}

/** For a page with `data-busy` (where to say it), `data-show` (where to ask), and `data-here` for who is seen reading. */
export function start(hasEnded) {
  if (!page) return;
  isOver = hasEnded;
  typing(`topic-${page.dataset.watch.split(':')[1]}`);
  later();
  if (page.dataset.here === undefined) return;
  const here = () => say({ hier: 1 });
  here();
  setInterval(here, HERE_MS);
  document.addEventListener('visibilitychange', here);
}
