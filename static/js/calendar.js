// An activity that changes while one looks at it: places left, who comes, that it does not go on. Each card knows where
// its own newest self is fetched (`data-fragment`), and what it shows (`data-version`). A card in which somebody is
// typing or choosing stays until they are done; one that is no longer for this person goes.

import { elements, get } from './asking.js';
import { swap } from './thread.js';

const here = () => [...document.querySelectorAll('[data-occurrence][data-fragment]')];

/** The dates on this page, as rooms of the socket. */
export const rooms = () => here().map((card) => `occurrence:${card.dataset.occurrence}`);

/** Whether this page shows dates at all. */
export const shows = () => here().length > 0;

/** Whether the server knows a newer version of a date than the page shows. */
export const isOld = (room, version) =>
  here().some((card) => `occurrence:${card.dataset.occurrence}` === room && Number(card.dataset.version) < version);

async function renew(card) {
  if (card.querySelector('input:focus, textarea:focus, select:focus, details[open]')) return;
  const response = await get(card.dataset.fragment);
  if (response.redirected || [401, 403].includes(response.status)) return;
  if (response.status === 404) {
    card.remove();
    return;
  }
  if (!response.ok) throw response;
  const fresh = elements(await response.text())[0];
  if (fresh && fresh.dataset.version !== card.dataset.version) swap(card, fresh);
}

/** Fetch anew what these hints are about; all of it after a line that was down. */
export async function refresh(hints, wasBehind) {
  const told = new Set(hints.map((hint) => String(hint.occurrence)));
  const all = wasBehind || hints.some((hint) => hint.event);
  for (const card of here()) {
    if (all || told.has(card.dataset.occurrence)) await renew(card);
  }
}

/** A date that this page does not show yet, or an activity that was planned or moved: one line says so. */
export function announce(hints) {
  const line = document.querySelector('main [data-fresh]');
  const isOther = (hint) => hint.event && hint.kind && hint.kind !== 'changed';
  if (line && document.querySelector('main[data-calendar]') && hints.some(isOther)) line.hidden = false;
}
