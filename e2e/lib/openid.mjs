// The published `openid-client`, set up for an application of the run.
import * as openid from "openid-client";

/** Discovers Haoma as an application would. */
export async function discover(harness, id) {
  const application = harness.application(id);
  const method = application.secret ? openid.ClientSecretBasic(application.secret) : openid.None();
  const options = { execute: [openid.allowInsecureRequests] };
  const config = await openid.discovery(new URL(`${harness.haoma}/oidc`), id, undefined, method, options);
  return { config, application };
}

/** An authorization request and what is needed to check its answer. */
export async function authorization({ config, application }, more = {}) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: openid.randomState(), expectedNonce: openid.randomNonce(), idTokenExpected: true };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: application.redirect_uris[0],
    scope: "openid profile phone offline_access",
    prompt: "consent",
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...more,
  });
  return { url, checks };
}

export { openid };
