// The posts on a topic page: <li id="p-7"> in the order of their numbers. Whoever brings one (the live part, the
// reply form, a thanks), each post is there once.

const page = document.querySelector('main[data-watch]');
const list = page && page.querySelector('.thread');
const number = (li) => Number(li.id.slice(2));
const posts = () => (list ? [...list.querySelectorAll('li[id^="p-"]')] : []);

/** Whether new posts belong on this page: only the last page of a topic says up to where it `data-after` goes. */
export const grows = () => Boolean(list && page.dataset.after !== undefined);

/** The highest number that the page shows. */
export const highest = () => Math.max(0, (grows() && Number(page.dataset.after)) || 0, ...posts().map(number));

/** The lowest number that the page shows. */
export const lowest = () => Math.max(1, Math.min(...posts().map(number)));

/** Show no posts any more. */
export function clear() {
  for (const li of list ? [...list.children] : []) li.remove();
}

/** Put `fresh` where `old` is; who had the focus in the old one has it in the same place of the new one. */
export function swap(old, fresh) {
  const focusable = 'a[href], button, input:not([type=hidden]), textarea, summary';
  const held = [...old.querySelectorAll(focusable)].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (held < 0) return;
  const places = fresh.querySelectorAll(focusable);
  if (places.length) places[Math.min(held, places.length - 1)].focus({ preventScroll: true });
}

/** Show a post: in place of its older self, or between its neighbours. Returns whether it is new on the page. */
export function place(li) {
  const there = document.getElementById(li.id);
  if (there) {
    // Somebody may be typing in it.
    if (!there.querySelector('textarea') && there.outerHTML !== li.outerHTML) swap(there, li);
    return false;
  }
  if (!grows()) return false;
  const before = posts().filter((post) => number(post) < number(li)).pop();
  if (before) before.after(li);
  else list.prepend(li);
  li.classList.add('fresh');
  for (const none of page.querySelectorAll('[data-none]')) none.remove();
  document.dispatchEvent(new CustomEvent('thread:grown'));
  return true;
}
