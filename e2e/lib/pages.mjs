// The pages as somebody with a screen reader meets them: roles, labels, names. The only place with selectors.
import { whole } from "./whole.mjs";

class Page {
  constructor(page, words, harness) {
    Object.assign(this, { page, words, harness });
  }

  get heading() {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** What went wrong, as it is announced. */
  get error() {
    return this.page.getByRole("alert");
  }

  button(key) {
    return this.page.getByRole("button", { name: this.words.text(key), exact: true });
  }

  /** Waits until it has its styles and scripts. */
  async whole() {
    await whole(this.page);
  }

  /** Waits until the error says what the locale file has under `key`, and gives the whole sentence. */
  async says(key) {
    await this.error.filter({ hasText: this.words.match(key) }).waitFor();
    await this.whole();
    return this.error.innerText();
  }
}

/** The demo application, before and after. */
export class DemoPage extends Page {
  get signInButton() {
    return this.page.getByRole("link", { name: this.words.text("demo-sign-in"), exact: true });
  }

  get signOutButton() {
    return this.button("demo-sign-out");
  }

  async open() {
    await this.page.goto(`${this.harness.haoma}/demo-app`);
  }

  async signIn() {
    await this.signInButton.click();
  }

  /** Asks Haoma once more who is there. */
  async signInAgain() {
    const before = (await this.claims()).nonce;
    await this.page.getByRole("link", { name: this.words.text("demo-again"), exact: true }).click();
    const nonces = this.page.getByRole("row").filter({ has: this.page.getByRole("code").getByText("nonce", { exact: true }) });
    await nonces.filter({ hasNotText: before }).waitFor();
  }

  async signOut() {
    await this.signOutButton.click();
  }

  /** Waits for the application to know who is there. */
  async signedIn() {
    await this.page.waitForURL(/\/demo-app/);
    await this.page.getByRole("heading", { name: this.words.text("demo-signed-in") }).waitFor();
  }

  /** Waits for the application to know nobody is there. */
  async signedOut() {
    await this.page.waitForURL(/\/demo-app/);
    await this.signInButton.waitFor();
  }

  /** What the application was told, as it shows it. */
  async claims() {
    await this.signedIn();
    const rows = await this.page.getByRole("table", { name: this.words.text("demo-claims") }).getByRole("row").all();
    const claims = {};
    for (const row of rows) {
      const cell = row.getByRole("cell");
      if ((await cell.count()) > 0) claims[await row.getByRole("code").innerText()] = await cell.innerText();
    }
    return claims;
  }

  /** Who it is. */
  async subject() {
    return (await this.claims()).sub;
  }
}

/** Where the number is typed. */
export class PhonePage extends Page {
  get field() {
    return this.page.getByRole("textbox", { name: this.words.text("phone-label"), exact: true });
  }

  get submit() {
    return this.button("get-code");
  }

  /** The picker's button, with script. */
  get country() {
    return this.page.getByRole("button", { name: this.words.match("country-button") });
  }

  /** The search box of the opened picker. */
  get countrySearch() {
    return this.page.getByRole("combobox", { name: this.words.text("country-search") });
  }

  /** The plain list, without script. */
  get countrySelect() {
    return this.page.getByLabel(this.words.text("country-label"), { exact: true });
  }

  async shown() {
    await this.submit.waitFor();
    await this.whole();
  }

  async ask(text) {
    await this.field.fill(text);
    await this.submit.click();
  }

  /** Pastes, as a person does. */
  async paste(text) {
    await paste(this.field, text);
  }

  /** Searches in the picker and takes what comes first. */
  async chooseCountry(search) {
    await this.country.click();
    await this.countrySearch.fill(search);
    await this.countrySearch.press("Enter");
    await this.countrySearch.waitFor({ state: "detached" });
  }

  /** Waits until the picker's button names the country. */
  async countryIs(pattern) {
    await this.page.getByRole("button", { name: pattern, expanded: false }).waitFor();
  }
}

/** Where the code is typed. */
export class CodePage extends Page {
  get field() {
    return this.page.getByRole("textbox", { name: this.words.text("code-label"), exact: true });
  }

  get submit() {
    return this.button("code-continue");
  }

  get change() {
    return this.page.getByRole("link", { name: this.words.text("code-change"), exact: true });
  }

  /** The button that asks for another message, whatever it says at the moment. */
  get resend() {
    const names = ["resend", "resend-new", "resend-in"].map((key) => this.words.match(key).source);
    return this.page.getByRole("button", { name: new RegExp(`^(${names.join("|")})$`) });
  }

  /** Waits for it; where the device has to work first, that may take long on a slow one. */
  async shown({ afterTask = false } = {}) {
    await this.submit.waitFor(afterTask ? { timeout: 120_000 } : {});
    await this.whole();
  }

  /** Types and presses the button. */
  async enter(code) {
    await this.field.fill("");
    await this.field.pressSequentially(code);
    await this.submit.click();
  }

  /** Pastes, as a person does. */
  async paste(text) {
    await paste(this.field, text);
  }

  /** Waits for the page that refuses this value. */
  async errorIsAbout(value) {
    await this.field.and(this.page.locator(`[value="${value}"]`)).waitFor();
    await this.error.waitFor();
    await this.whole();
  }

  /** Waits until the countdown is over and another message may be asked for: a minute, where the clock cannot be moved. */
  async mayAskAgain() {
    await this.button("resend").and(this.page.locator(":enabled")).waitFor({ timeout: 90_000 });
  }

  /** Waits for the word that another message went out. */
  async sentAgain() {
    await this.page.getByRole("status").filter({ hasText: this.words.text("resend-done") }).waitFor();
    await this.whole();
  }

  /** Waits for the refusal of another message; gives the whole sentence. */
  async refusedResend() {
    return this.says("error-request-cooldown");
  }
}

/** Where somebody allows an application of somebody else. */
export class ConsentPage extends Page {
  get allow() {
    return this.button("consent-allow");
  }

  get deny() {
    return this.button("consent-deny");
  }
}

/** One's own account, and the steps to another number. */
export class AccountPage extends Page {
  async open() {
    await this.page.goto(`${this.harness.haoma}/account`);
  }

  /** Waits for the page itself. */
  async shown() {
    await this.step("account-title");
  }

  get name() {
    return this.page.getByRole("textbox", { name: this.words.text("account-name-label"), exact: true });
  }

  get number() {
    return this.section("account-phone").locator("bdi");
  }

  get changeNumber() {
    return this.page.getByRole("link", { name: this.words.text("account-phone-change"), exact: true });
  }

  get others() {
    return this.page.getByRole("checkbox", { name: this.words.text("account-others"), exact: true });
  }

  section(key) {
    return this.page.getByRole("region", { name: this.words.text(key), exact: true });
  }

  /** The lines of a list. */
  lines(key) {
    return this.section(key).getByRole("listitem");
  }

  /** Waits for the word that something was done. */
  async notes(key) {
    await this.page.getByRole("status").filter({ hasText: this.words.text(key) }).waitFor();
    await this.whole();
  }

  /** Waits for a step by its heading. */
  async step(key) {
    await this.heading.filter({ hasText: this.words.text(key) }).waitFor();
    await this.whole();
  }

  /** From the account to the field for the code of the number they have. */
  async prove() {
    await this.changeNumber.click();
    await this.step("account-prove-title");
    await this.button("get-code").click();
    await this.step("code-title");
  }
}

/** A page that says one thing. */
export class MessagePage extends Page {
  async says(key) {
    await this.page.getByText(this.words.match(key)).first().waitFor();
  }

  /** Says yes to Haoma's question; the page it comes from may have a button of the same name, and leave only after a while. */
  async confirmSignOut() {
    await this.heading.filter({ hasText: this.words.match("sign-out-title") }).waitFor();
    await this.button("sign-out-yes").click();
  }
}

/** The simulator's inbox. */
export class InboxPage extends Page {
  async open(query = "") {
    await this.page.goto(`${this.harness.simulator}/${query}`);
  }

  get messages() {
    return this.page.getByRole("list").getByRole("listitem");
  }

  /** Waits until a number has received so many messages; gives the code in the newest, which stands first. */
  async newestCode(number, count) {
    const digits = new RegExp(`^\\+${[...number.full].join(" ?")}$`);
    const received = this.messages.filter({ has: this.page.getByText(digits) });
    await received.nth(count - 1).waitFor();
    return received.first().getByRole("strong").innerText();
  }
}

/** Through the clipboard event, with the browser's own insertion where the page leaves it alone. */
async function paste(field, text) {
  await field.focus();
  await field.evaluate((input, pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    if (input.dispatchEvent(event)) document.execCommand("insertText", false, pasted);
  }, text);
}
