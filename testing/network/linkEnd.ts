/** Links between programs on machines of the network; the test carries their signals, as the relay would. */
import { fileURLToPath } from "node:url";
import type { LinkCandidate, LinkDescription } from "@sotto/protocol";
import type { LinkFailure, LinkOptions, LinkVia } from "sotto/node-links";
import { PATIENCE_MS, withDeadline } from "../support/deadline.ts";
import { launched, startLineProcess } from "../support/lineProcess.ts";
import type { Namespace } from "./namespaces.ts";

export type Signal = LinkDescription | LinkCandidate;

export type EndCommand =
  | { readonly do: "open"; readonly options: LinkOptions }
  | { readonly do: "offer" }
  | { readonly do: "signal"; readonly signal: Signal }
  | { readonly do: "send"; readonly text: string }
  | { readonly do: "close" };

export type EndHappening =
  | { readonly kind: "ready" }
  | { readonly kind: "signal"; readonly signal: Signal }
  | { readonly kind: "open"; readonly via: LinkVia }
  | { readonly kind: "frame"; readonly text: string }
  | { readonly kind: "closed"; readonly failure: LinkFailure };

export interface LinkEnd {
  obey(command: EndCommand): void;
  /** All that has happened so far. */
  readonly happened: readonly EndHappening[];
  /** The first that has happened or will happen of the kind. */
  next<Kind extends EndHappening["kind"]>(
    kind: Kind,
    patienceMs: number,
  ): Promise<Extract<EndHappening, { readonly kind: Kind }>>;
  /** Where its signals go. */
  onSignal(carry: (signal: Signal) => void): void;
  /** Closes the link and resolves when the program has ended by itself. */
  end(): Promise<void>;
}

/** Longer than the 15 s after which a call is given up (DIR-4). */
const CALL_MS = 16_000;

/** What has happened at an end, in order. */
export interface EndRecord extends Pick<LinkEnd, "happened" | "next" | "onSignal"> {
  tell(happening: EndHappening): void;
}

/** @param complaints of the end's program, for what fails */
export function createRecord(complaints: () => string): EndRecord {
  const happened: EndHappening[] = [];
  const watchers = new Set<(happening: EndHappening) => void>();
  return {
    happened,
    tell(happening) {
      happened.push(happening);
      for (const watcher of watchers) watcher(happening);
    },
    next(kind, patienceMs) {
      const { promise, resolve } = Promise.withResolvers<Extract<EndHappening, { kind: typeof kind }>>();
      const watch = (happening: EndHappening): void => {
        if (happening.kind === kind) resolve(happening as Extract<EndHappening, { kind: typeof kind }>);
      };
      happened.forEach(watch);
      watchers.add(watch);
      const what = `"${kind}" (${happened.map((one) => one.kind).join(" ")} ${complaints()})`;
      return withDeadline(what, patienceMs, promise).finally(() => watchers.delete(watch));
    },
    onSignal(carry) {
      const watch = (happening: EndHappening): void => {
        if (happening.kind === "signal") carry(happening.signal);
      };
      happened.forEach(watch);
      watchers.add(watch);
    },
  };
}

export function startTerminalEnd(namespace: Namespace, options: LinkOptions): LinkEnd {
  const record = createRecord(() => child.errors());
  const program = fileURLToPath(new URL("terminalEnd.ts", import.meta.url));
  const child = startLineProcess({
    command: launched(namespace.launcher, process.execPath, program),
    onLine: (line) => record.tell(JSON.parse(line) as EndHappening),
  });
  const obey = (command: EndCommand): void => child.write(JSON.stringify(command));
  obey({ do: "open", options });
  return {
    ...record,
    obey,
    async end() {
      child.endInput();
      try {
        const { code } = await withDeadline("the end of the program", PATIENCE_MS, child.exited);
        if (code !== 0) throw new Error(`the program ended with ${code}: ${child.errors()}`);
      } finally {
        child.kill("SIGKILL");
      }
    },
  };
}

/** Lets one call the other. Resolves with how each says that they are connected, or `undefined` if they are not within the time of a call, counted from when both programs run. */
export async function connectEnds(
  caller: LinkEnd,
  callee: LinkEnd,
): Promise<readonly [LinkVia, LinkVia] | undefined> {
  caller.onSignal((signal) => callee.obey({ do: "signal", signal }));
  callee.onSignal((signal) => caller.obey({ do: "signal", signal }));
  for (const end of [caller, callee]) await end.next("ready", PATIENCE_MS);
  caller.obey({ do: "offer" });
  try {
    const [one, other] = await Promise.all([caller, callee].map((end) => end.next("open", CALL_MS)));
    return one && other && [one.via, other.via];
  } catch {
    return undefined;
  }
}
