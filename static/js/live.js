// Listens for hints ("topic 12 has a new post") and fetches what they hint at through the front door, so that somebody
// sees here what a reload would show, and never more. Nothing scrolls; what is new is said once, politely. A kind of hint
// that this page does not know does nothing.

import { io } from 'socket.io-client';
import { elements, get } from './asking.js';
import * as busy from './busy.js';
import * as calendar from './calendar.js';
import { lost, back, gone, refused } from './connection.js';
import { refresh as refreshHead } from './head.js';
import * as list from './list.js';
import { clear, grows, highest, lowest, place } from './thread.js';

// A burst of hints is answered at once.
const BATCH_MS = 150;
// So many posts come in one fragment; when all were new, there may be more.
const PAGE = 20;

const page = document.querySelector('main[data-watch]');
const rooms = page ? [page.dataset.watch] : [...new Set([...list.rooms(), ...calendar.rooms()])].slice(0, 20);
const voice = document.createElement('p');
voice.className = 'vh';
voice.setAttribute('role', 'status');
document.body.append(voice);

// WebSocket alone, so that several processes need no sticky sessions. After a restart of the server everybody comes back
// spread over half a minute, not at once.
const socket = io({ transports: ['websocket'], reconnectionDelayMax: 30000, randomizationFactor: 0.5 });

let heard = [];
let isBehind = false;
let isOver = false;
// The version of the conversation that the page shows, and the one that the server told last.
let shown = page ? Number(page.dataset.version) : 0;
let told = 0;
let waiting;
let work = Promise.resolve();

/** Stop for good: this person may not, or no longer, be here. */
function end() {
  isOver = true;
  socket.disconnect();
  refused();
}

/** The conversation is not here any more, for this person or for everybody. What was typed stays. */
function leave() {
  isOver = true;
  socket.disconnect();
  clear();
  gone();
}

/** The elements that the server shows us at `address`; a refusal ends listening. */
async function ask(address) {
  const response = await get(address);
  if (response.status === 404) leave();
  else if (response.redirected || [401, 403].includes(response.status)) end();
  else if (!response.ok) throw response;
  return isOver ? [] : elements(await response.text());
}

async function fetchPosts(query) {
  const found = await ask(`${page.dataset.fragment}?${query}`);
  return found.filter((element) => element.id.startsWith('p-'));
}

/** What is said aloud of a new post: "Nieuwe reactie van Nel." */
function aloud(li) {
  const name = li.querySelector('.name');
  return (page.dataset.said || '').replace('%(name)s', name ? name.textContent : '');
}

async function catchUp() {
  let added;
  do {
    added = (await fetchPosts(`na=${highest()}`)).filter(place);
    voice.textContent = added.map(aloud).join(' ') || voice.textContent;
  } while (added.length >= PAGE);
}

async function refreshUnread(mark) {
  const response = await get(mark.dataset.unread);
  const fresh = response.ok && elements(await response.text())[0];
  if (fresh) mark.replaceWith(fresh);
}

async function refreshTopic(hints, wasBehind) {
  const here = hints.filter((hint) => `topic:${hint.topic}` === page.dataset.watch);
  const has = (kind) => here.some((hint) => hint.kind === kind);
  const isNew = (hint) => hint.kind === 'reply' && !(hint.number <= highest());
  // After a line that was down: something may have changed in what the page shows already.
  const movedOn = wasBehind && told > shown;
  const isHead = movedOn || has('head');
  // What is refused here is refused to the posts too, and those say how.
  if (has('gone') || (isHead && !(await refreshHead()))) await fetchPosts(`nummer=${highest()}`);
  if (!isOver && grows() && (wasBehind || here.some(isNew))) await catchUp();
  const changed = here.filter((hint) => hint.kind !== 'reply' && document.getElementById(`p-${hint.number}`));
  if (movedOn && !isOver) {
    (await fetchPosts(`na=${lowest() - 1}`)).forEach(place);
    shown = told;
  } else {
    for (const number of new Set(changed.map((hint) => hint.number))) {
      if (!isOver) (await fetchPosts(`nummer=${number}`)).forEach(place);
    }
  }
  if (!isOver && (wasBehind || has('busy'))) await busy.refresh();
}

async function answer() {
  const hints = heard;
  const wasBehind = isBehind;
  heard = [];
  isBehind = false;
  try {
    const mark = document.querySelector('[data-unread]');
    if (mark && hints.some((hint) => hint.unread)) await refreshUnread(mark);
    if (calendar.shows() || document.querySelector('main[data-calendar]')) {
      await calendar.refresh(hints, wasBehind);
      calendar.announce(hints);
    }
    if (page && !isOver) await refreshTopic(hints, wasBehind);
    else if (wasBehind || hints.some((hint) => hint.forum || hint.unread)) await list.look();
  } catch (broken) {
    // The next connect, or the next look at this page, catches up.
    heard = hints.concat(heard);
    isBehind = true;
  }
}

function soon() {
  if (waiting || isOver || document.hidden) return;
  waiting = setTimeout(() => {
    waiting = undefined;
    work = work.then(answer);
  }, BATCH_MS);
}

function behind() {
  isBehind = true;
  soon();
}

socket.on('hint', (hint) => {
  heard.push(hint);
  soon();
});

let wasHere = false;

socket.on('connect', () => {
  back();
  if (!page && wasHere) behind();
  wasHere = true;
  for (const what of rooms) {
    socket.emit('watch', { what }, (answered) => {
      if (!answered || !answered.ok) return;
      if (calendar.isOld(what, answered.version)) behind();
      if (!page) return;
      told = Math.max(told, Number(answered.version) || 0);
      // A server that tells how far it goes saves everybody who is up to date the asking.
      if (!(answered.number <= highest()) || told > shown) behind();
    });
  }
});

socket.on('disconnect', (reason) => {
  if (isOver) return;
  // The server ends a socket only for somebody who moved out or signed out elsewhere; all else is the line.
  if (reason === 'io server disconnect') end();
  else lost();
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) behind();
});

function resume() {
  if (!isOver) socket.connect();
}

// A cable that is pulled out is noticed by the browser at once, by the socket only after 45 seconds.
addEventListener('offline', () => socket.disconnect());
addEventListener('online', resume);
// A page kept for the back button holds no socket.
addEventListener('pagehide', () => socket.disconnect());
addEventListener('pageshow', (event) => event.persisted && resume());

busy.start(() => isOver);
