// Somebody whose form was refused hears and sees why first: the summary takes the focus, its lines lead to the fields.

/** Focus the error summary in `root`, if there is one. */
export function start(root) {
  const summary = root.querySelector('.errsum');
  if (!summary) return;
  summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    // The label with its hint must be in view as well, not only the field under the top of the screen.
    (field.closest('.q') || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
