import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { utf8 } from "@sotto/protocol";
import { absolutePath, typedPath } from "./places.ts";
import type { FileToSave } from "./saveFiles.ts";
import { saveFiles, savePlace } from "./saveFiles.ts";

let root: string;
/** The folder that is chosen; `outside` lies beside it. */
let dir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sotto-save-"));
  dir = join(root, "chosen");
  mkdirSync(dir);
  mkdirSync(join(root, "outside"));
  writeFileSync(join(root, "outside", "file"), "theirs");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(...path: string[]): FileToSave {
  return {
    path,
    async *content() {
      yield utf8("new ");
      yield utf8("content");
    },
  };
}

const save = async (...files: FileToSave[]): Promise<string[]> =>
  (await saveFiles(files, await savePlace(dir, files.length))).map(({ path }) => path.slice(dir.length + 1));
const tree = (): string[] => readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted();

describe("ATTACKS-23 what is saved", () => {
  test("lies where it was asked for, whole, and cannot be executed", async () => {
    const [saved] = await saveFiles([file("a.sh")], await savePlace(dir, 1));
    expect(saved).toEqual({ path: join(dir, "a.sh"), bytes: 11 });
    expect(readFileSync(join(dir, "a.sh"), "utf8")).toBe("new content");
    expect(statSync(join(dir, "a.sh")).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(readdirSync(dir)).toEqual(["a.sh"]);
  });

  test("under a name of the user's own", async () => {
    await saveFiles([file("a.sh")], await savePlace(join(dir, ".b"), 1));
    expect(readdirSync(dir)).toEqual([".b"]);
  });

  test("replaces nothing", async () => {
    writeFileSync(join(dir, "a.tar.gz"), "mine");
    writeFileSync(join(dir, "noextension"), "mine");
    symlinkSync(join(root, "outside", "file"), join(dir, "link"));
    symlinkSync(join(root, "nowhere"), join(dir, "dangling"));
    expect(
      await save(file("a.tar.gz"), file("a.tar.gz"), file("noextension"), file("link"), file("dangling")),
    ).toEqual(["a.tar (1).gz", "a.tar (2).gz", "noextension (1)", "link (1)", "dangling (1)"]);
    expect(readFileSync(join(dir, "a.tar.gz"), "utf8")).toBe("mine");
    expect(readFileSync(join(root, "outside", "file"), "utf8")).toBe("theirs");
    expect(existsSync(join(root, "nowhere"))).toBe(false);
  });

  test("is not written through what lies in the place of its part", async () => {
    symlinkSync(join(root, "outside", "file"), join(dir, "a.part"));
    expect(await save(file("a"))).toEqual(["a"]);
    expect(readFileSync(join(root, "outside", "file"), "utf8")).toBe("theirs");
    expect(readdirSync(dir).toSorted()).toEqual(["a", "a.part"]);
  });

  test("keeps its folders, which are new ones", async () => {
    mkdirSync(join(dir, "mine"));
    symlinkSync(join(root, "outside"), join(dir, "link"));
    expect(
      await save(file("mine", "a"), file("mine", "sub", "b"), file("link", "file"), file("mine", "sub", "b")),
    ).toEqual(["mine (1)/a", "mine (1)/sub/b", "link (1)/file", "mine (1)/sub/b (1)"]);
    expect(readdirSync(join(dir, "mine"))).toEqual([]);
    expect(readdirSync(join(root, "outside"))).toEqual(["file"]);
  });

  test("whose name leads elsewhere stays inside", async () => {
    const before = tree();
    const saved = await save(
      file("..", "..", "etc", "passwd"),
      file("../outside/file"),
      file("/etc/passwd"),
      file("C:\\Windows\\x.exe"),
      file("\0", ""),
      file(".ssh", "authorized_keys"),
    );
    expect(saved).toEqual([
      "file/file/etc/passwd",
      "_outside_file",
      "_etc_passwd",
      "C__Windows_x.exe",
      "file/file (1)",
      "ssh/authorized_keys",
    ]);
    expect(tree().filter((name) => !name.startsWith("chosen"))).toEqual(
      before.filter((name) => !name.startsWith("chosen")),
    );
  });

  test("whose content fails leaves nothing behind", async () => {
    const failing: FileToSave = {
      path: ["folder", "a"],
      async *content() {
        yield utf8("half");
        throw new Error("damaged");
      },
    };
    await expect(saveFiles([failing], await savePlace(dir, 1))).rejects.toThrow("damaged");
    expect(readdirSync(dir)).toEqual([]);
  });

  test("has a hundred names to choose from", async () => {
    for (let number = 0; number < 100; number++) await save(file("a"));
    expect(readdirSync(dir).length).toBe(100);
    await expect(save(file("a"))).rejects.toMatchObject({ code: "fileExists" });
    expect(readdirSync(dir).length).toBe(100);
  });
});

describe("the place", () => {
  test("is a folder that is there, also behind a link of the user's own, or a new name in one", async () => {
    symlinkSync(dir, join(root, "link"));
    expect(await savePlace(join(root, "link"), 2)).toEqual({ folder: dir, name: undefined });
    expect(await savePlace(join(root, "link", "new"), 1)).toEqual({ folder: dir, name: "new" });
    for (const [path, count] of [
      [join(dir, "new"), 2],
      [join(dir, "new", "new"), 1],
      [`${join(dir, "new")}/`, 1],
      [join(root, "outside", "file", "new"), 1],
    ] as const)
      await expect(savePlace(path, count)).rejects.toMatchObject({ code: "notFound" });
  });

  test("that may not be written to is said plainly", async (context) => {
    if (process.getuid?.() === 0) return context.skip("root may write everywhere");
    chmodSync(dir, 0o500);
    await expect(save(file("a"))).rejects.toMatchObject({ code: "notWritable" });
  });
});

test.each([
  ["a b.txt", "/here/a b.txt"],
  ['"a b.txt"', "/here/a b.txt"],
  ["'~/a'", "/here/~/a"],
  ["  a\\ b\\'.txt ", "/here/a b'.txt"],
  ["~", "/home/alice"],
  ["~/a", "/home/alice/a"],
  ["~bob", "/here/~bob"],
  ["/x/../y", "/y"],
  ["sub/", "/here/sub/"],
  ["/", "/"],
])("typed %j is %s", (typed, path) => {
  expect(typedPath(typed, { cwd: "/here", env: { HOME: "/home/alice" } })).toBe(path);
});

test.each(["", '""', "a\0b"])("%j is no path", (typed) => {
  expect(() => typedPath(typed, { cwd: "/here", env: {} })).toThrow();
  expect(() => absolutePath(typed === '""' ? "" : typed, "/here")).toThrow();
});
