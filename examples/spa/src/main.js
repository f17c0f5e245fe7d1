import { logto } from "./auth.js";

const redirectUri = process.env.HAOMA_REDIRECT_URI;
const element = (id) => document.getElementById(id);
const on = (id, act) => element(id).addEventListener("click", act);

if (window.location.href.startsWith(redirectUri)) {
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

on("sign-in", () => logto.signIn(redirectUri));
on("sign-out", () => logto.signOut(`${window.location.origin}/`));
// asks Haoma anew; an access token that has died is replaced by means of the refresh token
on("me", async () => {
  try {
    element("answer").textContent = JSON.stringify(await logto.fetchUserInfo());
  } catch (error) {
    if (!["oidc.invalid_grant", "oidc.invalid_token"].includes(error.code)) throw error;
    // the session was ended elsewhere, or access was taken back: Haoma takes the tokens no more
    await logto.clearAllTokens();
    window.location.reload();
  }
});
