/** Where devices live, on any platform: {@link SottoHome} over a {@link Platform}. */
import type { AccountContext } from "../account/context.ts";
import { readIdentity, readProvisional } from "../account/deviceRecords.ts";
import { logIn } from "../account/login.ts";
import { registerAccount } from "../account/register.ts";
import type { SignInOptions, Sotto, SottoHome } from "../api.ts";
import type { Identity } from "../engine/records/identity.ts";
import { createServerApi } from "../http/serverApi.ts";
import type { LocalStore } from "../ports/store.ts";
import { StoreError } from "../ports/store.ts";
import { openDevice } from "./device.ts";
import { sottoError } from "./messages.ts";
import type { Platform } from "./platform.ts";
import { originOf } from "./session.ts";
import { createSotto } from "./sotto.ts";
import { asSottoError } from "./storeErrors.ts";

/** X-Wing with AES-256-GCM: post-quantum secrecy (docs/decisions). */
const DEFAULT_SUITE = 83;

/** All methods reject with `SottoError`; one that rejects has closed the store again. */
export function createHome(platform: Platform): SottoHome {
  const suite = platform.suite ?? DEFAULT_SUITE;
  return {
    register: (options) =>
      withStore(platform, async (stores) => {
        const identity = await registerAccount(contextOf(platform, stores.current, options), options, suite);
        return start(platform, stores.current, identity, options);
      }),
    login: (options) =>
      withStore(platform, async (stores) => {
        const context = contextOf(platform, stores.current, options);
        const move = options.move ?? false;
        const identity = await logIn(context, options, { move, suite, resetStore: () => stores.reset() });
        return start(platform, stores.current, identity, options);
      }),
    async open() {
      if (!(await platform.hasStore())) throw sottoError("storeMissing");
      return withStore(platform, async ({ current }) => {
        const identity = await readIdentity(current);
        if (identity === undefined) throw await whyMissing(current);
        return start(platform, current, identity);
      });
    },
    async exists() {
      if (!(await platform.hasStore())) return false;
      try {
        const store = await platform.openStore();
        try {
          return (await readIdentity(store)) !== undefined;
        } finally {
          await store.close();
        }
      } catch (error) {
        // Somebody has it open, or it does not open: opening will say so better than a "no" here.
        if (error instanceof StoreError) return true;
        throw error;
      }
    },
  };
}

/** The store that a sign-in works on; moving an account to a home with a revoked device empties it on the way. */
interface OpenStores {
  readonly current: LocalStore;
  reset(): Promise<LocalStore>;
}

async function withStore(platform: Platform, use: (stores: OpenStores) => Promise<Sotto>): Promise<Sotto> {
  let current: LocalStore | undefined;
  try {
    let opened = await platform.openStore();
    current = opened;
    return await use({
      get current() {
        return opened;
      },
      async reset() {
        await opened.close();
        current = undefined;
        await platform.eraseStore();
        opened = await platform.openStore();
        current = opened;
        return opened;
      },
    });
  } catch (error) {
    await current?.close();
    throw asSottoError(error);
  }
}

async function start(
  platform: Platform,
  store: LocalStore,
  identity: Identity,
  options?: SignInOptions,
): Promise<Sotto> {
  options?.onStep?.("connecting");
  return createSotto(await openDevice(platform, store, identity));
}

function contextOf(platform: Platform, store: LocalStore, options: SignInOptions): AccountContext {
  return {
    api: createServerApi(platform.transport(originOf(options.server))),
    crypto: platform.crypto,
    mls: platform.mls,
    store,
    nowMs: () => platform.clock.nowMs(),
    onStep: (step) => options.onStep?.(step),
  };
}

async function whyMissing(store: LocalStore): Promise<Error> {
  const provisional = await readProvisional(store);
  if (provisional === undefined) return sottoError("storeMissing");
  return sottoError(
    "storeMissing",
    `signing in as ${provisional.identity.userName} was interrupted; sign in again to complete it`,
  );
}
