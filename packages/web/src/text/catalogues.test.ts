import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import { describe, expect, test } from "vitest";
import type { Catalogue } from "./catalogues/en/index.ts";
import { en } from "./catalogues/en/index.ts";
import { ru } from "./catalogues/ru/index.ts";
import { zh } from "./catalogues/zh/index.ts";

const ids = Object.keys(en) as (keyof Catalogue)[];
/** Texts that are the same in every language: names. */
const SAME_EVERYWHERE: readonly string[] = ["conversation.fromOther", "files.total", "groups.line"];

describe.each([
  ["zh", zh, ["other"]],
  ["ru", ru, ["few", "many", "one", "other"]],
] as const)("%s", (_, catalogue: Catalogue, categories) => {
  test("has every text, and none is left in English or empty", () => {
    expect(Object.keys(catalogue).toSorted()).toEqual(ids.toSorted());
    const untranslated = ids.filter(
      (id) => !SAME_EVERYWHERE.includes(id) && (catalogue[id] === en[id] || catalogue[id].trim() === ""),
    );
    expect(untranslated).toEqual([]);
  });

  test("takes the same values and tags in each text, and its own plural forms", () => {
    for (const id of ids) {
      expect([id, valuesOf(catalogue[id])]).toEqual([id, valuesOf(en[id])]);
      for (const forms of pluralsOf(catalogue[id])) expect([id, forms]).toEqual([id, categories]);
    }
  });
});

/** Names of values, and tags of rich text. */
function valuesOf(message: string): readonly string[] {
  const names = new Set<string>(message.match(/<\/?\d+\/?>/g));
  collect(compileMessageOrThrow(message), names);
  return [...names].toSorted();
}

function collect(tokens: unknown, names: Set<string>): void {
  if (!Array.isArray(tokens)) return;
  for (const token of tokens as unknown[]) {
    if (!Array.isArray(token)) continue;
    const [name, , forms] = token as [unknown, unknown, unknown];
    if (typeof name === "string" && name !== "#") names.add(name);
    if (typeof forms === "object" && forms !== null)
      for (const form of Object.values(forms)) collect(form, names);
  }
}

/** The categories of each plural of the message. */
function pluralsOf(message: string): readonly (readonly string[])[] {
  return compileMessageOrThrow(message)
    .filter((token) => Array.isArray(token) && token[1] === "plural")
    .map((token) =>
      Object.keys(token[2] as object)
        .filter((form) => /^[a-z]+$/.test(form) && form !== "offset")
        .toSorted(),
    );
}
