// The published `@logto/node`, set up for an application of the run, with adapters as its documentation describes them.
import logto from "@logto/node";

const LogtoClient = logto.default ?? logto;

/** An application on Logto's SDK: storage in memory, navigation noted down in `been`. */
export function logtoApplication(harness, id) {
  const { secret, redirect_uris: [redirectUri], post_logout_redirect_uris: [afterwards] } = harness.application(id);
  const kept = new Map();
  const storage = {
    getItem: async (key) => kept.get(key) ?? null,
    setItem: async (key, value) => void kept.set(key, value),
    removeItem: async (key) => void kept.delete(key),
  };
  const been = [];
  const config = { endpoint: harness.haoma, appId: id, appSecret: secret, scopes: ["phone"] };
  const client = new LogtoClient(config, { storage, navigate: async (url) => void been.push(url) });
  return { client, been, redirectUri, afterwards };
}
