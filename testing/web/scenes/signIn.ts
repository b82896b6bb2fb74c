/** Before anybody is signed in, and when nobody can be. */
import { fill, inOrder, press, see } from "../acts.ts";
import type { Scene } from "../scenes.ts";
import type { HomeScript } from "../stage/page/script.ts";

const SIGNED_OUT: HomeScript = { open: "storeMissing" };
const PASSWORD = "a quiet word at the harbour";

const register = inOrder(
  fill("signIn.userName", "alice"),
  fill("signIn.password", PASSWORD),
  press("button", "signIn.submitRegister"),
);
const signIn = inOrder(
  press("button", "signIn.haveAccount"),
  fill("signIn.userName", "alice"),
  fill("signIn.password", PASSWORD),
  press("button", "signIn.submitSignIn"),
);

export const signInScenes: readonly Scene[] = [
  { name: "register", home: SIGNED_OUT },
  {
    name: "register-filled",
    home: SIGNED_OUT,
    act: inOrder(fill("signIn.userName", "alice"), fill("signIn.password", PASSWORD)),
  },
  {
    name: "register-weak",
    home: SIGNED_OUT,
    act: inOrder(fill("signIn.userName", "al!ce"), fill("signIn.password", "short")),
  },
  { name: "register-invited", home: SIGNED_OUT, address: "#/add/bob" },
  { name: "register-invited-room", variant: true, home: SIGNED_OUT, address: "#/room/k3v8mq0ztw5e" },
  {
    name: "register-taken",
    home: { ...SIGNED_OUT, signIn: "userNameTaken" },
    act: inOrder(register, see("[role=alert]:not(:empty)")),
  },
  {
    name: "register-offline",
    variant: true,
    home: { ...SIGNED_OUT, signIn: "offline" },
    act: inOrder(register, see("[role=alert]:not(:empty)")),
  },
  { name: "registering", home: { ...SIGNED_OUT, signIn: "never", step: "makingKeys" }, act: register },
  { name: "sign-in", home: SIGNED_OUT, act: press("button", "signIn.haveAccount") },
  {
    name: "sign-in-wrong",
    home: { ...SIGNED_OUT, signIn: "wrongCredentials" },
    act: inOrder(signIn, see("[role=alert]:not(:empty)")),
  },
  {
    name: "move-offer",
    home: { ...SIGNED_OUT, signIn: "otherDevice" },
    act: inOrder(signIn, see("#move-offer")),
  },
  { name: "cannot-go-on", home: { open: "storeDamaged" } },
];
