// Photos and documents of a form travel as soon as they are chosen, one after the other, with how far they are; the
// server answers with the line that shows them. What did not arrive can be sent again; nothing is placed before all of it
// is there. Choosing, dropping and pasting are the same. Without this file the form itself takes them along.

import { elements, get } from './asking.js';
import { stored } from './draft.js';

const MB = 1024 * 1024;

const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const areaOf = (form) => form.querySelector('[data-bringing]');
const lines = (area) => area.querySelector('[data-lines]');
const token = (form) => form.elements.formulier;

/** This browser remembers the form that files hang on; with its draft, and gone with it. */
function remember(form) {
  const { place } = areaOf(form).dataset;
  const isLeft = lines(areaOf(form)).children.length > 0;
  if (place) stored((storage) => (isLeft ? storage.setItem(place, token(form).value) : storage.removeItem(place)));
}

function say(area, sentence) {
  const line = area.querySelector('[data-said]');
  line.textContent = sentence;
  line.hidden = !sentence;
}

function show(area, sentence, percent) {
  const box = area.querySelector('[data-progress]');
  box.hidden = !sentence;
  box.querySelector('span').textContent = sentence;
  const bar = box.querySelector('progress');
  if (percent === undefined) bar.removeAttribute('value');
  else bar.value = percent;
}

/** Send one file; resolves to the answer's status and text, rejects when the line broke. */
function post(form, file, tell) {
  return new Promise((resolve, reject) => {
    const fields = new FormData();
    fields.append('csrf_token', form.elements.csrf_token.value);
    fields.append('formulier', token(form).value);
    fields.append('bestand', file, file.name || 'foto');
    const asked = new XMLHttpRequest();
    asked.open('POST', '/bestand');
    asked.setRequestHeader('X-Requested-With', 'fetch');
    asked.upload.addEventListener('progress', (event) => event.lengthComputable && tell((100 * event.loaded) / event.total));
    asked.addEventListener('load', () => resolve(asked));
    asked.addEventListener('error', reject);
    asked.addEventListener('abort', reject);
    asked.send(fields);
  });
}

function button(label, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn plain flush-left';
  made.textContent = label;
  made.addEventListener('click', act);
  return made;
}

/** A line for what is not there: why, and what one can do. */
function failed(area, sentence, again) {
  const li = document.createElement('li');
  li.className = 'brought failed';
  const why = document.createElement('p');
  why.className = 'err';
  why.setAttribute('role', 'alert');
  why.textContent = sentence;
  const acts = document.createElement('div');
  acts.className = 'btns';
  if (again) acts.append(button(area.dataset.again, () => { li.remove(); again(); }));
  acts.append(button(area.dataset.never, () => li.remove()));
  li.append(why, acts);
  lines(area).append(li);
}

/** What one form has on its way. */
class Queue {
  constructor(form) {
    this.form = form;
    this.waiting = [];
    this.count = 0;
    this.sent = 0;
    this.isBusy = false;
    this.isWanted = false;
  }

  get area() {
    return areaOf(this.form);
  }

  add(files) {
    const { area } = this;
    say(area, '');
    for (const file of files) {
      const there = lines(area).querySelectorAll('[data-brought]').length + this.waiting.length + (this.isBusy ? 1 : 0);
      if (there >= Number(area.dataset.most)) {
        say(area, area.dataset.many);
        break;
      }
      if (file.size > Number(area.dataset.megabytes) * MB) {
        failed(area, filled(area.dataset.large, { name: file.name }));
      } else {
        this.waiting.push(file);
        this.count += 1;
      }
    }
    if (!this.isBusy && this.waiting.length) this.go();
  }

  async go() {
    const { area } = this;
    this.isBusy = true;
    while (this.waiting.length) {
      const file = this.waiting.shift();
      this.sent += 1;
      await this.bring(file);
    }
    this.isBusy = false;
    this.count = 0;
    this.sent = 0;
    show(area, '');
    const isWhole = !area.querySelector('.failed');
    if (isWhole) say(area, area.dataset.done);
    if (this.isWanted) {
      this.isWanted = false;
      if (isWhole) this.form.querySelector('.btn:not([name]):not(.plain):not([type=button])').click();
    }
  }

  async bring(file) {
    const { area, form } = this;
    const words = { what: file.type.startsWith('image/') ? area.dataset.photo : area.dataset.file, n: this.sent, all: this.count };
    const tell = (percent) => {
      if (percent >= 100) show(area, filled(area.dataset.making, words));
      else show(area, filled(area.dataset.busy, { ...words, percent: `${Math.floor(percent)} %` }), percent);
    };
    tell(0);
    try {
      const answer = await post(form, file, tell);
      if (answer.status === 201) {
        for (const li of elements(answer.responseText)) {
          if (!document.getElementById(li.id)) lines(area).append(li);
        }
        remember(form);
      } else if (answer.status >= 500) throw answer;
      else failed(area, answer.responseText.length < 300 ? `${file.name}: ${answer.responseText}` : filled(area.dataset.lost, file));
    } catch (broken) {
      failed(area, filled(area.dataset.lost, { name: file.name }), () => this.add([file]));
    }
  }
}

const queues = new WeakMap();

function queueOf(form) {
  if (!queues.has(form)) queues.set(form, new Queue(form));
  return queues.get(form);
}

/** Files of a form that was left: the server shows those that were not placed meanwhile. */
async function findBack(area) {
  const { place } = area.dataset;
  const before = place && stored((storage) => storage.getItem(place));
  if (!before || lines(area).children.length) return;
  const response = await get(`/bestand?formulier=${encodeURIComponent(before)}`).catch(() => undefined);
  if (!response || !response.ok || response.redirected) return;
  const found = elements(await response.text());
  if (!found.length) stored((storage) => storage.removeItem(place));
  else if (!lines(area).children.length) {
    token(area.closest('form')).value = before;
    lines(area).append(...found);
  }
}

async function drop(form, line) {
  const fields = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const headers = { 'X-Requested-With': 'fetch' };
  const address = `/bestand/${line.dataset.brought}/weg`;
  const response = await fetch(address, { method: 'POST', body: fields, headers, credentials: 'same-origin' });
  if (!response.ok && response.status !== 404) throw response;
  line.remove();
  remember(form);
  say(areaOf(form), areaOf(form).dataset.gone);
  form.querySelector('[data-bringing] input[type=file]').focus();
}

/** The form that takes files along in which this happened. */
function formOf(event) {
  const form = event.target.closest && event.target.closest('form');
  return form && areaOf(form) ? form : undefined;
}

function take(form, input) {
  queueOf(form).add([...input.files]);
  input.value = '';
}

function chosen(event) {
  const form = formOf(event);
  if (form && event.target.matches('[data-bringing] input[type=file]')) take(form, event.target);
}

function pasted(event) {
  const form = formOf(event);
  const files = event.clipboardData ? [...event.clipboardData.files] : [];
  if (!form || !files.length) return;
  event.preventDefault();
  queueOf(form).add(files);
}

function dragged(event) {
  const form = formOf(event);
  if (!form || !event.dataTransfer || ![...event.dataTransfer.types].includes('Files')) return;
  event.preventDefault();
  areaOf(form).classList.toggle('over', event.type === 'dragover');
  if (event.type === 'drop') queueOf(form).add([...event.dataTransfer.files]);
}

function pressed(event) {
  const away = event.target.closest('button[name="bestand-weg"]');
  const form = away && formOf(event);
  if (!form) return;
  event.preventDefault();
  const { lost, file } = areaOf(form).dataset;
  drop(form, away.closest('[data-brought]')).catch(() => say(areaOf(form), filled(lost, { name: file })));
}

function sending(event) {
  const queue = queues.get(event.target);
  if (!queue || !queue.isBusy) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  queue.isWanted = true;
  say(queue.area, queue.area.dataset.wait);
}

/** It was placed: the form is for the next message. */
function placed(event) {
  const form = formOf(event);
  if (!form) return;
  lines(areaOf(form)).textContent = '';
  say(areaOf(form), '');
  remember(form);
}

document.addEventListener('change', chosen);
document.addEventListener('paste', pasted);
for (const kind of ['dragover', 'dragleave', 'drop']) document.addEventListener(kind, dragged);
document.addEventListener('click', pressed);
document.addEventListener('placed', placed);
// Before anybody else hears of it.
document.addEventListener('submit', sending, true);
for (const area of document.querySelectorAll('[data-bringing]')) {
  findBack(area);
  // Chosen while this file was on its way.
  const input = area.querySelector('input[type=file]');
  if (input.files.length) take(area.closest('form'), input);
}
