/** State before wire on links, too (DIR-7): nothing is counted as taken before it is stored; and who may have one at all (DIR-2). */
import type { Content, DirectMessageFrame } from "@sotto/protocol";
import { decodeDirectFrame } from "@sotto/protocol";
import type { Effect, LinkAction, LinkHappening } from "sotto/simulation";
import { decodeConversation, TABLE } from "sotto/simulation";
import type { ClientNode } from "./clientNode.ts";
import type { SealedLedger } from "./sealedLedger.ts";
import type { Report } from "./violation.ts";

export interface LinkWatch {
  effect(client: ClientNode, effect: Effect): void;
  /** Before the engine has it. */
  happening(client: ClientNode, link: number, happening: LinkHappening): void;
  /** A device has been told that its link to another one is open, and has not ended it. */
  readonly opened: (device: string, other: string) => void;
  crashed(client: ClientNode): void;
}

/** What has passed over one link, as one of its ends sees it. */
interface Passed {
  open: boolean;
  readonly received: DirectMessageFrame[];
  /** Of these, how many are known to be stored. */
  judged: number;
  sent: number;
  taken: number;
}

/** DIR-8. */
const WINDOW = 256;

export function createLinkWatch(ledger: SealedLedger, report: Report): LinkWatch {
  const clients = new Map<string, ClientNode>();
  const links = new Map<ClientNode, Map<number, Passed>>();

  function passedOn(client: ClientNode, link: number): Passed {
    const own = links.get(client) ?? new Map<number, Passed>();
    links.set(client, own);
    const passed = own.get(link) ?? { open: false, received: [], judged: 0, sent: 0, taken: 0 };
    own.set(link, passed);
    return passed;
  }

  function acts(client: ClientNode, link: number, action: LinkAction): void {
    const passed = passedOn(client, link);
    if (action.do === "open" && !client.canLink)
      report("link-unsupported", `${client.name} opened a link that its platform cannot make`);
    if (action.do === "close") passed.open = false;
    if (action.do !== "send" || action.channel !== "messages") return;
    if (!passed.open) report("sent-without-link", `${client.name} sent over a link that is not open`);
    const frame = decodeDirectFrame(action.frame);
    if (frame === undefined) report("bad-frame", `${client.name} sent no frame over a link`);
    else if (frame.type === "message") says(client, passed, frame);
    else if (frame.type === "taken") takes(client, passed, frame.count);
  }

  function says(client: ClientNode, passed: Passed, { ciphertext }: DirectMessageFrame): void {
    if (ledger.sealed(ciphertext)?.content?.body.kind === "signal")
      report("signal-over-link", `${client.name} sent a signal over a link`);
    if (++passed.sent - passed.taken > WINDOW)
      report("window", `${client.name} sent ${passed.sent} messages, of which ${passed.taken} are taken`);
  }

  function takes(client: ClientNode, passed: Passed, count: number): void {
    const { received } = passed;
    if (count > received.length)
      return report("taken-too-many", `${client.name} took ${count} of ${received.length}`);
    for (const frame of received.slice(passed.judged, count)) {
      const content = ledger.sealed(frame.ciphertext)?.content;
      if (content !== undefined && content.counter > 0 && !isTakenIn(client, frame, content))
        report("taken-before-stored", `${client.name} took what is not on its disk`);
    }
    passed.judged = Math.max(passed.judged, count);
  }

  return {
    effect(client, effect) {
      clients.set(client.name, client);
      if (effect.type === "link") acts(client, effect.link, effect.action);
    },
    happening(client, link, happening) {
      const passed = passedOn(client, link);
      if (happening.kind === "open") passed.open = true;
      else if (happening.kind === "closed") passed.open = false;
      if (happening.kind !== "frame") return;
      const frame = decodeDirectFrame(happening.frame);
      if (frame?.type === "message") passed.received.push(frame);
      else if (frame?.type === "taken") passed.taken = Math.max(passed.taken, frame.count);
    },
    opened(device, other) {
      const [own, peer] = [clients.get(device), clients.get(other)?.person.identity.account];
      const state = peer && own?.engine?.state.contacts.get(peer)?.state;
      if (state !== "accepted")
        report("linked-with-stranger", `${device} to ${other}, who is ${state ?? "unknown"}`);
    },
    crashed: (client) => void links.delete(client),
  };
}

/** Whether the disk says that the content has come. What can no longer be opened, or belongs to what has ended, need not. */
function isTakenIn(
  client: ClientNode,
  { group, index }: DirectMessageFrame,
  { stream, counter }: Content,
): boolean {
  const id = client.engine?.state.conversationOfGroup.get(group);
  const bytes = id && client.disk.snapshot().tables.get(TABLE.conversation)?.get(id);
  const record = bytes && decodeConversation(bytes);
  if (!record || record.group !== group || record.state !== "active" || record.headIndex !== index)
    return true;
  const known = record.streams.find((other) => other.stream === stream);
  return known !== undefined && known.high >= counter && !known.missing.includes(counter);
}
