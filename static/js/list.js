// A list of conversations that is open: when it would look otherwise now, one line says so. Nothing moves by itself.

import { get } from './asking.js';

// Everybody with the list open hears of a reply at once, and asks the server a little apart.
const SPREAD_MS = 2500;

const page = document.querySelector('main[data-rooms]');
const line = page && page.dataset.calendar === undefined && page.querySelector('[data-fresh]');
let looking;

const told = (root) => [...root.querySelectorAll('.rows > li')].map((li) => li.textContent).join('\n');

/** What the page wants to hear of. */
export const rooms = () => (page ? page.dataset.rooms.split(' ').filter(Boolean) : []);

/** See whether the list has changed since it was loaded; once it has, there is nothing more to find out. */
export function look() {
  if (!line || !line.hidden || looking) return;
  looking = setTimeout(async () => {
    looking = undefined;
    try {
      const response = await get(location.href);
      if (!response.ok || response.redirected) return;
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
      line.hidden = told(fresh) === told(document);
    } catch (broken) {
      // The next hint asks again.
    }
  }, Math.random() * SPREAD_MS);
}
