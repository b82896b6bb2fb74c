import { expect, test } from "vitest";
import { parseJson } from "./json.ts";

test("a JSON value, whatever it is", () => {
  expect(parseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
  expect(parseJson("null")).toBeNull();
});

test.each(["", "{", '{"a":1}x', "undefined", "NaN"])("no JSON: %j", (text) => {
  expect(parseJson(text)).toBeUndefined();
});

test("as many brackets as a body may have, and one more", () => {
  const lists = (count: number): string => `[${Array.from({ length: count - 1 }, () => "[]").join()}]`;
  expect(parseJson(lists(1000))).toHaveLength(999);
  expect(parseJson(lists(1001))).toBeUndefined();
  expect(parseJson("[".repeat(1001) + "]".repeat(1001))).toBeUndefined();
});
