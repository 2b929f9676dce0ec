// Loads the live part when the page itself is complete: reading comes first, listening second.

/** Insert the script at `address` after the page has loaded; no address (a stranger) means no live part. */
export function start(address) {
  if (!address) return;
  addEventListener('load', () => {
    const script = document.createElement('script');
    script.src = address;
    document.head.append(script);
  });
}
