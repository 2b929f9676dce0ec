// Who writes gets a script of their own (writing.js); it is fetched when somebody comes to such a form with
// the hand or the keyboard, or left one with files behind. Until then, and without it, the form takes files along itself.

import * as draft from './draft.js';

let isAsked = false;

function fetchScript(address) {
  if (isAsked) return;
  isAsked = true;
  const script = document.createElement('script');
  script.src = address;
  // Whoever cannot have it sees the field for files as their browser draws it.
  script.onerror = () => document.documentElement.classList.add('plain-files');
  document.head.append(script);
}

/** Make every `[data-bringing="address of the script"]` in `root` ready, and every field with `data-helped`: that takes no
 * files along, but does call by name. */
export function start(root) {
  for (const field of root.querySelectorAll('[data-helped]')) {
    field.addEventListener('focus', () => fetchScript(field.dataset.helped));
  }
  for (const area of root.querySelectorAll('[data-bringing]')) {
    for (const only of area.querySelectorAll('.noscript-only')) only.remove();
    const form = area.closest('form');
    area.dataset.place = draft.place(form, '#files');
    for (const kind of ['focusin', 'pointerdown', 'dragenter', 'change']) form.addEventListener(kind, () => fetchScript(area.dataset.bringing));
    if (area.dataset.place && draft.stored((storage) => storage.getItem(area.dataset.place))) fetchScript(area.dataset.bringing);
  }
}
