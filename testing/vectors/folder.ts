import { join } from "node:path";

/** Where the official vectors are looked for: beside the repository. */
export const VECTOR_FOLDER: string = join(import.meta.dirname, "../../../shared/vectors/mls");
