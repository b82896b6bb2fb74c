import { describe, expect, test } from "vitest";
import script from "../../public/appearance.js?raw";
import { applyAppearance } from "./appearance.ts";
import type { Preferences } from "./preferences.ts";
import { DEFAULT_PREFERENCES, parsePreferences, TEXT_SIZES, THEMES } from "./preferences.ts";

interface Meta {
  readonly media: string;
  content: string;
}

function documentWith(...metas: readonly Meta[]): Document {
  return {
    documentElement: { dataset: {} },
    querySelectorAll: () => metas,
  } as unknown as Document;
}

function attributesAfter(preferences: Preferences): unknown {
  const page = documentWith();
  applyAppearance(page, preferences);
  return page.documentElement.dataset;
}

test("back to the system's theme and size", () => {
  const page = documentWith();
  applyAppearance(page, { ...DEFAULT_PREFERENCES, theme: "dark", textSize: 150 });
  expect(page.documentElement.dataset).toEqual({ theme: "dark", textSize: "150" });
  applyAppearance(page, DEFAULT_PREFERENCES);
  expect(page.documentElement.dataset).toEqual({});
});

test("the browser's bars follow", () => {
  const metas = [
    { media: "(prefers-color-scheme: light)", content: "" },
    { media: "(prefers-color-scheme: dark)", content: "" },
  ];
  const colours = (theme: Preferences["theme"]): readonly string[] => {
    applyAppearance(documentWith(...metas), { ...DEFAULT_PREFERENCES, theme });
    return metas.map(({ content }) => content);
  };
  const [light, dark] = colours("system");
  expect(light).not.toBe(dark);
  expect(colours("dark")).toEqual([dark, dark]);
  expect(colours("light")).toEqual([light, light]);
});

describe("the script that runs before the first paint", () => {
  // oxlint-disable-next-line eslint/no-new-func, typescript/no-implied-eval -- it is a script, not a module
  const run = new Function("document", "localStorage", script);
  const stored = [
    ...THEMES.flatMap((theme) =>
      TEXT_SIZES.map((textSize) => JSON.stringify({ ...DEFAULT_PREFERENCES, theme, textSize })),
    ),
    null,
    "no JSON",
    "null",
    "[]",
    '{"theme":"pink","textSize":9000}',
    '{"theme":["dark"],"textSize":"130"}',
  ];

  test.each(stored)("does with %s what the app does", (text) => {
    const document = documentWith();
    run(document, { getItem: () => text });
    const { dataset } = document.documentElement;
    const asText = Object.fromEntries(Object.entries(dataset).map(([name, value]) => [name, `${value}`]));
    expect(asText).toEqual(attributesAfter(parsePreferences(text)));
  });
});
