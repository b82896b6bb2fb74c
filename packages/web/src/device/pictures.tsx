/** Pictures that people have given themselves, as addresses that an image can have; each is read once, when a face is drawn. */
import type { ReactNode } from "react";
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Sotto } from "sotto";

type AccountId = Sotto["account"];

interface Pictures {
  readonly subscribe: (onChange: () => void) => () => void;
  readonly urlOf: (account: AccountId, picture: number) => string | undefined;
  /** Reads it, if it is not here yet. */
  readonly want: (account: AccountId, picture: number) => void;
  /** Gives the memory back. */
  readonly close: () => void;
}

const PicturesContext = createContext<Pictures | undefined>(undefined);

export function ProfilePictures({
  device,
  children,
}: {
  readonly device: Sotto;
  readonly children: ReactNode;
}): ReactNode {
  const pictures = useMemo(() => createPictures(device), [device]);
  useEffect(() => pictures.close, [pictures]);
  return <PicturesContext value={pictures}>{children}</PicturesContext>;
}

/** The address of the picture with that number; `undefined` for none, and until it is read. */
export function usePicture(account: string, picture: number): string | undefined {
  const pictures = use(PicturesContext);
  useEffect(() => {
    if (picture > 0) pictures?.want(account as AccountId, picture);
  }, [pictures, account, picture]);
  return useSyncExternalStore(pictures?.subscribe ?? nothing, () =>
    pictures?.urlOf(account as AccountId, picture),
  );
}

function createPictures(device: Sotto): Pictures {
  const listeners = new Set<() => void>();
  /** The newest of each account; without an address until it is read. */
  const known = new Map<AccountId, { readonly picture: number; readonly url?: string }>();
  const read = async (account: AccountId, picture: number): Promise<void> => {
    const bytes = await device.profile.picture(account).catch(() => undefined);
    if (bytes === undefined || known.get(account)?.picture !== picture) return;
    known.set(account, { picture, url: URL.createObjectURL(blobOf(bytes)) });
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    urlOf(account, picture) {
      const found = known.get(account);
      return found?.picture === picture ? found.url : undefined;
    },
    want(account, picture) {
      const before = known.get(account);
      if (before !== undefined && before.picture >= picture) return;
      known.set(account, { picture });
      if (before?.url !== undefined) URL.revokeObjectURL(before.url);
      void read(account, picture);
    },
    close() {
      for (const { url } of known.values()) if (url !== undefined) URL.revokeObjectURL(url);
      known.clear();
    },
  };
}

/** The SDK has seen that it is one of two kinds. */
function blobOf(bytes: Uint8Array): Blob {
  const type = bytes[0] === 0xff ? "image/jpeg" : "image/webp";
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
}

function nothing(): () => void {
  return () => {};
}
