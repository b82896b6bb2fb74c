import { describe, expect, test } from "vitest";
import { Undocumented, attribute, createLedger } from "./fieldReader.ts";

const BYTES = Uint8Array.of(1, 2, 3, 4, 5, 6);

describe("field reader", () => {
  test("what is taken is counted, what is left is unknown", () => {
    const ledger = createLedger();
    const whole = attribute(ledger, "here", BYTES, (reader) => {
      expect(reader.uint("number", 2)).toBe(0x0102);
      reader.take("rest", 3);
    });
    expect(whole).toBe(false);
    expect([...ledger.fields]).toEqual([
      ["number", 2],
      ["rest", 3],
    ]);
    expect(ledger.unknown).toEqual([
      { place: "here", sizeBytes: 1, reason: expect.stringContaining("behind") },
    ]);
  });

  test("a part that fails does not hide what follows it", () => {
    const ledger = createLedger();
    attribute(ledger, "here", BYTES, (reader) => {
      reader.within("part", 4, (part) => {
        part.take("good", 1);
        throw new Undocumented("bad");
      });
      reader.take("behind", 2);
    });
    expect(ledger.fields.get("behind")).toBe(2);
    expect(ledger.unknown).toEqual([{ place: "here > part", sizeBytes: 3, reason: "bad" }]);
  });

  test("bytes that were read to the end before the fault are unknown all the same", () => {
    const ledger = createLedger();
    const fault = (reader: { take(field: string, sizeBytes: number): unknown }): never => {
      reader.take("all", 6);
      throw new Undocumented("wrong");
    };
    expect(attribute(ledger, "here", BYTES, fault)).toBe(false);
    expect(ledger.unknown[0]?.sizeBytes).toBe(6);
  });

  test("more than there is cannot be taken", () => {
    const ledger = createLedger();
    attribute(ledger, "here", BYTES, (reader) => reader.take("long", 7));
    expect(ledger.unknown).toEqual([{ place: "here", sizeBytes: 6, reason: "long is cut off" }]);
  });

  test("an encoding's expansion is counted apart from what it encodes", () => {
    const ledger = createLedger();
    attribute(ledger, "here", BYTES, (reader) =>
      reader.recoded(
        "text",
        6,
        "expansion",
        (bytes) => bytes.subarray(2),
        (part) => part.take("inside", 4),
      ),
    );
    expect(Object.fromEntries(ledger.fields)).toEqual({ expansion: 2, inside: 4 });
    expect(ledger.unknown).toEqual([]);
  });
});
