/** For tests of other packages: never part of a product. */
export { seededRandom } from "../provider/seeded.ts";
