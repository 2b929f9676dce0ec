// Calling somebody by name: after "@" the page offers who reads along here, from the server. Arrows choose, Enter or Tab
// takes, Escape leaves it. A name that is simply typed works as well.

import { elements, get } from './asking.js';

const PAUSE_MS = 200;
const CALL = /(^|[\s(])@([^\s@]{0,30}(?: [^\s@]{1,30})?)$/;

function open(field) {
  const list = document.createElement('ul');
  list.className = 'whom';
  list.id = `${field.id}-wie`;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', field.dataset.found);
  list.hidden = true;
  const voice = document.createElement('p');
  voice.className = 'vh';
  voice.setAttribute('role', 'status');
  field.after(list, voice);
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', list.id);
  let pause;
  let asked = '';

  const typed = () => {
    const match = CALL.exec(field.value.slice(0, field.selectionStart));
    return match && field.selectionStart === field.selectionEnd ? match[2] : undefined;
  };
  const chosen = () => list.querySelector('[aria-selected="true"]');

  function close() {
    list.hidden = true;
    list.textContent = '';
    voice.textContent = '';
    asked = '';
    field.removeAttribute('aria-activedescendant');
  }

  function choose(option) {
    const before = chosen();
    if (before) before.setAttribute('aria-selected', 'false');
    option.setAttribute('aria-selected', 'true');
    field.setAttribute('aria-activedescendant', option.id);
  }

  function take(option) {
    const end = field.selectionStart;
    const start = end - (typed() || '').length;
    field.setRangeText(`${option.dataset.name} `, start, end, 'end');
    close();
    field.focus();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  async function ask() {
    const name = typed();
    if (name === undefined) return close();
    if (name === asked && !list.hidden) return undefined;
    asked = name;
    try {
      const response = await get(`${field.dataset.whom}?q=${encodeURIComponent(name)}`);
      if (!response.ok || name !== typed()) return undefined;
      const options = elements(await response.text());
      if (!options.length) return close();
      list.replaceChildren ? list.replaceChildren(...options) : close();
      list.hidden = !list.children.length;
      choose(options[0]);
      voice.textContent = field.dataset.found;
    } catch (broken) {
      close();
    }
    return undefined;
  }

  field.addEventListener('input', () => {
    clearTimeout(pause);
    if (typed() === undefined) close();
    else pause = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    const now = chosen();
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    if (step && now && now[step]) choose(now[step]);
    else if (event.key === 'Enter' || event.key === 'Tab') take(now);
    else if (event.key === 'Escape') close();
    else if (!step) return;
    event.preventDefault();
  });
  list.addEventListener('mousedown', (event) => {
    const option = event.target.closest('[role=option]');
    event.preventDefault();
    if (option) take(option);
  });
  field.addEventListener('blur', close);
}

function ready(field) {
  if (field && field.matches && field.matches('textarea[data-whom]:not([aria-autocomplete])')) open(field);
}

/** Offer names in a `textarea[data-whom="address"]` once somebody is in it; `data-found` is the sentence that says how to
 * choose. */
export function start() {
  document.addEventListener('focusin', (event) => ready(event.target));
  ready(document.activeElement);
}
