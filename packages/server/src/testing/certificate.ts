/** A self-signed certificate for tests, made by openssl where it is installed. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Writes cert.pem and key.pem into the folder; `undefined` without openssl. */
export function makeCertificate(dir: string): { certFile: string; keyFile: string } | undefined {
  const [certFile, keyFile] = [join(dir, "cert.pem"), join(dir, "key.pem")];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  try {
    execFileSync("openssl", ["req", "-x509", "-days", "2", ...key, "-out", certFile, ...subject], {
      stdio: "ignore",
    });
  } catch {
    return undefined;
  }
  return { certFile, keyFile };
}
