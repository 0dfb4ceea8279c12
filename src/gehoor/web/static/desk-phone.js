/** A telephone number as it is read back: in groups for the eye, digit by digit for the ear. */

const NUMBERS = { nl: ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"], en: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"] };

/**
 * The digits in groups: a Dutch mobile number as 06 12 34 56 78, another Dutch one as 088 000 01 00.
 * @param {string} phone
 * @returns {string[]}
 */
export function groups(phone) {
  const plus = phone.trim().startsWith("+");
  let digits = phone.replace(/\D/g, "");
  if (plus && digits.startsWith("31")) digits = `0${digits.slice(2)}`;
  else if (plus) return ["+", ...(digits.match(/.{1,2}/g) ?? [])];
  if (digits.length !== 10) return digits.match(/.{1,2}/g) ?? [];
  const sizes = digits.startsWith("06") ? [2, 2, 2, 2, 2] : [3, 3, 2, 2];
  let from = 0;
  return sizes.map((size) => digits.slice(from, (from += size)));
}

/** @param {string} phone  "06 12 34 56 78" */
export function inGroups(phone) {
  return groups(phone).join(" ").replace("+ ", "+");
}

/** @param {string} phone @param {"nl" | "en"} language  "nul zes, een twee, drie vier" */
export function aloud(phone, language) {
  const word = (/** @type {string} */ digit) => (digit === "+" ? "plus" : NUMBERS[language][Number(digit)]);
  return groups(phone)
    .map((group) => [...group].map(word).join(" "))
    .join(", ");
}
