/** DIR-1: of which way the user has chosen each device makes no exception; and of a message no other way is told than it came. */
import type { ConversationId, GroupId, MessageId, SignalBody } from "@sotto/protocol";
import {
  decodeClientFrame,
  decodeContent,
  decodeDirectFrame,
  decodeServerFrame,
  SERVER_FRAME,
} from "@sotto/protocol";
import { unpadContent } from "@sotto/crypto";
import type { ClientEvent, Command, Effect, LinkHappening, MlsOperation } from "sotto/simulation";
import type { ChosenPaths } from "./chosenPaths.ts";
import { createChosenPaths } from "./chosenPaths.ts";
import type { ClientNode } from "./clientNode.ts";
import type { SealedLedger } from "./sealedLedger.ts";
import type { Report } from "./violation.ts";

export interface PathWatch {
  readonly command: (client: ClientNode, number: number, request: Command) => void;
  effect(client: ClientNode, effect: Effect): void;
  operation(client: ClientNode, operation: MlsOperation): void;
  /** Before the engine has it. */
  readonly frame: (client: ClientNode, frame: Uint8Array) => void;
  happening(client: ClientNode, happening: LinkHappening): void;
  readonly crashed: (client: ClientNode) => void;
  /** The ways that contents of a message have been sent. */
  readonly waysOf: (client: ClientNode, message: MessageId) => ReadonlySet<Way>;
}

export type Way = "direct" | "relay";

/** How a link was opened, and what its user had chosen then. */
interface Opened {
  readonly turnOnly: boolean;
  readonly modes: ReadonlyMap<ConversationId, ReturnType<ChosenPaths["modeOf"]>>;
}

type MessageEvent = Extract<ClientEvent, { type: "message" }>["message"];

export function createPathWatch(ledger: SealedLedger, report: Report): PathWatch {
  const paths = createChosenPaths();
  const opened = new Map<string, Opened>();
  const came = new Map<string, Set<Way>>();
  const went = new Map<string, Set<Way>>();

  function note(ways: Map<string, Set<Way>>, client: ClientNode, ciphertext: Uint8Array, way: Way): void {
    const content = ledger.sealed(ciphertext)?.content;
    if (content?.body.kind !== "text") return;
    const key = `${client.name} ${content.id}`;
    ways.set(key, (ways.get(key) ?? new Set()).add(way));
  }

  function modeIn(client: ClientNode, group: GroupId): ReturnType<ChosenPaths["modeOf"]> {
    const conversation = client.engine?.state.conversationOfGroup.get(group);
    return conversation && paths.modeOf(client, conversation);
  }

  function posts(client: ClientNode, group: GroupId, ciphertext: Uint8Array): void {
    note(went, client, ciphertext, "relay");
    const body = ledger.sealed(ciphertext)?.content?.body;
    const mode = modeIn(client, group);
    if (mode === "direct" && body !== undefined && body.kind !== "signal")
      report("posted-in-direct-mode", `${client.name} posted a ${body.kind}`);
    if (mode === "relay" && body?.kind === "signal" && tellsAddresses(body))
      report("signalled-in-relay-mode", `${client.name} told where it can be reached`);
  }

  function toServer(client: ClientNode, bytes: Uint8Array): void {
    const frame = decodeClientFrame(bytes);
    if (frame?.type === "post") posts(client, frame.group, frame.ciphertext);
    // The text of a request goes with the group that it creates.
    else if (frame?.type === "createGroup" && frame.firstMessage !== null)
      note(went, client, frame.firstMessage, "relay");
  }

  function saysOverLink(client: ClientNode, frame: Uint8Array): void {
    const message = decodeDirectFrame(frame);
    if (message?.type !== "message") return;
    note(went, client, message.ciphertext, "direct");
    if (modeIn(client, message.group) === "relay")
      report("linked-in-relay-mode", `${client.name} sent a message over a link`);
  }

  function opens(client: ClientNode, link: number, turnOnly: boolean): void {
    const conversations = [...(client.engine?.state.conversations.keys() ?? [])];
    const modes = new Map(conversations.map((id) => [id, paths.modeOf(client, id)]));
    opened.set(`${client.name}/${link}`, { turnOnly, modes });
    if ([...modes.values()].every((mode) => mode === "relay"))
      report("opened-in-relay-mode", `${client.name} opened a link`);
  }

  /** Only the first signal shows for which conversation a link was opened. */
  function signals(client: ClientNode, group: GroupId, { parts }: SignalBody): void {
    const conversation = client.engine?.state.conversationOfGroup.get(group);
    for (const part of parts) {
      const maker = "sdp" in part ? / of (\w+\/\d+) /.exec(part.sdp)?.[1] : undefined;
      const link = maker === undefined ? undefined : opened.get(maker);
      const mode = conversation && link?.modes.get(conversation);
      if (mode === "relay") report("opened-in-relay-mode", `${client.name} opened a link`);
      if (mode === "turn" && link?.turnOnly === false)
        report("opened-without-turn", `${client.name} opened a link that shows its addresses`);
    }
  }

  function shows(client: ClientNode, { mine, id, path, text }: MessageEvent): void {
    const ways = came.get(`${client.name} ${id}`);
    // What a device of earlier times has brought, or a relay that cheats, nobody saw.
    if (!mine && ways !== undefined && !ways.has(path))
      report("path-untrue", `${client.name}: ${text} did not come by ${path}`);
  }

  return {
    command: paths.command,
    effect(client, effect) {
      if (effect.type === "done") paths.done(client, effect.command, effect.result);
      else if (effect.type === "send") toServer(client, effect.frame);
      else if (effect.type === "request" && effect.request.kind === "frame")
        toServer(client, effect.request.frame);
      else if (effect.type === "link" && effect.action.do === "open")
        opens(client, effect.link, effect.action.options.turnOnly);
      else if (effect.type === "link" && effect.action.do === "send" && effect.action.channel === "messages")
        saysOverLink(client, effect.action.frame);
      else if (effect.type === "emit" && effect.event.type === "message") shows(client, effect.event.message);
    },
    operation(client, operation) {
      if (operation.op !== "encrypt" || !client.canLink) return;
      for (const { plaintext } of operation.messages) {
        const encoded = unpadContent(plaintext);
        const body = encoded && decodeContent(encoded)?.body;
        if (body?.kind === "signal") signals(client, operation.group.id, body);
      }
    },
    frame(client, bytes) {
      if (!client.canLink || bytes[1] !== SERVER_FRAME.message) return;
      const frame = decodeServerFrame(bytes);
      if (frame?.type === "message") note(came, client, frame.ciphertext, "relay");
    },
    happening(client, happening) {
      if (happening.kind !== "frame") return;
      const frame = decodeDirectFrame(happening.frame);
      if (frame?.type === "message") note(came, client, frame.ciphertext, "direct");
    },
    crashed: paths.interrupted,
    waysOf: (client, message) => went.get(`${client.name} ${message}`) ?? new Set(),
  };
}

function tellsAddresses({ parts }: SignalBody): boolean {
  return parts.some(({ kind }) => kind !== "end");
}
