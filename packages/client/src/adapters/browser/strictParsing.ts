/**
 * Imported before everything else that runs in the worker: zod otherwise tries whether it may make code from strings, and the content
 * security policy reports the attempt.
 */
import { config } from "zod";

config({ jitless: true });
