// A Haoma that has been used for a week, so that every page of the console has something to show.
import { Session, experience, walk } from "./headless.mjs";
import { wrong } from "./codes.mjs";
import { ask } from "./management.mjs";
import { hongKong, mainland } from "./numbers.mjs";
import { authorization, discover, openid } from "./openid.mjs";

const DAY = 24 * 60 * 60_000;
const DAYS = 5;

/** Fills it; gives the ids of what stands there, by the names that `lib/rooms.mjs` uses in its paths. */
export async function seed(harness) {
  const regular = mainland();
  await fixedCodes(harness, 1);
  const hooks = await webHooks(harness);
  const failed = await givenUp(harness, hooks);
  for (let day = 0; day < DAYS; day += 1) {
    for (let person = 0; person <= day % 3; person += 1) await signIn(harness, "web-client", person ? mainland() : regular);
    await harness.advance(DAY);
  }
  await fixedCodes(harness, 30);
  await trouble(harness);
  await visitAt(harness, "web-client", regular);
  await visitAt(harness, "spa-client", regular);
  const users = { ...(await people(harness, regular)), guessed: await guessedAt(harness) };
  await blocked(harness);
  const connector = await versions(harness);
  return { ...users, ...connector, ...hooks, ...failed, ...(await applications(harness)), ...(await records(harness)) };
}

/** A number for reviewers, for so many days. */
const fixedCodes = (harness, expiresInDays) =>
  ask(harness, "POST", "test-numbers", { phone: mainland().full, owner: "韩梅梅, App Store review", expiresInDays });

/** Signs in, or registers, and takes the tokens, so that there are a session and a grant. */
async function visitAt(harness, id, number) {
  const { client, callback, checks } = await signIn(harness, id, number);
  await openid.authorizationCodeGrant(client.config, callback, checks);
  await harness.advance(61_000);
}

async function signIn(harness, id, number) {
  const client = await discover(harness, id);
  const { url, checks } = await authorization(client);
  return { client, checks, callback: await walk(new Session(harness), url, number) };
}

/** A message that is refused, and one of which nobody knows what became of it. */
async function trouble(harness) {
  for (const fault of [{ kind: "code", code: "isv.SMS_SIGNATURE_ILLEGAL" }, { kind: "drop_after_read" }]) {
    const session = new Session(harness);
    await experience.begin(session, (await authorization(await discover(harness, "spa-client"))).url);
    const identifier = { type: "phone", value: hongKong().full };
    await harness.withFault(fault, () =>
      session.json("POST", "/api/experience/verification/verification-code", { identifier, interactionEvent: "SignIn" }));
  }
}

async function people(harness, { full }) {
  const [found] = await ask(harness, "GET", `users?search=${full}`);
  await ask(harness, "PATCH", `users/${found.id}`, { name: "韩梅梅", username: "hanmeimei", customData: { plan: "gold", since: 2021 } });
  const locked = await ask(harness, "POST", "users", { primaryPhone: mainland().full, name: "Maximiliane von Hohenstein-Wolkersdorf", username: "maximiliane_von_hohenstein" });
  await ask(harness, "PATCH", `users/${locked.id}/is-suspended`, { isSuspended: true });
  return { user: found.id, locked: locked.id };
}

async function applications(harness) {
  const make = (name, type, redirectUris, more = {}) =>
    ask(harness, "POST", "applications", { name, type, oidcClientMetadata: { redirectUris, postLogoutRedirectUris: [] }, ...more });
  const shop = await make("Corner Shop", "Traditional", ["https://shop.example.com/callback"], { description: "Where everything is sold." });
  await ask(harness, "POST", `applications/${shop.id}/secrets`, { name: "until spring", expiresAt: harness.now() + 90 * DAY });
  const native = await make("Field notes", "Native", ["com.example.notes://callback"]);
  const service = await make("Nightly report", "MachineToMachine", []);
  return { application: shop.id, native: native.id, service: service.id };
}

async function versions(harness) {
  const [{ id }] = await ask(harness, "GET", "connectors");
  for (const timeoutMs of [3000, 4500]) {
    await ask(harness, "PATCH", `connectors/${id}`, { config: { ...harness.info.connector, timeoutMs } });
  }
  return { connector: id, version: 2 };
}

/** One that nobody answers, and one that has nothing to tell. */
async function webHooks(harness) {
  const make = (name, events, url) =>
    ask(harness, "POST", "hooks", { name, events, config: { url, headers: { Authorization: "Bearer of-the-corner-shop" }, retries: 0, allowPrivateAddresses: true } });
  const hook = await make("Corner Shop", ["PostRegister", "PostSignIn", "User.Created", "Message.Refused"], "http://127.0.0.1:9/hooks/haoma");
  const quiet = await make("Nightly report", ["User.Deleted"], "https://report.example.com/a/rather/long/path/of/a/web-hook");
  return { hook: hook.id, quiet: quiet.id };
}

/** Lets the time pass in which something is tried until it is given up. */
async function givenUp(harness, { hook }) {
  await ask(harness, "POST", "users", { primaryPhone: mainland().full, name: "Li Lei" });
  for (const minutes of [0, 2, 7, 40, 160, 480, 1300]) {
    await harness.advance(minutes * 60_000);
    await new Promise((resolve) => setTimeout(resolve, 1300));
  }
  const { hook_deliveries: all } = await harness.tables();
  return { delivery: all.find((row) => row.hook_id === hook && row.state === "failed").id };
}

/** Somebody's number, for which strangers typed as many wrong codes as they may. */
async function guessedAt(harness) {
  const number = mainland();
  const { id } = await ask(harness, "POST", "users", { primaryPhone: number.full, name: "Guo Jing" });
  for (let walks = 0; walks < 2; walks += 1) {
    const session = new Session(harness);
    await experience.begin(session, (await authorization(await discover(harness, "spa-client"))).url);
    const { verificationId } = await experience.send(session, number.full);
    const code = await harness.code(number.full);
    for (let turn = 1; turn <= 5; turn += 1) await experience.verify(session, number.full, verificationId, wrong(code, turn));
    await harness.advance(61_000);
  }
  return id;
}

/** One rule of each kind, and somebody who meets them. */
async function blocked(harness) {
  const prefix = hongKong();
  for (const rule of [
    { type: "block", kind: "prefix", value: prefix.plus.slice(0, 7), reason: "Pumping, ticket 4711" },
    { type: "block", kind: "country", value: "VN", expiresAt: harness.now() + 7 * DAY },
    { type: "block", kind: "number", value: mainland().plus, reason: "Asked us to stop" },
    { type: "allow", kind: "network", value: "2001:db8:4a2f:9c00::/56", reason: "Our own office, where everybody tries things out" },
  ]) await ask(harness, "POST", "security/sending-rules", rule);
  for (let times = 0; times < 4; times += 1) {
    const session = new Session(harness);
    await experience.begin(session, (await authorization(await discover(harness, "spa-client"))).url);
    const identifier = { type: "phone", value: prefix.full };
    await session.json("POST", "/api/experience/verification/verification-code", { identifier, interactionEvent: "SignIn" });
  }
}

/** Rows of each kind, by what became of them. */
async function records(harness) {
  const { messages, audit_events: events } = await harness.tables();
  const message = (status) => messages.find((row) => row.status === status).id;
  const event = (key, result) => events.find((row) => row.key === key && row.result === result).id;
  return {
    accepted: message("accepted"), refused: message("refused"), unknown: message("unknown"),
    event: event("User.Data.Updated", "Success"), failure: event("Interaction.SignIn.Verification.PhoneVerificationCode.Create", "Error"),
  };
}
