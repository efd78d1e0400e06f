/** Numbers as they are written in words. */

/** @param {number} value */
export function signed(value) {
  return `${value < 0 ? "−" : value > 0 ? "+" : ""}${Math.abs(value).toFixed(3)}`;
}

/** With a true minus sign. @param {number} value @param {number} decimals */
export function fixed(value, decimals) {
  return value.toFixed(decimals).replace("-", "−");
}

/** @param {number} number */
export function subscript(number) {
  return [...String(number)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join("");
}

/** A share in per cent, that never claims an impossible 0 or a certain 100. @param {number} share from 0 to 1 */
export function percent(share) {
  if (share > 0 && share < 0.001) return "< 0.1";
  if (share > 0.999 && share < 1) return "> 99.9";
  return (100 * share).toFixed(1);
}

/** Shares in per cent, in full. @param {ArrayLike<number>} shares */
export function inPercent(shares) {
  return Array.from(shares, (share) => 100 * share);
}
