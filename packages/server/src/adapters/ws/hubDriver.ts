/** Carries the hub's effects out and reports back: executes store requests, keeps its one timer. Sockets are the caller's. */
import type { Hub, HubEffect, HubEvent } from "../../ports/hub.ts";
import type { RequestExecutor } from "../../ports/requestExecutor.ts";

export type SocketEffect = Extract<HubEffect, { type: "send" | "sendPacked" | "close" }>;

export interface HubDriver {
  /** Tells the hub what happened. Events told from within an effect wait until the hub's effects before them are carried out. */
  readonly tell: (event: HubEvent) => void;
  /** Ends the timer; effects that arrive later are dropped. */
  readonly stop: () => void;
}

export interface HubDriverOptions {
  readonly hub: Hub;
  readonly execute: RequestExecutor["execute"];
  readonly nowMs: () => number;
  readonly onSocketEffect: (effect: SocketEffect) => void;
}

export function createHubDriver({ hub, execute, nowMs, onSocketEffect }: HubDriverOptions): HubDriver {
  const events: HubEvent[] = [];
  let working = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function tell(event: HubEvent): void {
    if (stopped) return;
    events.push(event);
    if (working) return;
    working = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift()) {
        for (const effect of hub.handle(next, nowMs())) carryOut(effect);
      }
    } finally {
      working = false;
    }
  }

  function carryOut(effect: HubEffect): void {
    switch (effect.type) {
      case "execute": {
        const { ticket, request } = effect;
        void execute(request).then((result) => tell({ type: "committed", ticket, result }));
        return;
      }
      case "timer":
        clearTimeout(timer);
        timer = setTimeout(() => tell({ type: "timer" }), Math.max(0, effect.atMs - nowMs()));
        return;
      default:
        onSocketEffect(effect);
    }
  }

  return {
    tell,
    stop() {
      stopped = true;
      events.length = 0;
      clearTimeout(timer);
    },
  };
}
