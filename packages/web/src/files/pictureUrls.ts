/** Addresses of pictures that are on the screen, or were a moment ago. Each is given back to the browser in the end, with its memory. */

export interface PictureUrls {
  /**
   * The address of what `load` gives, which is called once for all who ask at a time; `undefined` when it gives nothing. Each call is
   * followed by one of {@link release}, also when it rejects.
   */
  readonly acquire: (name: string, load: () => Promise<Blob | undefined>) => Promise<string | undefined>;
  readonly release: (name: string) => void;
}

/** `URL` of the platform. */
export interface UrlMaker {
  createObjectURL(blob: Blob): string;
  revokeObjectURL(url: string): void;
}

interface Entry {
  readonly url: Promise<string | undefined>;
  users: number;
}

/** Off the screen, and soon back when one scrolls a little. */
const KEPT = 24;

export function createPictureUrls(maker: UrlMaker, kept: number = KEPT): PictureUrls {
  /** In the order in which they were let go of. */
  const entries = new Map<string, Entry>();

  function forget(name: string, entry: Entry): void {
    if (entries.get(name) === entry) entries.delete(name);
    void entry.url.then(
      (url) => url !== undefined && maker.revokeObjectURL(url),
      () => {},
    );
  }

  return {
    acquire(name, load) {
      const entry = entries.get(name) ?? { url: made(load), users: 0 };
      entries.set(name, entry);
      entry.users++;
      // What could not be read now may be there later.
      entry.url.catch(() => {
        if (entries.get(name) === entry) entries.delete(name);
      });
      return entry.url;
    },
    release(name) {
      const entry = entries.get(name);
      if (entry === undefined || --entry.users > 0) return;
      entries.delete(name);
      entries.set(name, entry);
      const idle = [...entries].filter(([, { users }]) => users === 0);
      for (const [oldName, old] of idle.slice(0, Math.max(0, idle.length - kept))) forget(oldName, old);
    },
  };

  async function made(load: () => Promise<Blob | undefined>): Promise<string | undefined> {
    const blob = await load();
    return blob && maker.createObjectURL(blob);
  }
}

export const pictureUrls: PictureUrls = createPictureUrls(URL);
