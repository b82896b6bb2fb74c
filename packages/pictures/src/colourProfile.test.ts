import { expect, test } from "vitest";
import { colourSpaceOf, profileOf, replacementFor } from "./colourProfile.ts";
import { plantedIn } from "./testing/index.ts";

/** A profile with one number changed by so many 65,536ths. */
function changed(name: string, offset: number, by: number): Uint8Array {
  const copy = Buffer.from(profileOf("displayP3"));
  const at = copy.readUInt32BE(copy.indexOf(name, 132, "latin1") + 4) + offset;
  copy.writeInt32BE(copy.readInt32BE(at) + by, at);
  return new Uint8Array(copy);
}

test("our profiles are recognised, and stand for themselves", () => {
  for (const space of ["displayP3", "adobeRgb"] as const) {
    expect(colourSpaceOf(profileOf(space))).toBe(space);
    expect(replacementFor(profileOf(space))).toEqual(profileOf(space));
    expect(profileOf(space).length).toBeLessThan(450);
  }
});

test("a display's own numbers do not come through: near a known space they become its, else there is no profile", () => {
  expect(replacementFor(changed("rXYZ", 8, 100))).toEqual(profileOf("displayP3"));
  expect(replacementFor(changed("rXYZ", 8, 1000))).toBeUndefined();
  // A gamma of 2.4 less 1: hardly a curve.
  expect(replacementFor(changed("gTRC", 12, -65_536))).toBeUndefined();
});

test("names in a profile do not come through", () => {
  const named = Buffer.concat([profileOf("displayP3"), Buffer.from("PLANTED")]);
  expect(plantedIn(named)).toEqual(["text"]);
  expect(plantedIn(replacementFor(new Uint8Array(named)) ?? named)).toEqual([]);
});

test("cut or changed anywhere, a profile becomes one of ours or none", () => {
  const whole = profileOf("displayP3");
  for (let at = 0; at < whole.length; at++) {
    const copy = whole.slice();
    copy[at] = (copy[at] as number) ^ 0xff;
    for (const profile of [whole.subarray(0, at), copy]) {
      expect([undefined, "displayP3"]).toContain(colourSpaceOf(profile));
    }
  }
});
