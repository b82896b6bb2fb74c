import { expect, test } from "vitest";
import { createLog } from "./log.ts";

test("lines for people and lines of JSON, from the chosen level up", () => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  createLog({ level: "info", json: false, write }).info({ deleted: 3 }, "forgot");
  createLog({ level: "info", json: true, write }).warn({}, "careful");
  createLog({ level: "info", json: true, write }).debug({}, "not shown");
  createLog({ level: "silent", json: true, write }).error({}, "not shown");
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}forgot deleted=3\n$/);
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ level: "warn", msg: "careful" });
  expect(lines).toHaveLength(2);
});
