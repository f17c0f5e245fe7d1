import { createInterface } from "node:readline/promises";
import { Haoma } from "./haoma.mjs";

const haoma = new Haoma({
  endpoint: process.env.HAOMA_ENDPOINT,
  clientId: process.env.HAOMA_CLIENT_ID,
  redirectUri: process.env.HAOMA_REDIRECT_URI,
});
await haoma.begin();
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const asks = async (question, act) => {
  try {
    return await act(await terminal.question(question));
  } catch (error) {
    // what Haoma refuses has a sentence that says what to do; who took too long begins anew
    if (!error.status || error.code === "session.not_found") throw error;
    console.log(error.message);
    return asks(question, act);
  }
};
await asks("Phone number with country code: ", (phone) => haoma.sendCode(phone));
const CODE = "Code, or nothing for another message: ";
const enter = async (code) => {
  if (code) return haoma.enterCode(code);
  await haoma.resend();
  return asks(CODE, enter);
};
await asks(CODE, enter);
console.log(await haoma.userInfo());
await haoma.signOut();
terminal.close();
