import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import type { HttpsOffer } from "./httpsNeeded.ts";
import { AUTHORITY_PATH, authorityAnswer, httpsNeeded } from "./httpsNeeded.ts";
import { WORDS, languageOf } from "./words.ts";

const authority = { certificate: new Uint8Array([1, 2, 3]), fingerprint: "AA:BB" };
const own: HttpsOffer = { https: true, authority, publicUrl: null };
const configured: HttpsOffer = { https: true, authority: null, publicUrl: null };
const nothing: HttpsOffer = { https: false, authority: null, publicUrl: null };

/** As much of a request as is read. */
function ask(offer: HttpsOffer, host = "192.168.1.20:5555", headers: Record<string, string> = {}): Response {
  return httpsNeeded(
    { headers: { host, accept: "text/html", ...headers } } as unknown as IncomingMessage,
    offer,
  );
}

describe("S3 plain http from elsewhere", () => {
  test("the page leads to https, to the authority and its fingerprint, and has no script", async () => {
    const answer = ask(own);
    const text = await answer.text();
    expect(answer.status).toBe(403);
    expect(text).toContain('href="https://192.168.1.20:5555/"');
    expect(text).toContain(`href="${AUTHORITY_PATH}"`);
    expect(text).toContain("<code>AA:<wbr>BB</code>");
    expect(text).not.toMatch(/<script|\son\w+=|style=|javascript:/i);
  });

  test("its policy lets nothing in but its own style", async () => {
    const answer = ask(own);
    const style = /<style>(.*)<\/style>/s.exec(await answer.text())?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(answer.headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
  });

  test("a certificate that others have made needs no trust; without https who runs the server is told how", async () => {
    const text = await ask(configured).text();
    expect(text).toContain('href="https://192.168.1.20:5555/"');
    expect(text).not.toContain(AUTHORITY_PATH);
    expect(await ask(nothing).text()).toContain("tls.selfMade");
    expect(await ask(nothing).text()).not.toContain("https://");
  });

  test.each([
    ["nas.local:5555", "https://nas.local:5555/"],
    ["[fd00::20]:5555", "https://[fd00::20]:5555/"],
    ["nas.local", "https://nas.local:80/"],
  ])("asked as %s it leads to %s", async (host, address) => {
    expect(await ask(own, host).text()).toContain(`href="${address}"`);
  });

  test.each(['x"><script>alert(1)</script>', "a b", "user@evil.example", "evil.example/path", "", "x:99999"])(
    "ATK: a host such as %s leads nowhere",
    async (host) => {
      const text = await ask(own, host).text();
      expect(text).not.toContain("<script");
      expect(text).not.toContain("evil.example");
      expect(text).not.toContain('class="open"');
    },
  );

  test("a public address is preferred", async () => {
    expect(await ask({ ...own, publicUrl: "https://chat.example.org" }).text()).toContain(
      'href="https://chat.example.org/"',
    );
  });

  test("programs get a line", async () => {
    const answer = ask(own, "nas.local:5555", { accept: "*/*" });
    expect(await answer.text()).toBe("https is needed: https://nas.local:5555\n");
    expect(await ask(nothing, "nas.local:5555", { accept: "*/*" }).text()).toContain("tls.certFile");
  });

  test.each([
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["ru", "ru"],
    ["fr-FR, ru;q=0.5", "ru"],
    ["fr", "en"],
    ["constructor", "en"],
    [undefined, "en"],
  ] as const)("Accept-Language %s is answered in %s", async (header, language) => {
    expect(languageOf(header)).toBe(language);
    const text = await ask(
      own,
      "nas.local:1",
      header === undefined ? {} : { "accept-language": header },
    ).text();
    expect(text).toContain(`<html lang="${language}">`);
    expect(text).toContain(WORDS[language].title);
    expect(text).not.toMatch(/\{\w+\}/);
  });
});

test("S3 the authority's certificate has the type that systems install", async () => {
  const answer = authorityAnswer(authority);
  expect(answer.headers.get("content-type")).toBe("application/x-x509-ca-cert");
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(authority.certificate);
});
