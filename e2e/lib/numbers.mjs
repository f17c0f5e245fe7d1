// Numbers nobody used before in this run.
let next = 0;

/** A mainland mobile: as people type it, and with country code as the provider lists it. */
export function mainland() {
  next += 1;
  return number("86", `138${String(10_010_000 + next * 37)}`);
}

/** A Hong Kong mobile. */
export function hongKong() {
  next += 1;
  return number("852", `9${String(1_230_000 + next * 37)}`);
}

/** An American number from the range kept for fiction. */
export function american() {
  next += 1;
  return number("1", `20155501${String(next % 100).padStart(2, "0")}`);
}

const number = (countryCode, national) => ({ national, full: countryCode + national, plus: `+${countryCode}${national}` });
