// Foreign clients that are libraries: `openid-client` and `@logto/node` from npm, unchanged, with and without a secret.
import { after } from "node:test";
import { openClock } from "../lib/clock.mjs";
import { fiveSteps } from "../lib/five-steps.mjs";
import { startHarness } from "../lib/harness.mjs";
import { logtoApplication } from "../lib/logto.mjs";
import { authorization, discover, openid } from "../lib/openid.mjs";

const harness = await startHarness();
const clock = await openClock(harness);
await clock.wear();
after(async () => {
  await clock.remove();
  await harness.stop();
});
const later = (milliseconds) => clock.later(milliseconds);

for (const id of ["web-client", "spa-client"]) {
  fiveSteps(`openid-client, ${id}`, harness, async () => {
    const client = await discover(harness, id);
    const [afterwards] = client.application.post_logout_redirect_uris;
    let checks;
    let tokens;
    return {
      afterwards,
      later,
      signIn: async () => {
        const begun = await authorization(client);
        ({ checks } = begun);
        return begun.url;
      },
      callback: async (url) => {
        tokens = await openid.authorizationCodeGrant(client.config, url, checks);
      },
      person: async () => {
        if (!tokens) return undefined;
        const { sub } = tokens.claims();
        try {
          // what a refresh does not bring stays as it was
          if (tokens.expiresIn() === 0) Object.assign(tokens, await openid.refreshTokenGrant(client.config, tokens.refresh_token));
          return await openid.fetchUserInfo(client.config, tokens.access_token, sub);
        } catch (error) {
          if (error.error !== "invalid_grant" && error.status !== 401) throw error;
          tokens = undefined;
          return undefined;
        }
      },
      signOut: () => {
        const url = openid.buildEndSessionUrl(client.config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: afterwards });
        tokens = undefined;
        return url;
      },
    };
  });

  fiveSteps(`@logto/node, ${id}`, harness, () => {
    const { client, been, redirectUri, afterwards } = logtoApplication(harness, id);
    return {
      afterwards,
      later,
      signIn: async () => {
        await client.signIn({ redirectUri });
        return been.pop();
      },
      callback: (url) => client.handleSignInCallback(url.href),
      person: async () => {
        if (!(await client.isAuthenticated())) return undefined;
        try {
          return await client.fetchUserInfo();
        } catch (error) {
          if (!["oidc.invalid_grant", "oidc.invalid_token"].includes(error.code)) throw error;
          await client.clearAllTokens();
          return undefined;
        }
      },
      signOut: async () => {
        await client.signOut(afterwards);
        return been.pop();
      },
    };
  });
}
