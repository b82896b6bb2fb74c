import { expect, test } from "vitest";
import { complete } from "./complete.ts";

const names = ["alina", "alf", "bob"];

test.each([
  ["/", expect.arrayContaining(["/help ", "/exit "]), "/"],
  ["/ac", ["/accept "], "/ac"],
  ["/open al", ["alina ", "alf "], "al"],
  ["/open @b", ["@bob "], "@b"],
  ["/verify  b", ["bob "], "b"],
  ["/open ", ["alina ", "alf ", "bob "], ""],
  ["/path ", ["auto ", "direct ", "turn ", "relay ", "default "], ""],
  ["/path d", ["direct ", "default "], "d"],
  ["/presence h", ["hide "], "h"],
  ["/history b", [], "/history b"],
  ["/nonsense b", [], "/nonsense b"],
  ["/add bob hel", [], "/add bob hel"],
  ["/invite bob al", ["alina ", "alf "], "al"],
  ["/group Sunday walks @b", ["@bob "], "@b"],
  ["/group Sunday b", [], "/group Sunday b"],
  ["/role b", ["bob "], "b"],
  ["/role bob a", [], "/role bob a"],
  ["hello b", [], "hello b"],
])("%j", (line, candidates, replaced) => {
  expect(complete(line, names)).toEqual([candidates, replaced]);
});
