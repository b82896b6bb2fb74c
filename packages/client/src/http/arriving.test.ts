import { expect, test } from "vitest";
import { append, arrived, createArriving, goesOn, rangeOf } from "./arriving.ts";

const head = (status: number, range?: string, lengthBytes = 0) => ({ status, range, lengthBytes });

function holding(...bytes: number[]) {
  const arriving = createArriving(6);
  append(arriving, Uint8Array.from(bytes));
  return arriving;
}

test("nothing is asked for by range while nothing has come", () => {
  expect([rangeOf(undefined), rangeOf(createArriving(6))]).toEqual([{}, {}]);
  expect(rangeOf(holding(1, 2))).toEqual({ range: "bytes=2-" });
});

test("the rest goes behind what has come; an answer from the beginning takes its place", () => {
  const arriving = holding(1, 2);
  expect(goesOn(arriving, head(206, "bytes 2-3/4", 2))).toBe(true);
  expect(append(arriving, Uint8Array.of(3, 4))).toBe(true);
  expect(arrived(arriving)).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(goesOn(arriving, head(200, undefined, 1))).toBe(true);
  append(arriving, Uint8Array.of(9));
  expect(arrived(arriving)).toEqual(Uint8Array.of(9));
});

test.each([
  ["of another place", head(206, "bytes 1-3/4")],
  ["that says no place", head(206)],
  ["that refuses", head(404)],
])("the body of an answer %s is none of it", (_, answer) => {
  const arriving = holding(1, 2);
  expect(goesOn(arriving, answer)).toBe(false);
  expect(arrived(arriving)).toEqual(Uint8Array.of(1, 2));
});

test("no more comes in than may, whatever is announced", () => {
  const arriving = holding(1, 2);
  goesOn(arriving, head(206, "bytes 2-3/4", 1e12));
  expect(arriving.room.length).toBe(6);
  expect(append(arriving, new Uint8Array(5))).toBe(false);
  expect(arrived(arriving)).toEqual(Uint8Array.of(1, 2));
});
