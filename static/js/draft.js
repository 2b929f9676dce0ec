// Nothing typed is lost: what stands in a field with `data-draft="key"` is kept in this browser at once, and on the
// server after a moment's rest, for another device. Here it stays until the page that follows says that it arrived
// (`data-draft-done="key"`), or the person signs out (`data-draft-done="*"`). On a device that two people share, nobody
// sees the other's. `data-draft-stamp` is the version of the server's text that the page began with; `data-draft-to`
// where the server keeps it, if not with the messages.

import { AS_SCRIPT } from './asking.js';

const PREFIX = 'draft:';
// A draft of a month ago is a surprise, not a help.
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const PAUSE_MS = 300;
const REST_MS = 2000;

let owner = '';

/** Whose drafts these are: an id of the person, or nothing for a stranger. */
export function belongTo(person) {
  owner = person ? `${person}:` : '';
}

/** Browsers refuse localStorage in some private modes; then the server alone keeps drafts, the rest is the same. */
export function stored(use) {
  try {
    return use(localStorage);
  } catch (refused) {
    return undefined;
  }
}

/** The name under which something is kept beside the draft of a form; with it, it is gone when somebody signs out. */
export function place(form, ending) {
  const field = form.querySelector('[data-draft]');
  return field ? PREFIX + owner + field.dataset.draft + ending : '';
}

// `since`: the server's version that this text goes on from; `synced`: the server has it.
function keep(key, text, since, synced) {
  stored((storage) => {
    if (text.trim()) storage.setItem(PREFIX + owner + key, JSON.stringify({ text, at: Date.now(), since, synced }));
    else storage.removeItem(PREFIX + owner + key);
  });
}

function kept(key) {
  const draft = stored((storage) => JSON.parse(storage.getItem(PREFIX + owner + key)));
  return draft && Date.now() - draft.at < KEPT_MS ? draft : undefined;
}

/** The text arrived (or its writer left): drop the draft; "*" drops all. */
export function forget(key) {
  stored((storage) => {
    for (const name of Object.keys(storage)) {
      if (name === PREFIX + owner + key || (key === '*' && name.startsWith(PREFIX))) storage.removeItem(name);
    }
  });
  document.dispatchEvent(new CustomEvent('draft:over', { detail: key }));
}

function watch(field) {
  const key = field.dataset.draft;
  const form = field.form;
  const line = form && form.querySelector('[data-kept]');
  let stamp = field.dataset.draftStamp || '';
  let elsewhere = '';
  let sent = '';
  let era = 0;
  let pause;
  let rest;
  let work = Promise.resolve();

  function body() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
    fields.delete('csrf_token');
    return fields;
  }

  async function tell(keepalive) {
    const now = era;
    const text = field.value;
    const fields = body();
    if (!field.isConnected || fields.toString() === sent) return;
    sent = fields.toString();
    fields.set('stand', stamp);
    if (elsewhere) fields.set('ander', elsewhere);
    try {
      const csrf = document.querySelector('meta[name=csrf]');
      const headers = { ...AS_SCRIPT, 'X-CSRFToken': csrf ? csrf.content : '' };
      const options = { method: 'POST', keepalive, headers, body: fields, credentials: 'same-origin' };
      const response = await fetch(field.dataset.draftTo || `/concept/${key}`, options);
      const html = response.ok ? await response.text() : '';
      if (now !== era) return;
      if (!response.ok || response.redirected) throw response;
      stamp = response.headers.get('X-Draft') || '';
      elsewhere = '';
      if (field.value === text) keep(key, text, stamp, Boolean(stamp));
      if (line) line.innerHTML = html;
    } catch (failed) {
      sent = ''; // This browser has it; the next word, or the line that comes back, tries again.
    }
  }

  function soon() {
    clearTimeout(rest);
    rest = setTimeout(() => {
      work = work.then(() => tell(false));
    }, REST_MS);
  }

  const here = kept(key);
  if (here && here.text !== field.value) {
    const goesOn = here.since === stamp || here.at > Number(stamp);
    if (here.synced) {
      // Placed, thrown away or gone on with on another device.
      if (here.since !== stamp) forget(key);
    } else if (!field.value.trim() || (goesOn && !field.hasAttribute('aria-invalid'))) {
      field.value = here.text;
      soon();
    } else {
      elsewhere = here.text;
      soon();
    }
  }
  if (form) sent = elsewhere || (here && field.value === here.text && !here.synced) ? '' : body().toString();

  field.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => field.isConnected && keep(key, field.value, stamp, false), PAUSE_MS);
  });
  if (form) {
    form.addEventListener('input', soon);
    form.addEventListener('change', soon);
  }
  addEventListener('online', () => form && tell(false));
  addEventListener('pagehide', () => {
    if (!field.isConnected || !field.value) return;
    const known = kept(key);
    if (!known || known.text !== field.value) keep(key, field.value, stamp, false);
    clearTimeout(rest);
    // What was just placed is known by its form: the server does not keep it again.
    if (form) tell(true);
  });
  document.addEventListener('draft:over', (event) => {
    if (event.detail !== key) return;
    era += 1;
    stamp = '';
    elsewhere = '';
    clearTimeout(pause);
    clearTimeout(rest);
    sent = form ? body().toString() : '';
    if (line) line.textContent = '';
    field.removeAttribute('data-draft-stamp');
  });
}

/** Keep and restore the drafts of the fields in `root`. What the server gave back in the field goes first. */
export function start(root) {
  for (const done of root.querySelectorAll('[data-draft-done]')) forget(done.dataset.draftDone);
  for (const field of root.querySelectorAll('[data-draft]')) watch(field);
  for (const button of root.querySelectorAll('[data-draft-over]')) {
    button.addEventListener('click', () => {
      const field = document.querySelector(`[data-draft="${button.dataset.draftOver}"]`);
      if (field) field.value = '';
      forget(button.dataset.draftOver);
    });
  }
}
