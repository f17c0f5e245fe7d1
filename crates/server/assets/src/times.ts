// Countdowns and clock times. The server says how long; only the person's clock knows until when. Pure functions.

/** Seconds until `end`, rounded up, never negative; both in milliseconds of one clock. */
export function secondsLeft(end: number, now: number): number {
  return Math.max(0, Math.ceil((end - now) / 1000));
}

/** "0:58", "12:05". */
export function countdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The time of day in the page's language; with the date when it is not today. */
export function clockTime(at: Date, now: Date, language: string): string {
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const sameDay = at.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(language, sameDay ? time : { ...time, month: "short", day: "numeric" }).format(at);
}
