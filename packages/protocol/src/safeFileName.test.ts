import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { utf8 } from "./bytes.ts";
import { safeFileName } from "./safeFileName.ts";

describe("FIL-9: names under which files of others are saved (attack 23)", () => {
  test.each<[string, string, string]>([
    // Paths.
    ["a path upwards", "../../etc/passwd", "_.._etc_passwd"],
    ["the same for Windows", "..\\..\\Windows\\win.ini", "_.._Windows_win.ini"],
    ["an absolute path", "/etc/passwd", "_etc_passwd"],
    ["a drive", "C:\\autoexec.bat", "C__autoexec.bat"],
    ["a drive without separator", "C:autoexec.bat", "C_autoexec.bat"],
    ["a network path", "\\\\server\\share\\a.txt", "__server_share_a.txt"],
    ["a device path", "\\\\?\\C:\\a", "____C__a"],
    ["the folder itself", ".", "file"],
    ["the folder above", "..", "file"],
    ["dots", "......", "file"],
    ["percent signs are not decoded", "%2e%2e%2fetc%2fpasswd", "%2e%2e%2fetc%2fpasswd"],
    ["nor overlong escapes", "%c0%ae%c0%ae%c0%af", "%c0%ae%c0%ae%c0%af"],
    ["full-width separators stay letters", "a／b＼c", "a／b＼c"],
    // Hidden and vanishing.
    ["a hidden file", ".bashrc", "bashrc"],
    ["hidden behind a space", " .profile", "profile"],
    ["hidden behind a joiner", "\u200d.ssh", "ssh"],
    ["trailing dots", "evil.exe...", "evil.exe"],
    ["trailing spaces", "evil.exe   ", "evil.exe"],
    ["dots and spaces in turns", "evil.exe. . .", "evil.exe"],
    ["spaces that push the extension out of sight", `photo.jpg${" ".repeat(80)}.exe`, "photo.jpg .exe"],
    ["no-break spaces", `photo.jpg${"\u00a0".repeat(80)}.exe`, "photo.jpg .exe"],
    ["a home folder of git", ".git/config", "git_config"],
    // Streams, wildcards, quotes.
    ["an alternate data stream", "report.txt:evil.exe", "report.txt_evil.exe"],
    ["the default stream", "a.php::$DATA", "a.php__$DATA"],
    ["wildcards and pipes", 'a*b?c|d<e>f"g', "a_b_c_d_e_f_g"],
    ["an option", "-rf", "_rf"],
    ["an option behind a dot", ".-rf", "_rf"],
    // Controls and direction.
    ["NUL cuts nothing off", "invoice.pdf\0.exe", "invoice.pdf.exe"],
    ["newlines", "a\r\nb.txt", "ab.txt"],
    ["terminal sequences", "\u001b[31mred\u009b0m.txt", "[31mred0m.txt"],
    ["DEL", "a\u007fb", "ab"],
    ["a right-to-left override", "photo\u202egpj.exe", "photogpj.exe"],
    ["isolates and marks", "\u2066a\u2069\u200f\u061cb\u200e.txt", "ab.txt"],
    ["a byte order mark", "\ufeffa.txt", "a.txt"],
    ["zero-width spaces and fillers", "a\u200b\u2060\u3164\u115f\u00adb.txt", "ab.txt"],
    ["tags", "a\u{e0061}\u{e007f}.txt", "a.txt"],
    ["a line separator", "a\u2028b", "ab"],
    ["a lone surrogate", "a\ud800.txt", "a\ufffd.txt"],
    // Devices of Windows.
    ["CON", "CON", "_CON"],
    ["a device with an extension", "nul.txt", "_nul.txt"],
    ["a device with two", "com1.tar.gz", "_com1.tar.gz"],
    ["a device with a space before the dot", "LPT9 .txt", "_LPT9 .txt"],
    ["a device with a superscript", "COM¹.log", "_COM¹.log"],
    ["a device that an invisible character hid", "A\u200bUX", "_AUX"],
    ["a device that dots hid", "..PRN..", "_PRN"],
    ["a stream of a device", "CONIN$", "_CONIN$"],
    ["no device", "console.log", "console.log"],
    ["nor this", "com10.txt", "com10.txt"],
    // Nothing left.
    ["empty", "", "file"],
    ["spaces", "   ", "file"],
    ["nothing visible", "\u200b\u202e\u200d\ufe0f", "file"],
    ["separators alone", "///", "___"],
    // What is harmless stays.
    ["a name", "Résumé 2026 (final).tar.gz", "Résumé 2026 (final).tar.gz"],
    ["emoji with joiners and selectors", "👩‍👩‍👧 ❤️.png", "👩‍👩‍👧 ❤️.png"],
    ["Persian with a non-joiner", "می‌خواهم.txt", "می‌خواهم.txt"],
    ["Hebrew", "שלום.txt", "שלום.txt"],
    ["NFC", "e\u0301.txt", "\u00e9.txt"],
    ["what an invisible character kept apart", "e\u200b\u0301.txt", "\u00e9.txt"],
    ["no extension", "Makefile", "Makefile"],
  ])("%s", (_what, name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it("long names are cut in the middle, between characters, and keep their extension", () => {
    const long = `${"a".repeat(200)}${"b".repeat(200)}.tar.gz`;
    const safe = safeFileName(long);
    expect(safe).toMatch(/^a+…b+\.tar\.gz$/);
    expect(utf8(safe).length).toBe(240);
    const emoji = safeFileName(`${"👩‍👩‍👧".repeat(100)}.png`);
    expect(emoji.isWellFormed() && emoji.endsWith(".png")).toBe(true);
    expect(utf8(emoji).length).toBeLessThanOrEqual(240);
    expect(utf8(safeFileName(`a.${"x".repeat(500)}`)).length).toBe(240);
    expect(utf8(safeFileName("é".repeat(5000))).length).toBeLessThanOrEqual(240);
  });

  it("is quick for a million dots", () => {
    expect(safeFileName(`a${".".repeat(1_000_000)}b`)).toMatch(/^a.*b$/);
  });

  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc
      .array(
        fc.constantFrom(
          "..",
          "/",
          "\\",
          ":",
          " ",
          ".",
          "CON",
          "nul",
          "-",
          "\u202e",
          "\u200d",
          "\0",
          "é",
          "e\u0301",
          "👩",
          "x".repeat(90),
        ),
        { maxLength: 20 },
      )
      .map((parts) => parts.join("")),
  );
  it("whatever comes: one part, visible, bounded, no device, and safe is safe", () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toMatch(/[/\\:*?"<>|\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(safe).not.toMatch(/^[.\s-]|[.\s]$/);
        expect(safe).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)/i);
        expect(safe).not.toBe("");
        expect(utf8(safe).length).toBeLessThanOrEqual(240);
        expect(safeFileName(safe)).toBe(safe);
      }),
      { numRuns: 1000 },
    );
  });
});
