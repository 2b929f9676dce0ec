// The one calm line that says whether new things still appear by themselves. Its sentences stand on the page:
// <p class="conn" role="status" data-lost="..." data-back="..." data-refused="..." data-gone="..." hidden>.

// A connection that comes back sooner was never worth a word.
const PATIENCE_MS = 2000;
const SHOWN_MS = 4000;

const line = document.querySelector('.conn');
let timer;

function say(kind) {
  if (!line) return;
  line.hidden = !kind;
  line.className = `conn ${kind}`;
  line.textContent = kind ? line.dataset[kind] : '';
}

/** The connection is gone. */
export function lost() {
  clearTimeout(timer);
  timer = setTimeout(say, PATIENCE_MS, 'lost');
}

/** The connection is there. Says so only to somebody who was told that it was gone. */
export function back() {
  clearTimeout(timer);
  if (!line || line.hidden) return;
  say('back');
  timer = setTimeout(say, SHOWN_MS, '');
}

/** This page may no longer be seen by this person; it will not change any more. */
export function refused() {
  clearTimeout(timer);
  say('refused');
}

/** What this page is about is not here any more. */
export function gone() {
  clearTimeout(timer);
  say('gone');
}
