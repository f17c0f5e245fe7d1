// SHA-256 (FIPS 180-4) of short ASCII texts. The browser's own answers by a promise for each text and only on https, which is a hundred
// times too slow for a search and missing on a server in a local network.

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const [ROUND, BEGIN] = constants();
const schedule = new Int32Array(64);
const state = new Int32Array(8);

function constants(): [Int32Array, Int32Array] {
  const round = new Int32Array(64);
  const begin = new Int32Array(8);
  const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;
  for (let n = 2, count = 0; count < 64; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
    if (!isPrime) continue;
    if (count < 8) begin[count] = fraction(Math.sqrt(n));
    round[count++] = fraction(Math.cbrt(n));
  }
  return [round, begin];
}

/** The hash as eight words; the array is the same at every call. */
export function sha256(text: string): Int32Array {
  state.set(BEGIN);
  const blocks = ((text.length + 8) >> 6) + 1;
  for (let block = 0; block < blocks; block++) {
    for (let word = 0; word < 16; word++) {
      let bits = 0;
      for (let byte = 0; byte < 4; byte++) bits = (bits << 8) | byteAt(text, (block << 6) + (word << 2) + byte);
      schedule[word] = bits;
    }
    if (block === blocks - 1) schedule[15] = text.length << 3;
    compress();
  }
  return state;
}

function byteAt(text: string, at: number): number {
  if (at < text.length) return text.charCodeAt(at);
  return at === text.length ? 0x80 : 0;
}

function compress(): void {
  const w = schedule;
  for (let t = 16; t < 64; t++) {
    const a = w[t - 15] as number;
    const b = w[t - 2] as number;
    const small0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const small1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w[t] = (small1 + (w[t - 7] as number) + small0 + (w[t - 16] as number)) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const one = (h + big1 + ((e & f) ^ (~e & g)) + (ROUND[t] as number) + (w[t] as number)) | 0;
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const two = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = ((state[i] as number) + word) | 0));
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** Zero bits at the begin of a hash. */
export function leadingZeros(hash: Int32Array): number {
  let zeros = 0;
  for (const word of hash) {
    zeros += Math.clz32(word);
    if (word !== 0) break;
  }
  return zeros;
}
