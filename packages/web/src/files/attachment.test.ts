import { describe, expect, test } from "vitest";
import { MAX_SENT_FILE_BYTES } from "sotto/browser";
import type { Attachment } from "./attachment.ts";
import { canGo, fileToSend, firstTrouble, provisionalManifest } from "./attachment.ts";

function attachment(name: string, fields: Partial<Attachment> = {}): Attachment {
  const file = new File(["words"], name, {
    type: name.endsWith(".jpg") ? "image/jpeg" : "",
    lastModified: 7,
  });
  return { id: 1, file, path: [name], look: {}, asIs: false, ...fields };
}

const PICTURE = {
  width: 2,
  height: 3,
  placeholder: new Uint8Array([1]),
  thumbnail: new Uint8Array([2]),
};

describe("a file that is to be sent", () => {
  test("keeps its path, its time and what was drawn of it, and no more", () => {
    const { content, ...rest } = fileToSend(attachment("a.jpg", { look: { picture: PICTURE } }), false);
    expect(content.size).toBe(5);
    expect(rest).toEqual({
      path: ["a.jpg"],
      mediaType: "image/jpeg",
      modifiedAtMs: 7,
      preview: { placeholder: PICTURE.placeholder, thumbnail: PICTURE.thumbnail },
    });
  });

  test("goes as it is when that was said of it, or of all pictures", () => {
    expect(fileToSend(attachment("a.jpg", { asIs: true }), false).asIs).toBe(true);
    expect(fileToSend(attachment("a.jpg"), true).asIs).toBe(true);
  });

  test("looks like the picture that it is going to be", () => {
    expect(provisionalManifest(attachment("a.jpg", { look: { picture: PICTURE } })).picture).toEqual(PICTURE);
    expect(provisionalManifest(attachment("a.txt"))).toMatchObject({ path: ["a.txt"], picture: null });
  });
});

test.each<[string, readonly Attachment[], boolean]>([
  ["nothing", [], false],
  ["what is still looked at", [attachment("a", { look: undefined })], false],
  ["what cannot be read", [attachment("a"), attachment("b", { look: { trouble: "unreadable" } })], false],
  ["a damaged picture", [attachment("a.jpg", { look: { trouble: "picture" } })], false],
  ["one that may go unchanged", [attachment("a.jpg", { look: { trouble: "picture" }, asIs: true })], true],
  [
    "what is too large, whatever is said",
    [attachment("a", { look: { trouble: "tooLarge" }, asIs: true })],
    false,
  ],
  ["files", [attachment("a"), attachment("b")], true],
])("%s", (_, attachments, can) => expect(canGo({ attachments, asIs: false })).toBe(can));

test("pictures may go unchanged", () => {
  const attachments = [attachment("a.jpg", { look: { trouble: "picture" } })];
  expect(canGo({ attachments, asIs: true })).toBe(true);
});

test("the largest file goes, one byte more does not", () => {
  expect(firstTrouble({ size: MAX_SENT_FILE_BYTES })).toBeUndefined();
  expect(firstTrouble({ size: MAX_SENT_FILE_BYTES + 1 })).toBe("tooLarge");
});
