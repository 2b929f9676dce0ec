// What stands above a conversation: how far a question is, how it ended, whether one can still reply. It is fetched anew
// when it changed. What somebody typed stays, also when the conversation was closed meanwhile.

import { elements, get } from './asking.js';
import { swap } from './thread.js';

function closed(sentence) {
  const composer = document.querySelector('section#reageer');
  if (!composer) return;
  const notice = document.createElement('p');
  notice.id = 'gesloten';
  notice.className = 'notice mt-6';
  notice.setAttribute('role', 'status');
  notice.textContent = sentence;
  composer.before(notice);
  const field = composer.querySelector('textarea');
  composer.hidden = !(field && field.value.trim());
}

function opened() {
  const notice = document.getElementById('gesloten');
  const composer = document.querySelector('section#reageer');
  // A page that came without a field to reply in gets one from the server.
  if (!composer) location.reload();
  else composer.hidden = false;
  if (notice) notice.remove();
}

/** Fetch what stands above the posts and show it; false when this person may no longer see it. */
export async function refresh() {
  const old = document.getElementById('kop');
  if (!old) return true;
  const response = await get(old.dataset.head);
  if (response.redirected || [401, 403, 404].includes(response.status)) return false;
  if (!response.ok) throw response;
  const fresh = elements(await response.text())[0];
  // Somebody may be typing a day in it; the server tells them when another was first.
  if (!fresh || old.outerHTML === fresh.outerHTML || old.querySelector('input:focus')) return true;
  swap(old, fresh);
  if (fresh.dataset.closed && !old.dataset.closed) closed(fresh.dataset.closed);
  if (!fresh.dataset.closed && old.dataset.closed) opened();
  return true;
}
