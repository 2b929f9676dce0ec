// Two buttons above a text field: bold and list. They write the marks that the server understands (**bold**, - list),
// so what they make can also be typed. Their words come from the page, in the reader's language.

const MARK = '**';
const ITEM = '- ';

// execCommand is old, but the only way to change a field so that Ctrl+Z takes it back.
function write(field, text) {
  field.focus();
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Make the selection bold, or take its boldness away. */
export function bold(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const chosen = value.slice(start, end);
  const isBold = value.slice(start - 2, start) === MARK && value.slice(end, end + 2) === MARK;
  if (isBold) field.setSelectionRange(start - 2, end + 2);
  write(field, isBold ? chosen : MARK + chosen + MARK);
  const from = isBold ? start - 2 : start + 2;
  field.setSelectionRange(from, from + chosen.length);
}

/** Make the chosen lines a list, or plain lines again. */
export function list(field) {
  const { selectionStart, selectionEnd, value } = field;
  const start = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const stop = value.indexOf('\n', selectionEnd);
  const end = stop < 0 ? value.length : stop;
  const lines = value.slice(start, end).split('\n');
  const isList = lines.every((line) => line.startsWith(ITEM));
  field.setSelectionRange(start, end);
  const text = lines.map((line) => (isList ? line.slice(ITEM.length) : ITEM + line)).join('\n');
  write(field, text);
  // Still chosen, so that a second press takes the list away again. One line needs no choice: one types on.
  if (lines.length > 1) field.setSelectionRange(start, start + text.length);
}

function button(field, icon, label, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'tool';
  made.innerHTML = `<svg class="i" aria-hidden="true"><use href="#i-${icon}"/></svg>`;
  made.append(label);
  made.addEventListener('click', () => act(field));
  return made;
}

/** Give every `textarea[data-bold][data-list]` in `root` its tools; the attributes hold the words on the buttons. */
export function start(root) {
  for (const field of root.querySelectorAll('textarea[data-bold][data-list]')) {
    const tools = document.createElement('div');
    tools.className = 'tools';
    tools.append(button(field, 'bold', field.dataset.bold, bold), button(field, 'list', field.dataset.list, list));
    field.before(tools);
    field.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'b') return;
      event.preventDefault();
      bold(field);
    });
  }
}
