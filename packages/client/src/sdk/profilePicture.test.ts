import { FIXTURES, fixture } from "@sotto/pictures/testing";
import { MAX_PROFILE_PICTURE_BYTES } from "@sotto/protocol";
import { expect, test } from "vitest";
import { givenPicture, takenPicture } from "./profilePicture.ts";

test("PRO-6 of others only still JPEG and WebP files of few pixels are taken, whole and with nothing behind them", async () => {
  const taken = [];
  for (const [name, bytes] of FIXTURES) if ((await takenPicture(bytes)) !== null) taken.push(name);
  // Those with anything behind their end are none.
  expect(taken.toSorted()).toEqual(["cmyk.jpg", "lossless.webp", "photo.webp", "progressive.jpg"]);
  const jpeg = await givenPicture(fixture("photo.jpg"));
  const hostile = [
    jpeg.subarray(0, jpeg.length - 20),
    Uint8Array.of(...jpeg, ...new TextEncoder().encode("<script>")),
    new Uint8Array(MAX_PROFILE_PICTURE_BYTES + 1),
    new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ofSide(jpeg, 1025),
    new Uint8Array(),
  ];
  for (const bytes of hostile) expect(await takenPicture(bytes)).toBeNull();
  expect(await takenPicture(ofSide(jpeg, 1024))).not.toBeNull();
});

test("PRO-6 what is not taken is not given", async () => {
  for (const bytes of [fixture("photo.png"), fixture("animated.webp"), new Uint8Array(2_000_000)])
    await expect(givenPicture(bytes)).rejects.toMatchObject({ code: "badPicture" });
  const given = await givenPicture(fixture("photo.jpg"));
  expect(given.length).toBeLessThan(fixture("photo.jpg").length);
  expect(await takenPicture(given)).toBe(given);
});

/** The same file, its frame header saying that it has so many pixels a side (ITU T.81 §B.2.2): what a bomb does. */
function ofSide(jpeg: Uint8Array, side: number): Uint8Array {
  const at = jpeg.findIndex((byte, i) => byte === 0xff && (jpeg[i + 1] === 0xc0 || jpeg[i + 1] === 0xc2));
  const changed = jpeg.slice();
  new DataView(changed.buffer).setUint16(at + 5, side);
  new DataView(changed.buffer).setUint16(at + 7, side);
  return changed;
}
