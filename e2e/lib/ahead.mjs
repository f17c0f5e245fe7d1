// Loaded before a program (`node --import`): its clock goes ahead by the milliseconds that the file HAOMA_AHEAD holds.
import { readFileSync } from "node:fs";

const Real = Date;
const ahead = () => Number(readFileSync(process.env.HAOMA_AHEAD, "utf8"));

globalThis.Date = class Date extends Real {
  constructor(...parts) {
    if (parts.length > 0) super(...parts);
    else super(Date.now());
  }

  static now() {
    return Real.now() + ahead();
  }
};
