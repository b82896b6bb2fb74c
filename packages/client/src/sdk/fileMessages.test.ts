import { fileBodyFields, MAX_THUMBNAIL_BYTES } from "@sotto/protocol";
import { expect, test } from "vitest";
import { manifestOf } from "../testing/manifests.ts";
import { fileMessages } from "./fileMessages.ts";

const picture = (thumbnailBytes: number) => ({
  width: 4,
  height: 3,
  placeholder: new Uint8Array(25),
  thumbnail: new Uint8Array(thumbnailBytes),
});
const plain = (count: number) =>
  Array.from({ length: count }, (_, i) => manifestOf(i + 1, { picture: null }));

test("FIL-7: 32 files are one message, 33 are two, in order; the text goes with the first", () => {
  const messages = fileMessages("look", plain(33));
  expect(messages.map(({ text, files }) => [text, files.length])).toEqual([
    ["look", 32],
    ["", 1],
  ]);
  expect(messages.flatMap(({ files }) => files)).toEqual(plain(33));
});

test("FIL-7: pictures with thumbnails are as many messages as they need, and keep them", () => {
  const files = [1, 2, 3].map((number) => manifestOf(number, { picture: picture(MAX_THUMBNAIL_BYTES) }));
  const messages = fileMessages("", files);
  expect(messages.map((message) => message.files)).toEqual(files.map((file) => [file]));
  for (const message of messages) expect(() => fileBodyFields({ kind: "file", ...message })).not.toThrow();
});

test("FIL-7: beside a long text the thumbnail is left out, not the file", () => {
  const [message, ...others] = fileMessages("x".repeat(16 * 1024), [
    manifestOf(1, { picture: picture(MAX_THUMBNAIL_BYTES) }),
  ]);
  expect(others).toEqual([]);
  expect(message?.files[0]?.picture).toEqual(picture(0));
});
