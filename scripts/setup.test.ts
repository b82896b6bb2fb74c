/** The set-up on machines that lack its packages: it installs them, or names them, and never fails. */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const isRoot = process.getuid?.() === 0;

describe("setup", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sotto-setup-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("names the packages where there is no apt-get", () => {
    const { status, stdout } = setup(folder);
    expect(status).toBe(0);
    expect(stdout).toContain("apt-get install chromium");
    expect(stdout).toContain("apt-get install strace");
    expect(stdout).toContain("apt-get install libnss3-tools");
  });

  test("says nothing where nothing is missing", () => {
    for (const command of ["chromium", "strace", "ip", "turnserver", "certutil", "nft"])
      plant(folder, command, "");
    expect(setup(folder)).toEqual({ status: 0, stdout: "" });
  });

  test.skipIf(!isRoot)("installs what is missing, after one update", () => {
    for (const command of ["strace", "ip", "turnserver", "certutil", "nft"]) plant(folder, command, "");
    plant(
      folder,
      "apt-get",
      `echo "$*" >> "${folder}/calls"\ncase "$*" in *install*) echo > "${folder}/chromium"; /bin/chmod 755 "${folder}/chromium";; esac`,
    );
    const { status, stdout } = setup(folder);
    expect(status).toBe(0);
    expect(stdout).not.toContain("is missing");
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(/update$/);
    expect(calls[1]).toMatch(/install .*chromium$/);
  });

  test.skipIf(!isRoot)("starts no service that a package brings", () => {
    for (const command of ["chromium", "strace", "ip", "certutil", "nft"]) plant(folder, command, "");
    for (const command of ["apt-get", "systemctl"])
      plant(folder, command, `echo "${command} $*" >> "${folder}/calls"`);
    setup(folder);
    expect(readFileSync(join(folder, "calls"), "utf8").trim().split("\n")).toEqual([
      expect.stringMatching(/^apt-get .*update$/),
      "systemctl mask coturn.service",
      expect.stringMatching(/^apt-get .*install .*coturn$/),
      "systemctl unmask coturn.service",
      "systemctl disable coturn.service",
    ]);
  });

  test.skipIf(!isRoot)("names the packages where apt-get fails", () => {
    plant(folder, "apt-get", `echo "no network" >&2\nexit 100`);
    const { status, stdout } = setup(folder);
    expect(status).toBe(0);
    expect(stdout).toContain("no network");
    expect(stdout).toContain("apt-get install chromium");
    expect(existsSync(join(folder, "chromium"))).toBe(false);
  });
});

function setup(path: string): { status: number | null; stdout: string } {
  const script = join(import.meta.dirname, "setup.ts");
  const { status, stdout } = spawnSync(process.execPath, [script], { env: { PATH: path }, encoding: "utf8" });
  return { status, stdout };
}

/** An executable that only runs `body`. */
function plant(folder: string, name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}
