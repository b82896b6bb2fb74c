/** The conversation of the demonstration: forty messages, and what happens in between. */

export type Person = "alice" | "bob";

export type Scene =
  /** Sent one behind the other without waiting; the scene ends when the other person, if there, has all of it. */
  | { readonly kind: "says"; readonly from: Person; readonly texts: readonly string[] }
  | { readonly kind: "leaves"; readonly who: Person }
  /** Comes back and receives what was said meanwhile. */
  | { readonly kind: "returns"; readonly who: Person }
  /** The server is killed while these are on their way, and started again. */
  | { readonly kind: "killed while"; readonly from: Person; readonly texts: readonly string[] }
  | { readonly kind: "renews keys"; readonly who: Person };

const alice = (...texts: string[]): Scene => ({ kind: "says", from: "alice", texts });
const bob = (...texts: string[]): Scene => ({ kind: "says", from: "bob", texts });

/** The text of the contact request, the first of the forty. */
export const REQUEST_TEXT = "Hello bob, this is alice. Shall we plan the garden here?";

export const SCENES: readonly Scene[] = [
  bob("Hello alice! Yes, let us do it here.", "I have measured the beds: four metres by two, three of them."),
  alice("Good. Tomatoes want the southern one.", "And beans along the fence.", "Lettuce in between."),
  bob("Beans, agreed. What about the corner with shade?"),
  alice("Ferns. Or that bench you spoke of."),
  bob("The bench! I had forgotten it.", "It needs two new planks; I shall get larch."),
  alice("How long should they be?"),
  bob("One metre forty, and 35 mm thick."),
  alice("Then I bring screws.", "Stainless: 60 mm, twenty of them."),
  { kind: "leaves", who: "bob" },
  alice(
    "You have gone for the planks already, I suppose.",
    "I write down what else we need meanwhile.",
    "Twine for the beans, the long ladder, and both watering cans.",
    "The tap behind the house drips - bring a washer, 3/4 inch.",
    "And seeds: «Ruthje», «Black Cherry», and the yellow ones whose name I never remember 🍅",
  ),
  { kind: "returns", who: "bob" },
  bob("Back, planks and all. I have read your list.", "The yellow ones are called «Golden Currant»."),
  alice("That is it! Thank you."),
  { kind: "renews keys", who: "alice" },
  bob("The washer I have in the cellar, I think.", "No: in the blue tin by the door. Found it."),
  {
    kind: "killed while",
    from: "alice",
    texts: [
      "Saturday at ten?",
      "It should stay dry until the evening, says the forecast.",
      "If not, we build the bench in the shed.",
      "Either way there will be soup.",
    ],
  },
  bob("Saturday at ten. Soup settles it.", "Shall I bring bread?"),
  alice("Please do. The dark one with the hard crust."),
  bob("From the mill, then; they open at eight.", "I pass there anyway."),
  alice("Perfect. My mother asks whether you still have her spade."),
  bob("I do, and I am ashamed. It comes along."),
  alice("She will forgive you, given enough tomatoes."),
  bob("Then we had better plant four rows.", "Five rows."),
  alice("Five rows it is. See you on Saturday!"),
  bob("See you on Saturday, alice."),
];

/** All texts of one person, in order. */
export function textsOf(person: Person): readonly string[] {
  const said = SCENES.flatMap((scene) => ("texts" in scene && scene.from === person ? scene.texts : []));
  return person === "alice" ? [REQUEST_TEXT, ...said] : said;
}
