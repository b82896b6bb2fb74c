import { describe, expect, test } from "vitest";
import { message } from "../conversation/messages.testing.ts";
import { englishText } from "../text/text.ts";
import { fileManifest, pictureManifest } from "./manifests.testing.ts";
import { lineOf } from "./lastLine.ts";

const READER = {
  people: { own: message(1, { mine: true }).from, names: new Map([[message(1).from, "bob"]]) },
  locale: "en-GB",
  t: englishText,
};
const line = (text: string, files: Parameters<typeof lineOf>[0]["files"]): string =>
  lineOf(message(1, { text, files }), READER);

describe("a message in one line", () => {
  test("is its text, whatever comes with it", () => {
    expect(line("Listen", [fileManifest("take.ogg")])).toBe("Listen");
  });

  test("is a picture, or several", () => {
    expect(line("", [pictureManifest("a.jpg")])).toBe("Picture");
    expect(line("", [pictureManifest("a.jpg"), pictureManifest("b.jpg")])).toBe("2 pictures");
  });

  test("is the name of one file without its folders, or how many there are", () => {
    expect(line("", [fileManifest("take.ogg", { path: ["takes", "take.ogg"] })])).toBe("take.ogg");
    expect(line("", [fileManifest("take.ogg"), pictureManifest("a.jpg")])).toBe("2 files");
  });

  test("is what has happened in a group", () => {
    expect(lineOf(message(1, { text: "", event: { kind: "left" } }), READER)).toBe("bob left the group");
  });
});
