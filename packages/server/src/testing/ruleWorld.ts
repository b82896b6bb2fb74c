/** The rules over a memory store and a clock that a test moves. */
import type { ErrorCode, GroupId, HandshakeParts, MailboxEntry, MailboxId, StoreId } from "@sotto/protocol";
import { decodeServerFrame, utf8 } from "@sotto/protocol";
import { nodeCrypto } from "../adapters/crypto/nodeCrypto.ts";
import type { MemoryStore } from "../adapters/memory/memoryStore.ts";
import { createMemoryStore } from "../adapters/memory/memoryStore.ts";
import { createRuleLimits, DEFAULT_RULE_SETTINGS, executeBatch } from "../engine/index.ts";
import type { Notice } from "../ports/notices.ts";
import type { Outcome } from "../ports/requestExecutor.ts";
import type {
  CreateGroupRequest,
  FrameSender,
  HandshakeRequest,
  PostsRequest,
  RequestValues,
  ResultOf,
  StoreRequest,
} from "../ports/requests.ts";
import type { Result } from "../ports/result.ts";
import type { RuleSettings } from "../ports/settings.ts";
import type { Store } from "../ports/store.ts";
import type { TestAccount, TestDevice } from "./people.ts";
import { makeAccount, makeDevice, registration, signList, successor, testId } from "./people.ts";

export interface RuleWorld {
  nowMs: number;
  readonly store: Store;
  /** Failures that rules reported: a test ends with none unless it planted one. */
  readonly reported: unknown[];
  readonly batch: (requests: readonly StoreRequest[]) => readonly Outcome[];
  run<R extends StoreRequest>(request: R): ResultOf<R>;
  /** The notices of the last batch. */
  notices(): readonly Notice[];
  register(userName: string): TestAccount;
}

export function createRuleWorld(
  settings: Partial<RuleSettings> = {},
  store: Store = memoryStore(),
): RuleWorld {
  const all: RuleSettings = { ...DEFAULT_RULE_SETTINGS, ...settings };
  const limits = createRuleLimits(all);
  const reported: unknown[] = [];
  let last: readonly Notice[] = [];
  const world: RuleWorld = {
    nowMs: 1_000_000_000_000,
    store,
    reported,
    batch(requests) {
      const context = { nowMs: world.nowMs, crypto: nodeCrypto, settings: all, limits };
      const outcomes = executeBatch(store, requests, { ...context, report: (error) => reported.push(error) });
      last = outcomes.flatMap(({ notices }) => notices);
      return outcomes;
    },
    run<R extends StoreRequest>(request: R) {
      return world.batch([request])[0]?.result as ResultOf<R>;
    },
    notices: () => last,
    register(userName) {
      const person = makeAccount(userName);
      value(world.run(registration(person)));
      return person;
    },
  };
  return world;
}

function memoryStore(): MemoryStore {
  return createMemoryStore({ storeId: testId<StoreId>("store") });
}

/** The value of an accepted result; throws the refusal otherwise. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}

/** Matches a refused result, whatever its detail says. */
export function refusal(
  code: ErrorCode,
  index?: number,
): { readonly asymmetricMatch: (actual: unknown) => boolean } {
  return {
    asymmetricMatch(actual) {
      const refused = actual as Result<unknown>;
      return (
        !refused.ok &&
        refused.refusal.code === code &&
        (index === undefined || refused.refusal.index === index)
      );
    },
  };
}

export function senderOf({ session }: TestDevice): FrameSender {
  return { session, connection: null };
}

/** Adds a device to an account as a login with the password does. */
export function addDevice(
  world: RuleWorld,
  person: TestAccount,
  name: string,
): { person: TestAccount; device: TestDevice } {
  const device = makeDevice(name, person.list.version + 1);
  const list = successor(person.list, [...person.list.devices, device]);
  const { session } = device;
  value(
    world.run({
      type: "openSession",
      userName: person.userName,
      registrationRecord: `record of ${person.userName}`,
      session,
    }),
  );
  value(
    world.run({
      type: "putDeviceList",
      session,
      deviceList: signList(person, list),
      device: device.device,
      keyPackages: { packages: [utf8(`${name} 1`)], lastResort: null },
      vault: null,
    }),
  );
  return { person: { ...person, list }, device };
}

const NO_PARTS: HandshakeParts = {
  handshake: utf8("handshake"),
  welcome: null,
  welcomeTo: [],
  added: [],
  removed: [],
  sealedGroupInfo: null,
  doorHash: null,
  door: null,
  storeCounter: 0,
};

export function parts(change: Partial<HandshakeParts> = {}): HandshakeParts {
  return { ...NO_PARTS, ...change };
}

/** Parts that add and welcome the mailboxes. */
export function adding(...added: readonly MailboxId[]): Partial<HandshakeParts> {
  return { added, welcome: utf8("welcome"), welcomeTo: added };
}

export function groupRequest(
  sender: TestDevice,
  name: string,
  change: Partial<HandshakeParts> = {},
  rest: Partial<Pick<CreateGroupRequest, "kind" | "firstMessage" | "predecessor">> = {},
): CreateGroupRequest {
  return {
    type: "createGroup",
    sender: senderOf(sender),
    group: testId<GroupId>(name),
    conversation: testId(`${name} conversation`),
    kind: "group",
    predecessor: null,
    firstMessage: null,
    parts: parts(change),
    ...rest,
  };
}

export function handshakeRequest(
  sender: TestDevice,
  name: string,
  index: number,
  change: Partial<HandshakeParts> = {},
): HandshakeRequest {
  const handshake = utf8(`handshake ${index} of ${sender.device}`);
  return {
    type: "handshake",
    sender: senderOf(sender),
    group: testId(name),
    index,
    parts: parts({ handshake, ...change }),
  };
}

export function postRequest(
  sender: TestDevice,
  name: string,
  index: number,
  ...texts: readonly string[]
): PostsRequest {
  const posts = texts.map((text) => ({ index, ciphertext: utf8(text), resume: false, storeCounter: 0 }));
  return { type: "posts", sender: senderOf(sender), group: testId(name), earlierRefused: false, posts };
}

/** The codes of a run of posts, "ok" for an accepted one. */
export function codes(result: Result<RequestValues["posts"]>): readonly string[] {
  return value(result).results.map((item) => (item.ok ? "ok" : item.refusal.code));
}

/** Everything that waits in the device's mailbox. */
export function mailboxOf(world: RuleWorld, device: TestDevice): readonly MailboxEntry[] {
  const { entries } = value(
    world.run({
      type: "readMailbox",
      sender: senderOf(device),
      after: 0,
      maxEntries: 1000,
      maxBytes: 10_000_000,
    }),
  );
  return entries.map(({ frame, sequence }) => ({ ...(decodeServerFrame(frame) as MailboxEntry), sequence }));
}

/** One word per entry: its type, and for a message its text. */
export function outline(entries: readonly MailboxEntry[]): readonly string[] {
  return entries.map((entry) =>
    entry.type === "message" ? `message ${new TextDecoder().decode(entry.ciphertext)}` : entry.type,
  );
}

/**
 * Makes every two of them contacts, with nothing in their mailboxes and nobody told. Call what is returned to undo it: who has no pair
 * sees nobody online.
 */
export function befriend(world: RuleWorld, ...people: readonly TestAccount[]): () => void {
  const pairs = people.flatMap((one, i) => people.slice(i + 1).map((other) => [one, other] as const));
  const made = pairs.map(([one, other]) => contactPair(world, one, other));
  return () =>
    world.store.transaction((tx) => {
      for (const { group, mailboxes } of made) {
        for (const mailbox of mailboxes) tx.removeMember(group, mailbox);
        tx.deleteGroup(group);
      }
    });
}

interface ContactPair {
  readonly group: GroupId;
  readonly mailboxes: readonly MailboxId[];
}

function contactPair(world: RuleWorld, one: TestAccount, other: TestAccount): ContactPair {
  const group = testId<GroupId>(`contacts ${one.userName} and ${other.userName}`);
  const mailboxes = [one.device.mailbox, other.device.mailbox] as const;
  world.store.transaction((tx) => {
    tx.insertGroup({
      group,
      conversation: testId("contacts"),
      kind: "pair",
      predecessor: null,
      state: "open",
      creator: one.account,
      peer: other.account,
      firstHash: utf8("first"),
      firstMailbox: mailboxes[0],
      index: 2,
      lastHash: utf8("last"),
      lastMailbox: mailboxes[1],
      doorHash: null,
      doorIndex: 0,
    });
    for (const mailbox of mailboxes) tx.addMember(group, mailbox);
  });
  return { group, mailboxes };
}

/** A pair opened by one and accepted by the other; handshake 2 is current. */
export function acceptedPair(world: RuleWorld, opener: TestAccount, other: TestAccount, name: string): void {
  value(world.run(groupRequest(opener.device, name, adding(other.device.mailbox), { kind: "pair" })));
  value(world.run(handshakeRequest(other.device, name, 2)));
}
