// The reply form without a new page: the reply appears, the field is empty, the reader stays where they were. On a
// broken connection the text stays and pressing again is safe: the form's one-time token folds a repeat into one post.

import { elements, followed, post } from './asking.js';
import * as bringing from './bringing.js';
import * as composer from './composer.js';
import * as draft from './draft.js';
import * as errors from './errors.js';
import { place } from './thread.js';

function say(form, sentence) {
  const line = form.querySelector('[data-line]');
  if (!line) return;
  line.textContent = sentence || '';
  line.hidden = !sentence;
}

function arrived(form, response, html) {
  const li = elements(html)[0];
  for (const field of form.querySelectorAll('[data-draft]')) {
    field.value = '';
    draft.forget(field.dataset.draft);
  }
  const token = form.querySelector('[data-token]');
  if (token) token.value = response.headers.get('X-Form-Token') || '';
  form.dispatchEvent(new Event('placed', { bubbles: true }));
  for (const quote of form.querySelectorAll('[data-quote], [data-nudge], [name=zo]')) quote.remove();
  const button = form.querySelector('[data-usual]');
  if (button) button.textContent = button.dataset.usual;
  for (const wrong of form.querySelectorAll('.errsum, .err')) wrong.remove();
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
  if (li) place(li);
  // The page may end before the new post (an older page of a long topic): then go where it is.
  if (!li || !document.getElementById(li.id)) location.assign(response.headers.get('Location') || location.pathname);
  say(form, form.dataset.done);
}

function refused(form, html) {
  const answer = elements(html);
  const fresh = answer.find((element) => element.matches('form')) || answer[0].querySelector('form');
  form.replaceWith(fresh);
  draft.start(fresh);
  composer.start(fresh);
  bringing.start(fresh);
  errors.start(fresh);
}

async function send(form) {
  if (form.hasAttribute('aria-busy')) return;
  form.setAttribute('aria-busy', 'true');
  say(form, '');
  try {
    const response = await post(form);
    if (followed(response)) return;
    const html = await response.text();
    if (response.ok) arrived(form, response, html);
    else if (response.status === 422) refused(form, html);
    else if (response.status >= 500) say(form, form.dataset.lost);
    // What else the server has to say is a page of its own; the token makes sending twice harmless.
    else form.submit();
  } catch (broken) {
    say(form, form.dataset.lost);
  } finally {
    form.removeAttribute('aria-busy');
  }
}

/**
 * Take over `form[data-send]`. The form holds its sentences (`data-lost`, `data-done`), a `[data-line]` with
 * role=status to say them in, and the one-time token as an input with `data-token`.
 */
export function start() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    // A button with a name (add a photo) asks for something else than sending; an old browser does not tell which.
    const other = event.submitter ? event.submitter.name : form.querySelector('button[name]');
    if (!form.matches('form[data-send]') || other) return;
    event.preventDefault();
    send(form);
  });
}
