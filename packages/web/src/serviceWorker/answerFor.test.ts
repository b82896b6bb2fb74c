import { expect, test } from "vitest";
import { answerFor } from "./answerFor.ts";

const ORIGIN = "https://chat.example";
const FILES = { "/index.html": "", "/assets/index-a1.js": "", "/favicon.svg": "" };

type Asked = Parameters<typeof answerFor>[0];

function answer(path: string, request: Partial<Asked> = {}): string {
  const url = new URL(path, ORIGIN).href;
  const asked: Asked = { method: "GET", url, mode: "cors", destination: "", ...request };
  const given = answerFor(asked, ORIGIN, FILES);
  return given.kind === "file" ? given.path : given.kind;
}

test.each(["/", "/index.html", "/chat/bob", "/somewhere.html", "/?from=home"])(
  "whoever opens %s gets the installed page",
  (path) => expect(answer(path, { mode: "navigate", destination: "document" })).toBe("/index.html"),
);

test.each([
  ["/assets/index-a1.js", "script"],
  ["/assets/index-a1.js?x=1", "script"],
  ["/favicon.svg", "image"],
] as const)("%s is the installed file", (path, destination) =>
  expect(answer(path, { destination })).toBe(path.split("?")[0]),
);

test.each(["script", "style", "worker", "sharedworker"] as const)(
  "ATTACKS-30 code that the build does not know is refused: %s",
  (destination) => {
    expect(answer("/assets/other.js", { destination })).toBe("refused");
    expect(answer("/constructor", { destination })).toBe("refused");
  },
);

test.each([
  ["/v1/info", {}],
  ["/v1/openapi.json", { mode: "navigate" }],
  ["/v1/x.js", { destination: "script" }],
  ["/health", { mode: "navigate" }],
  ["/authority.crt", { mode: "navigate" }],
  ["/index.html", { method: "POST" }],
  ["https://elsewhere.example/", { mode: "navigate" }],
  ["/assets/picture.png", { destination: "image" }],
] as const)("%s is left to the browser", (path, request) => expect(answer(path, request)).toBe("network"));
