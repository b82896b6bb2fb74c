import { describe, expect, test } from "vitest";
import type { DroppedEntry } from "./given.ts";
import { givenByDrop, givenByField } from "./given.ts";

const fileEntry = (name: string): DroppedEntry => ({
  isFile: true,
  isDirectory: false,
  name,
  file: (found) => found(new File([name], name)),
});
const broken: DroppedEntry = { ...fileEntry("broken"), file: (_, failed) => failed(new Error("gone")) };

/** Gives its entries two at a time. */
function folder(name: string, entries: readonly DroppedEntry[]): DroppedEntry {
  let at = 0;
  return {
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => ({
      readEntries(found) {
        found(entries.slice(at, at + 2));
        at += 2;
      },
    }),
  };
}

const pathsOf = (files: readonly { readonly path: readonly string[] }[]): readonly string[] =>
  files.map(({ path }) => path.join("/"));

describe("what is dropped", () => {
  test("comes with its folders, all of them, and without what cannot be read", async () => {
    const scores = folder("scores", ["1", "2", "3"].map(fileEntry));
    const dropped = [folder("choir", [scores, broken, fileEntry("plan.txt")]), fileEntry("a.txt")];
    const { files, more } = await givenByDrop(dropped, 500);
    expect(pathsOf(files)).toEqual([
      "choir/scores/1",
      "choir/scores/2",
      "choir/scores/3",
      "choir/plan.txt",
      "a.txt",
    ]);
    expect(more).toBe(false);
  });

  test("is cut off where there is too much of it, and that is said", async () => {
    const entries = ["1", "2", "3"].map(fileEntry);
    expect(await givenByDrop(entries, 2)).toMatchObject({ files: { length: 2 }, more: true });
    expect(await givenByDrop(entries, 3)).toMatchObject({ files: { length: 3 }, more: false });
  });

  test("may be an empty folder", async () => {
    expect(await givenByDrop([folder("empty", [])], 5)).toEqual({ files: [], more: false });
  });
});

test("what is picked tells its folder if it has one", () => {
  const inFolder = Object.defineProperty(new File([], "b"), "webkitRelativePath", { value: "x/b" });
  const alone = Object.defineProperty(new File([], "a"), "webkitRelativePath", { value: "" });
  expect(pathsOf(givenByField([alone, inFolder], 5).files)).toEqual(["a", "x/b"]);
});
