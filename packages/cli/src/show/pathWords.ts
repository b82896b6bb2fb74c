/** The ways of messages in plain words: what is chosen, which way they go now, and why. Names are sanitised by the caller. */
import type { Conversation, LinkView, NoLinkReason, PathMode } from "sotto";

const MODES: Readonly<Record<PathMode, string>> = {
  auto: "directly when a way is found, else by the server",
  direct: "directly or not at all; without a direct way they wait",
  turn: "through TURN servers alone, so that the other device learns no address, else by the server",
  relay: "by the server alone; devices are never connected to each other",
};

type Via = Extract<LinkView, { state: "open" }>["via"];

const VIAS: Readonly<Record<Via, string>> = {
  local: "same network",
  nat: "across networks",
  turn: "through a TURN server",
};

/** Why there is no direct way, behind "because". */
const REASONS: Readonly<Record<NoLinkReason, (name: string) => string>> = {
  relayOnly: () => "you have chosen that",
  unsupported: () =>
    "this terminal cannot make direct connections: the optional package node-datachannel is missing or does not load here, or directConnections is false",
  notReady: () => "not both of you have accepted the conversation, or it has ended",
  serverOffline: () => "devices find each other through the server, which cannot be reached",
  peerOffline: (name) => `${name} is not online, or does not show it`,
  peerRelayOnly: (name) => `${name} has chosen the server alone`,
  peerUnsupported: (name) => `${name}'s device cannot make direct connections`,
  noTurn: () => "the server names no TURN server",
  noWay: () => "the two networks let nothing through between the devices",
  group: () => "groups go by the server",
  idle: () => "no direct way is being looked for now; the next message asks for one",
};

/** What a conversation is asked about its way. */
export type OnItsWay = Pick<Conversation, "path" | "pathIsDefault" | "link">;

/** `auto. Messages go directly when a way is found, else by the server.` */
function modeWords(mode: PathMode): string {
  return `${mode}. Messages go ${MODES[mode]}.`;
}

export function defaultPathWords(mode: PathMode): string {
  return `The default is ${modeWords(mode)}`;
}

export function chosenPathWords(name: string, { path, pathIsDefault }: OnItsWay): string {
  return `Chosen for ${name}: ${pathIsDefault ? "the default, " : ""}${modeWords(path)}`;
}

/** Which way messages go now, and why. */
export function wayWords(name: string, { path, link }: OnItsWay): string {
  const messages = `Messages with ${name}`;
  if (link.state === "open") return `${messages} go directly now (${VIAS[link.via]}).`;
  if (link.state === "connecting") {
    return path === "direct"
      ? `${messages} wait; a direct way is being looked for.`
      : `${messages} go by the server; a direct way is being looked for.`;
  }
  const because = REASONS[path === "relay" ? "relayOnly" : link.reason](name);
  return path === "direct"
    ? `${messages} wait for a direct way, because ${because}.`
    : `${messages} go by the server, because ${because}.`;
}

export function againByServerWords(name: string): string {
  return `Messages with ${name} go by the server again.`;
}
