/** A real server and real homes in folders, for tests of the SDK from outside. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningServer } from "@sotto/server";
import { createLog, defaultConfig, startServer } from "@sotto/server";
import type { ClientEvent, Sotto, SottoHome } from "sotto";
import { openNodeHome } from "sotto/node";

export const PASSWORD = "correct horse battery staple";

export interface World {
  readonly server: RunningServer;
  readonly dir: string;
  home(name: string, options?: { readonly passphrase?: string; readonly suite?: 1 | 83 }): SottoHome;
  /** Registers in the home of that name; closed with the world. */
  register(userName: string, home?: SottoHome): Promise<Sotto>;
  /** Closed with the world. */
  keep(sotto: Sotto): Sotto;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), "sotto-world-"));
  const config = defaultConfig();
  const server = await startServer({
    config: {
      ...config,
      dataDir: join(dir, "server"),
      bindAddress: "127.0.0.1",
      port: 0,
      // All people of a test share one address.
      limits: { ...config.limits, registrationsPerAddressPerHour: 1000, loginsPerAddressPerHour: 1000 },
    },
    log: createLog({ level: "silent", json: true, write: () => {} }),
  });
  const opened: Sotto[] = [];
  const world: World = {
    server,
    dir,
    // Suite 1 makes the keys of a device in a tenth of the time; what is tested here does not depend on the suite.
    home: (name, options = {}) => openNodeHome({ dir: join(dir, name), suite: 1, ...options }),
    register: async (userName, home = world.home(userName)) =>
      world.keep(await home.register({ server: server.url, userName, password: PASSWORD })),
    keep(sotto) {
      opened.push(sotto);
      return sotto;
    },
    async close() {
      await Promise.all(opened.map((sotto) => sotto.close()));
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return world;
}

/** Resolves with the first event from now on that `matches`. */
export function nextEvent<T extends ClientEvent["type"]>(
  sotto: Sotto,
  type: T,
  matches: (event: Extract<ClientEvent, { type: T }>) => boolean = () => true,
): Promise<Extract<ClientEvent, { type: T }>> {
  return new Promise((resolve) => {
    const stop = sotto.on((event) => {
      if (event.type !== type) return;
      const typed = event as Extract<ClientEvent, { type: T }>;
      if (!matches(typed)) return;
      stop();
      resolve(typed);
    });
  });
}

/** Resolves when the condition holds, asked now and after every event. */
export function until(sotto: Sotto, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = sotto.on(check);
    check();
    function check(): void {
      if (!condition()) return;
      queueMicrotask(stop);
      resolve();
    }
  });
}
