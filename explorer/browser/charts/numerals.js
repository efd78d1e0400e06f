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
