import { expect, test } from "vitest";
import { fileKindOf } from "./fileKind.ts";

test.each([
  ["image/png", "a", "picture"],
  ["audio/ogg", "a.bin", "sound"],
  ["video/mp4", "a", "film"],
  ["application/pdf", "score.pdf", "text"],
  ["application/octet-stream", "takes.tar.gz", "archive"],
  ["text/x-whatever", "notes", "text"],
  ["application/octet-stream", "constructor", "other"],
  ["application/octet-stream", "a.constructor", "other"],
])("%s named %s is %s", (mediaType, name, kind) => expect(fileKindOf(mediaType, name)).toBe(kind));
