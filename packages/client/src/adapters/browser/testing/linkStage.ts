/** The worker's and the page's side of links with a line between them, and a browser in memory behind them. */
import type { Link, LinkHandlers, LinkOptions } from "../../../ports/direct.ts";
import type { LinkHost } from "../linkHost.ts";
import { createLinkHost } from "../linkHost.ts";
import type { FromLinkHost, LinkLine, ToLinkHost } from "../linkMessages.ts";
import { createLinkProxy } from "../linkProxy.ts";
import type { FakeBrowser } from "./fakeConnection.ts";
import { createFakeBrowser } from "./fakeConnection.ts";

const OPTIONS: LinkOptions = { iceServers: [], turnOnly: false };

export interface Stage {
  readonly browser: FakeBrowser;
  readonly host: LinkHost;
  readonly link: Link;
  /** What the handlers were told. */
  readonly told: string[];
  /** What went over the line, both ways, and how many buffers or channels were transferred with it. */
  readonly posted: { readonly message: ToLinkHost | FromLinkHost; readonly transferred: number }[];
  /** Opens another. */
  readonly open: () => Link;
}

export async function openStage(moves = true, options: LinkOptions = OPTIONS): Promise<Stage> {
  const browser = createFakeBrowser();
  const posted: Stage["posted"] = [];
  const { toHost, toProxy } = createLine(moves, posted);
  const host = createLinkHost(toProxy, browser.connect);
  const maker = createLinkProxy({ line: toHost, takesChannels: true });
  const told: string[] = [];
  const open = (): Link => maker.open(options, handlersOf(told));
  const link = open();
  await settle();
  return { browser, host, link, told, posted, open };
}

export function handlersOf(told: string[]): LinkHandlers {
  return {
    onDescription: ({ kind, sdp }) => void told.push(`${kind} ${sdp}`),
    onCandidate: ({ candidate: made }) => void told.push(`candidate ${made}`),
    onOpen: (via) => void told.push(`open ${via}`),
    onSteady: (steady, via) => void told.push(`steady ${steady} ${via}`),
    onFrame: (channel, { length }) => void told.push(`${channel} ${length}`),
    onDrained: (channel) => void told.push(`drained ${channel}`),
    onClose: (failure) => void told.push(`closed ${failure}`),
  };
}

/** @param moves whether channels can be transferred; without it everything is cloned, and what cannot be is refused as browsers do */
export function createLine(
  moves: boolean,
  posted: Stage["posted"],
): {
  readonly toHost: LinkLine<FromLinkHost, ToLinkHost>;
  readonly toProxy: LinkLine<ToLinkHost, FromLinkHost>;
} {
  let hearAtHost: (message: ToLinkHost) => void;
  let hearAtProxy: (message: FromLinkHost) => void;
  const carried = <Message extends ToLinkHost | FromLinkHost>(
    message: Message,
    transfer: Transferable[],
  ): Message => {
    const copy = moves ? message : structuredClone(message, { transfer });
    posted.push({ message: copy, transferred: transfer.length });
    return copy;
  };
  return {
    toHost: {
      post(message, transferred = []) {
        const copy = carried(message, transferred);
        queueMicrotask(() => hearAtHost(copy));
      },
      listen: (hear) => void (hearAtProxy = hear),
    },
    toProxy: {
      post(message, transferred = []) {
        const copy = carried(message, transferred);
        queueMicrotask(() => hearAtProxy(copy));
      },
      listen: (hear) => void (hearAtHost = hear),
    },
  };
}

/** Everything that waits only for its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}
