import { describe, expect, test } from "vitest";
import { createPictureUrls } from "./pictureUrls.ts";
import { settled } from "./settled.testing.ts";

function bench(kept: number) {
  const alive = new Set<string>();
  let count = 0;
  const urls = createPictureUrls(
    {
      createObjectURL() {
        const url = `blob:${++count}`;
        alive.add(url);
        return url;
      },
      revokeObjectURL: (url) => void alive.delete(url),
    },
    kept,
  );
  return { urls, alive };
}

const load = async (): Promise<Blob> => new Blob();

describe("addresses of pictures", () => {
  test("one is made for all who show the picture, and it lives as long as one does", async () => {
    const { urls, alive } = bench(0);
    expect(await urls.acquire("a", load)).toBe("blob:1");
    expect(await urls.acquire("a", load)).toBe("blob:1");
    urls.release("a");
    await settled();
    expect([...alive]).toEqual(["blob:1"]);
    urls.release("a");
    await settled();
    expect([...alive]).toEqual([]);
  });

  test("the last ones are kept for who comes back, the others given back", async () => {
    const { urls, alive } = bench(2);
    for (const name of ["a", "b", "c"]) {
      await urls.acquire(name, load);
      urls.release(name);
    }
    await settled();
    expect([...alive]).toEqual(["blob:2", "blob:3"]);
    expect(await urls.acquire("b", load)).toBe("blob:2");
  });

  test("one that is let go of while it is made is given back when it is", async () => {
    const { urls, alive } = bench(0);
    const asked = urls.acquire("a", load);
    urls.release("a");
    await asked;
    await settled();
    expect([...alive]).toEqual([]);
  });

  test("what could not be read is read again by the next", async () => {
    const { urls } = bench(2);
    await expect(urls.acquire("a", () => Promise.reject(new Error("not here")))).rejects.toThrow("not here");
    urls.release("a");
    expect(await urls.acquire("a", load)).toBe("blob:1");
  });

  test("what may not be drawn has none", async () => {
    expect(await bench(2).urls.acquire("a", async () => undefined)).toBeUndefined();
  });
});
