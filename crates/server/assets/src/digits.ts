// Digits as people type and paste them. Pure functions.

/** Full-width digits become ASCII; everything else stays. */
export function asciiDigits(text: string): string {
  return text.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}

/** The six-digit code inside pasted text: "123456", "123 456", "code is 123-456", "【Haoma】验证码123456，5分钟内有效". */
export function findCode(text: string): string | undefined {
  const found = /(?:^|[^0-9])([0-9](?:[ \u00a0-]?[0-9]){5})(?![0-9])/.exec(asciiDigits(text));
  return found?.[1]?.replace(/[^0-9]/g, "");
}

/** What stays in the code field while somebody types: digits, six at most. */
export function onlyCode(text: string): string {
  return findCode(text) ?? asciiDigits(text).replace(/[^0-9]/g, "").slice(0, 6);
}
