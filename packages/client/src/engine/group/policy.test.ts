import type { EpochChange, Member } from "@sotto/crypto";
import type { AccountId, Charter, DeviceId, MailboxId } from "@sotto/protocol";
import { idOf, withAdmins } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { PolicyFault, Role, Standing } from "./policy.ts";
import { actingOwner, policyFault, roleOf } from "./policy.ts";

const bytes = (n: number, size = 16): Uint8Array => new Uint8Array(size).fill(n);
const account = (n: number): AccountId => idOf(bytes(n));
const [OWNER, ADMIN, ADMIN2, MEMBER, OTHER, NEW] = [1, 2, 3, 4, 5, 6].map(account) as [
  AccountId,
  AccountId,
  AccountId,
  AccountId,
  AccountId,
  AccountId,
];

function device(of: AccountId, leaf: number, fields: { listVersion?: number; key?: number } = {}): Member {
  const key = fields.key ?? Number.parseInt(of.slice(0, 2), 16);
  return {
    leaf,
    leafKey: bytes(leaf, 32),
    credential: {
      account: of,
      device: idOf<DeviceId>(bytes(leaf + 100)),
      mailbox: idOf<MailboxId>(bytes(leaf + 150)),
      accountKey: bytes(key, 32),
      listVersion: fields.listVersion ?? 1,
      signature: bytes(0, 64),
    },
  };
}

const [owner, admin, admin2, member, other] = [OWNER, ADMIN, ADMIN2, MEMBER, OTHER].map((of, leaf) =>
  device(of, leaf),
) as [Member, Member, Member, Member, Member];
const charter: Charter = withAdmins({ name: "walks", owner: OWNER, admins: [], keyId: null, room: false }, [
  ADMIN,
  ADMIN2,
]);
const before: Standing = { charter, members: [owner, admin, admin2, member, other] };
const newcomer = device(NEW, 9);

function judge(
  committer: Member | null,
  change: Partial<EpochChange>,
  after: Charter = charter,
  standing: Standing = before,
): PolicyFault | undefined {
  return policyFault(
    standing,
    { committer, added: [], removed: [], left: [], external: false, ...change },
    after,
  );
}

const byRole: readonly (readonly [Role, Member])[] = [
  ["owner", owner],
  ["admin", admin],
  ["member", member],
];

describe("roles", () => {
  test.each([
    [OWNER, "owner"],
    [ADMIN, "admin"],
    [MEMBER, "member"],
    [NEW, "member"],
  ] as const)("%s is %s", (of, role) => {
    expect(roleOf(before, of)).toBe(role);
  });

  test("without the owner, the first admin who is there is owner; without admins, the lowest account", () => {
    expect(actingOwner({ charter, members: [member, admin2, admin] })).toBe(ADMIN);
    expect(actingOwner({ charter, members: [member, admin2] })).toBe(ADMIN2);
    expect(actingOwner({ charter, members: [other, member] })).toBe(MEMBER);
    expect(actingOwner({ charter, members: [] })).toBeUndefined();
  });

  test("ATK: a member does not become owner by a further device where somebody has left", () => {
    const further = device(OTHER, 0);
    expect(actingOwner({ charter, members: [further, member, other] })).toBe(MEMBER);
  });

  test("who acts as owner is owner, and nobody besides", () => {
    const standing = { charter, members: [member, admin2] };
    expect(roleOf(standing, ADMIN2)).toBe("owner");
    expect(roleOf(standing, OWNER)).toBe("member");
  });
});

describe("GRP-3: what a commit may do", () => {
  test.each(byRole)("%s renews keys", (_, committer) => {
    expect(judge(committer, {})).toBeUndefined();
  });

  test.each([
    ["owner", owner, undefined],
    ["admin", admin, undefined],
    ["member", member, "add"],
  ] as const)("%s adds an account", (_, committer, fault) => {
    expect(judge(committer, { added: [newcomer] })).toBe(fault);
  });

  test("everybody adds devices of accounts that are there, under their key", () => {
    expect(judge(member, { added: [device(OTHER, 9)] })).toBeUndefined();
    expect(judge(member, { added: [device(OTHER, 9, { key: 77 })] })).toBe("key");
    expect(judge(owner, { added: [device(OTHER, 9, { key: 77 })] })).toBe("key");
    expect(judge(owner, { added: [newcomer, device(NEW, 10, { key: 77 })] })).toBe("key");
  });

  test.each(byRole)("%s cannot change how one comes in", (_, committer) => {
    expect(judge(committer, {}, { ...charter, room: true })).toBe("charter");
    const keyed = { ...charter, keyId: new Uint8Array(32).fill(1) };
    expect(judge(committer, {}, keyed)).toBe("charter");
    const standing = { ...before, charter: keyed };
    expect(judge(committer, {}, { ...keyed, keyId: new Uint8Array(32).fill(1) }, standing)).toBeUndefined();
    expect(judge(committer, {}, { ...keyed, keyId: new Uint8Array(32).fill(2) }, standing)).toBe("charter");
    expect(judge(committer, {}, charter, standing)).toBe("charter");
  });

  test("who has gone and is named in the charter still is brought back by the owner alone", () => {
    const standing = { charter, members: [owner, admin, member] };
    const back = { added: [admin2] };
    expect(judge(admin, back, charter, standing)).toBe("add");
    expect(judge(owner, back, charter, standing)).toBeUndefined();
    const ownerless = { charter, members: [admin, admin2, member] };
    expect(judge(admin2, { added: [owner] }, charter, ownerless)).toBe("add");
  });

  test.each([
    ["owner", owner, admin, undefined],
    ["owner", owner, member, undefined],
    ["admin", admin, member, undefined],
    ["admin", admin, admin2, "remove"],
    ["admin", admin, owner, "remove"],
    ["member", member, other, "remove"],
    ["member", member, owner, "remove"],
  ] as const)("%s removes another (%#)", (_, committer, gone, fault) => {
    expect(judge(committer, { removed: [gone] })).toBe(fault);
  });

  test.each(byRole)("%s takes those out who asked to leave, whoever they are", (_, committer) => {
    for (const leaver of before.members)
      expect(judge(committer, { removed: [leaver], left: [leaver] })).toBeUndefined();
    expect(judge(member, { removed: [owner, other], left: [owner] })).toBe("remove");
  });

  test("a further device of its own is everybody's to remove", () => {
    const second = device(MEMBER, 9);
    const standing = { charter, members: [...before.members, second] };
    expect(judge(member, { removed: [second] }, charter, standing)).toBeUndefined();
  });

  test("a newer device takes the place of an older one of its account, whoever brings it", () => {
    const newer = device(OTHER, 9, { listVersion: 2 });
    expect(judge(member, { removed: [other], added: [newer] })).toBeUndefined();
    expect(judge(member, { removed: [other], added: [device(OTHER, 9)] })).toBe("remove");
    expect(judge(member, { removed: [owner], added: [newer] })).toBe("remove");
  });

  test.each([
    ["owner", owner, member, undefined],
    ["admin", admin, owner, undefined],
    ["admin", admin, admin2, undefined],
    ["member", member, owner, undefined],
    ["member", member, admin, undefined],
    ["member", member, other, "remove"],
  ] as const)("%s puts the very same device of another in anew (%#)", (_, committer, gone, fault) => {
    const again = { ...gone, leaf: 9 };
    expect(judge(committer, { removed: [gone], added: [again] })).toBe(fault);
  });

  test("the same device is the one with the same ids, signature key and no older list", () => {
    const again = { ...owner, leaf: 9 };
    const credential = (fields: Partial<Member["credential"]>): Member => ({
      ...again,
      credential: { ...again.credential, ...fields },
    });
    for (const another of [
      { ...again, leafKey: bytes(77, 32) },
      credential({ device: idOf(bytes(77)) }),
      credential({ mailbox: idOf(bytes(77)) }),
      credential({ listVersion: 0 }),
    ])
      expect(judge(admin, { removed: [owner], added: [another] })).toBe("remove");
    expect(judge(admin, { removed: [owner, admin2], added: [again] })).toBe("remove");
  });

  test.each([
    ["owner", owner, undefined],
    ["admin", admin, undefined],
    ["member", member, "charter"],
  ] as const)("%s renames", (_, committer, fault) => {
    expect(judge(committer, {}, { ...charter, name: "runs" })).toBe(fault);
  });

  test.each([
    ["owner", owner, undefined],
    ["admin", admin, "charter"],
    ["member", member, "charter"],
  ] as const)("%s gives and takes roles", (_, committer, fault) => {
    expect(judge(committer, {}, withAdmins(charter, [...charter.admins, MEMBER]))).toBe(fault);
    expect(judge(committer, {}, withAdmins(charter, [ADMIN]))).toBe(fault);
    expect(judge(committer, {}, withAdmins({ ...charter, owner: MEMBER }, charter.admins))).toBe(fault);
  });

  test("roles are given only to those who are there afterwards", () => {
    const named = withAdmins(charter, [...charter.admins, NEW]);
    expect(judge(owner, {}, named)).toBe("charter");
    expect(judge(owner, { added: [newcomer] }, named)).toBeUndefined();
    expect(judge(owner, { removed: [member] }, { ...charter, owner: MEMBER })).toBe("charter");
    expect(judge(owner, {}, { ...charter, owner: NEW })).toBe("charter");
  });

  test("a further device of a member comes in by itself, nobody else does", () => {
    expect(judge(device(OTHER, 9), { external: true })).toBeUndefined();
    expect(judge(newcomer, { external: true })).toBe("stranger");
    expect(judge(device(OTHER, 9, { key: 77 }), { external: true })).toBe("key");
    expect(judge(null, {})).toBe("stranger");
  });

  test("ROOM-15: into a room everybody comes, but under another key, or under the name of somebody with a role who has gone", () => {
    const room: Charter = { ...charter, room: true };
    const enter = (joiner: Member, members: readonly Member[] = before.members): PolicyFault | undefined =>
      judge(joiner, { external: true }, room, { charter: room, members });
    expect(enter(newcomer)).toBeUndefined();
    expect(enter(device(OTHER, 9))).toBeUndefined();
    expect(enter(device(OTHER, 9, { key: 77 }))).toBe("key");
    expect(enter(device(ADMIN, 9), [owner, member])).toBe("stranger");
    expect(enter(device(OWNER, 9), [admin, member])).toBe("stranger");
    expect(enter(device(ADMIN, 9))).toBeUndefined();
  });
});
