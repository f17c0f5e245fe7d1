// A page can be read before its styles and scripts are there.

/** Waits until it has them. Whoever comes from another page waits for something of this one first. */
export function whole(page) {
  return page.waitForLoadState();
}

/** Keeps the first script of the next page back; gives what lets it come, and waits for the whole page. */
export async function keepScriptBack(page) {
  let holds;
  const held = new Promise((resolve) => (holds = resolve));
  await page.route("**/*.js", holds, { times: 1 });
  return async () => {
    await (await held).continue();
    await whole(page);
  };
}
