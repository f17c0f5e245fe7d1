import { logto } from "./auth.js";

const element = (id) => document.getElementById(id);
const on = (id, act) => element(id).addEventListener("click", act);

if (window.location.pathname === "/callback") {
  await logto.handleSignInCallback(window.location.href);
  window.history.replaceState({}, "", "/");
}

const isAuthenticated = await logto.isAuthenticated();
element("sign-in").hidden = isAuthenticated;
element("me").hidden = !isAuthenticated;
element("sign-out").hidden = !isAuthenticated;
if (isAuthenticated) {
  const claims = await logto.getIdTokenClaims();
  element("person").textContent = claims.phone_number;
}

on("sign-in", () => logto.signIn(`${window.location.origin}/callback`));
on("sign-out", () => logto.signOut(`${window.location.origin}/`));
// asks Haoma anew; an access token that has died is replaced by means of the refresh token
on("me", async () => {
  element("answer").textContent = JSON.stringify(await logto.fetchUserInfo());
});
