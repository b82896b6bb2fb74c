/** One version of the app, as the build writes it into the service worker. */
export interface AppVersion {
  /** Hash of the files, the headers and the service worker's own code: another build has another. */
  readonly id: string;
  /** Every file by its path, `/index.html`, with the SHA-256 of its bytes in base64. */
  readonly files: Readonly<Record<string, string>>;
  /** Of every answer, whatever the server said when the file was fetched. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The one page; what is shown is in the address's hash. */
export const PAGE = "/index.html";
