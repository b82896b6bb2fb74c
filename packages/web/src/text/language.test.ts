import { expect, test } from "vitest";
import { languageFor, localeOf } from "./language.ts";

test.each([
  [["de-DE", "ru-RU", "en"], "ru"],
  [["zh-Hant-TW"], "zh"],
  [["de", "fr"], "en"],
  [[], "en"],
])("a browser that prefers %j gets %s", (preferred, language) => {
  expect(languageFor(preferred)).toBe(language);
});

test("dates follow the person's region of the language", () => {
  expect(localeOf("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
  expect(localeOf("ru", ["en-GB"])).toBe("ru");
});
