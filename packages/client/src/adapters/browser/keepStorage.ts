/**
 * Files that are kept here can be in the way when a browser makes room, and it takes all that an origin has at once: so the browser is asked to keep
 * it. Pages alone may ask; some of them ask the person.
 */
let isAsked = false;

/** Once for a page, as the first file is sent or fetched, which is what somebody has just done there. What it answers changes nothing. */
export function keepStorage(): void {
  const { storage } = navigator as { readonly storage?: StorageManager };
  if (isAsked || storage === undefined || !("persist" in storage)) return;
  isAsked = true;
  // A refusal is the browser's affair, and so is a failure.
  storage.persist().catch(() => {});
}
