import type { ClientEvent } from "sotto";
import { expect, test } from "vitest";
import { englishText } from "./text.ts";
import type { Warning } from "./warnings.ts";
import { textOfWarning, toneOfWarning, withChange, without } from "./warnings.ts";

type Change = Extract<ClientEvent, { type: "conversation" }>["change"];

const BOB = "b" as Warning["conversation"];
const CAROL = "c" as Warning["conversation"];

const after = (...changes: readonly Change[]): readonly Warning[] =>
  changes.reduce<readonly Warning[]>(
    (warnings, change) => withChange(warnings, { conversation: BOB, change }, "bob"),
    [],
  );

test.each([
  ["fork", /different histories/],
  ["refusedHandshake", /refused because no member made it/],
  ["keysChanged", /other keys for this person/],
  ["keysRefused", /not theirs were shown in their name/],
  ["undecided", /cannot follow/],
  ["unreadable", /cannot be opened/],
  ["gap", /missing/],
  ["listCorrected", /delivered to other devices/],
] as const)("attacks 1, 5, 37: %s is said", (change, words) => {
  const [warning] = after(change);
  expect(warning).toMatchObject({ conversation: BOB, change, name: "bob" });
  expect(englishText(textOfWarning(warning as Warning), { name: "bob" })).toMatch(words);
});

test("only what pauses the sending is as loud as it can be", () => {
  const toneOf = (change: Change): string => toneOfWarning(after(change)[0] as Warning);
  expect((["fork", "keysChanged", "undecided"] as const).map(toneOf)).toEqual(["stop", "stop", "stop"]);
  const refused = ["refusedHandshake", "keysRefused", "wishFailed", "listCorrected"] as const;
  expect(refused.map(toneOf)).toEqual(["warn", "warn", "warn", "warn"]);
  expect((["unreadable", "gap"] as const).map(toneOf)).toEqual(["quiet", "quiet"]);
});

test("what is no trouble is not", () => {
  expect(after("created", "ended", "keysRenewed", "read")).toEqual([]);
});

test("each kind once, the latest last, until it is settled or read", () => {
  const changesOf = (warnings: readonly Warning[]): readonly Change[] => warnings.map(({ change }) => change);
  expect(changesOf(after("fork", "gap", "fork"))).toEqual(["gap", "fork"]);
  expect(changesOf(after("gap", "keysChanged", "gapClosed", "keysKept"))).toEqual([]);
  const both = withChange(after("gap"), { conversation: CAROL, change: "gap" }, "carol");
  expect(without(both, { conversation: BOB, change: "gap" }).map(({ name }) => name)).toEqual(["carol"]);
});
