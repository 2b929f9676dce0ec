// Thanks without a new page: the post comes back with the names of who thanked.

import { elements, followed, post } from './asking.js';
import { swap } from './thread.js';

async function thank(form) {
  try {
    const response = await post(form);
    if (followed(response)) return;
    if (!response.ok) throw response;
    const li = form.closest('li');
    if (li) swap(li, elements(await response.text())[0]);
  } catch (failed) {
    form.submit();
  }
}

/** Take over `form[data-thanks]`. */
export function start() {
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[data-thanks]')) return;
    event.preventDefault();
    thank(event.target);
  });
}
