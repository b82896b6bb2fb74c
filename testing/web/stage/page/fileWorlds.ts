/** Conversations in which files and pictures go to and fro, in every state that there is. */
import type { StoredMessage } from "sotto";
import type { Person } from "./world.ts";
import { file, line, person } from "./world.ts";

const MB = 1_000_000;
const OPEN = { contact: { online: true }, conversation: { link: { state: "open", via: "nat" } } } as const;
const DIRECT = { path: "direct" } as const;

function photo(name: string, sizeBytes: number): StoredMessage["files"][number] {
  const size = name === "tower.jpg" ? { width: 900, height: 1600 } : { width: 1600, height: 1200 };
  return file(name, sizeBytes, {
    mediaType: "image/jpeg",
    picture: { ...size, placeholder: new Uint8Array(), thumbnail: new Uint8Array() },
  });
}

export const filesWithBob: Person = person("bob", {
  ...OPEN,
  lines: [
    line(0, "09:20", "Here is the plan", {
      ...DIRECT,
      files: [file("rehearsal plan, november.pdf", 0.42 * MB, { mediaType: "application/pdf" })],
    }),
    line(0, "09:22", "", {
      ...DIRECT,
      mine: true,
      files: [file("letter to the parish about the chapel.odt", 0.09 * MB)],
    }),
    line(0, "09:24", "The quiet ones, too", {
      ...DIRECT,
      files: [
        file("takes/evening/01 opening.flac", 38.2 * MB, { mediaType: "audio/flac" }),
        file("takes/evening/02 second movement, very quiet.flac", 61 * MB, { mediaType: "audio/flac" }),
        file("takes/notes.txt", 1800, { mediaType: "text/plain" }),
      ],
    }),
    line(0, "09:31", "", {
      ...DIRECT,
      mine: true,
      state: "delivered",
      files: [file("choir-recordings-2026.zip", 3400 * MB, { mediaType: "application/zip" })],
    }),
    line(0, "09:38", "", {
      ...DIRECT,
      files: [file("film of the last concert.mp4", 812 * MB, { mediaType: "video/mp4" })],
    }),
  ],
  views: {
    "rehearsal plan, november.pdf": { state: "done" },
    "choir-recordings-2026.zip": {
      state: "moving",
      bytes: 1200 * MB,
      bytesPerSecond: 38 * MB,
      path: "direct",
    },
    "01 opening.flac": { state: "moving", bytes: 21 * MB, bytesPerSecond: 3.2 * MB, path: "relay" },
  },
});

export const filesStopped: Person = person("bob", {
  lines: [
    line(0, "09:20", "", { files: [file("takes.zip", 3400 * MB, { mediaType: "application/zip" })] }),
    line(0, "09:22", "", { mine: true, state: "sent", files: [file("letter.odt", 0.09 * MB)] }),
    line(0, "09:24", "", { files: [file("second movement.flac", 61 * MB, { mediaType: "audio/flac" })] }),
    line(0, "09:31", "", {
      mine: true,
      files: [file("contract, signed.pdf", 2.1 * MB, { mediaType: "application/pdf" })],
    }),
    line(0, "09:38", "", { files: [file("film.mp4", 812 * MB, { mediaType: "video/mp4" })] }),
  ],
  views: {
    "takes.zip": { state: "paused", bytes: 1200 * MB, path: "relay" },
    "letter.odt": { state: "waiting", reason: "uploaded", bytes: 0.09 * MB },
    "second movement.flac": { state: "failed", reason: "invalid" },
    "contract, signed.pdf": { state: "cancelled", reason: "byPeer" },
    "film.mp4": { state: "waiting", reason: "peerOffline", bytes: 97 * MB },
  },
});

export const picturesWithBob: Person = person("bob", {
  ...OPEN,
  lines: [
    line(0, "09:05", "The pier this morning", {
      ...DIRECT,
      mine: true,
      files: [photo("pier.jpg", 2.4 * MB)],
    }),
    line(0, "09:10", "", {
      ...DIRECT,
      files: ["lake.jpg", "wood.jpg", "shore.jpg", "dusk.jpg", "field.jpg"].map((name) =>
        photo(name, 3 * MB),
      ),
    }),
    line(0, "09:31", "", { files: [photo("tower.jpg", 12 * MB)] }),
    line(0, "09:40", "And the way home", { ...DIRECT, files: [photo("home.jpg", 4.1 * MB)] }),
  ],
  views: {
    "tower.jpg": { state: "paused", bytes: 5 * MB },
    "home.jpg": { state: "moving", bytes: 2.6 * MB, bytesPerSecond: 0.9 * MB, path: "relay" },
  },
});
