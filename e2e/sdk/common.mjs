// What the Node clients share: settings from arguments or the environment, one line of JSON, the exit code.

/** Settings; the sign name and template are those of the simulator's default seed unless given. */
export function settings() {
  const [, , ...given] = process.argv;
  const value = (at, name, fallback) => given[at] ?? process.env[name] ?? fallback;
  const found = {
    endpoint: value(0, "HAOMA_SMS_ENDPOINT"),
    accessKeyId: value(1, "HAOMA_SMS_ACCESS_KEY_ID"),
    accessKeySecret: value(2, "HAOMA_SMS_ACCESS_KEY_SECRET"),
    phone: value(3, "HAOMA_SMS_PHONE"),
    signName: process.env.HAOMA_SMS_SIGN_NAME ?? "号码演示",
    templateCode: process.env.HAOMA_SMS_TEMPLATE_CODE ?? "SMS_100000003",
  };
  const missing = Object.keys(found).filter((key) => !found[key]);
  if (missing.length > 0) {
    console.error(`missing: ${missing.join(", ")} (arguments: host:port key-id key-secret phone)`);
    process.exit(2);
  }
  return found;
}

/** Prints the outcome and sets the exit code. */
export function report(outcome) {
  console.log(JSON.stringify(outcome));
  process.exitCode = outcome.ok ? 0 : 1;
}

/** Today in UTC+8, as `SendDate` wants it. */
export function today() {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll("-", "");
}
