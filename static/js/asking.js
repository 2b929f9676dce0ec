// How a script asks the server: through the front door, with the form's own fields, saying that a script asks.

export const AS_SCRIPT = { 'X-Requested-With': 'fetch' };

/** The elements in a fragment of HTML that the server made. */
export function elements(html) {
  const holder = document.createElement('template');
  holder.innerHTML = html;
  return [...holder.content.children];
}

/** Fetch a fragment. */
export function get(address) {
  return fetch(address, { headers: AS_SCRIPT, credentials: 'same-origin' });
}

/** Send a form as the browser would have done. */
export function post(form) {
  const fields = new FormData(form);
  return fetch(form.getAttribute('action') || location.href, {
    method: 'POST',
    body: form.enctype === 'multipart/form-data' ? fields : new URLSearchParams(fields),
    headers: AS_SCRIPT,
    credentials: 'same-origin',
  });
}

/** A redirect means that the server has something else to say first (sign in again); go and read it. */
export function followed(response) {
  if (response.redirected) location.assign(response.url);
  return response.redirected;
}

/** Tell the server something that nobody waits for. What gets lost on the way is told another time. */
export function tell(address, fields) {
  const csrf = document.querySelector('meta[name=csrf]');
  fetch(address, {
    method: 'POST',
    keepalive: true,
    credentials: 'same-origin',
    headers: { ...AS_SCRIPT, 'X-CSRFToken': csrf ? csrf.content : '' },
    body: new URLSearchParams(fields),
  }).catch(() => {});
}
