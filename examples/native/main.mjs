import { createInterface } from "node:readline/promises";
import { Haoma } from "./haoma.mjs";

const haoma = new Haoma({
  endpoint: process.env.HAOMA_ENDPOINT,
  clientId: process.env.HAOMA_CLIENT_ID,
  redirectUri: process.env.HAOMA_REDIRECT_URI,
});
const terminal = createInterface({ input: process.stdin, output: process.stdout });
await haoma.sendCode(await terminal.question("Phone number with country code: "));
await haoma.enterCode(await terminal.question("Code: "));
console.log(await haoma.userInfo());
await haoma.signOut();
terminal.close();
