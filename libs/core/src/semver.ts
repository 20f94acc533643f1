/** The grammar of https://semver.org/#spec-item-11 and its suggested expression, without captures. */
const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;
const PLUS = 43;
const DASH = 45;
const DOT = 46;
const NINE = 57;

/** True for a version of Semantic Versioning 2.0.0, such as "1.2.3-rc.1+build.5"; not for "v1.2.3" or "1.2". */
export function isSemver(text: string): boolean {
  return SEMVER.test(text);
}

/**
 * Precedence of two valid versions by Semantic Versioning 2.0.0, item 11: negative, 0 or positive. Build metadata
 * does not count. Numbers of any length compare exactly. Allocates nothing.
 */
export function compareSemver(a: string, b: string): number {
  let i = 0;
  let j = 0;
  for (let part = 0; part < 3; part += 1) {
    const endA = identifierEnd(a, i);
    const endB = identifierEnd(b, j);
    const order = compareNumbers(a, i, endA, b, j, endB);
    if (order !== 0) return order;
    i = endA + (part < 2 ? 1 : 0);
    j = endB + (part < 2 ? 1 : 0);
  }
  const preA = a.charCodeAt(i) === DASH;
  const preB = b.charCodeAt(j) === DASH;
  // A version with a pre-release part comes before the one without.
  if (!preA || !preB) return Number(preB) - Number(preA);
  return comparePreRelease(a, i + 1, b, j + 1);
}

function comparePreRelease(a: string, startA: number, b: string, startB: number): number {
  let i = startA;
  let j = startB;
  for (;;) {
    const endA = preReleaseEnd(a, i);
    const endB = preReleaseEnd(b, j);
    const order = compareIdentifiers(a, i, endA, b, j, endB);
    if (order !== 0) return order;
    const moreA = a.charCodeAt(endA) === DOT;
    const moreB = b.charCodeAt(endB) === DOT;
    // The longer list wins when all before are equal.
    if (!moreA || !moreB) return Number(moreA) - Number(moreB);
    i = endA + 1;
    j = endB + 1;
  }
}

function compareIdentifiers(
  a: string,
  i: number,
  endA: number,
  b: string,
  j: number,
  endB: number,
): number {
  const numericA = isNumeric(a, i, endA);
  const numericB = isNumeric(b, j, endB);
  if (numericA && numericB) return compareNumbers(a, i, endA, b, j, endB);
  // Numeric identifiers come before alphanumeric ones.
  return numericA === numericB ? compareText(a, i, endA, b, j, endB) : numericA ? -1 : 1;
}

/** Without leading zeros the longer number is the larger one. */
function compareNumbers(
  a: string,
  i: number,
  endA: number,
  b: string,
  j: number,
  endB: number,
): number {
  return endA - i - (endB - j) || compareText(a, i, endA, b, j, endB);
}

function compareText(
  a: string,
  startA: number,
  endA: number,
  b: string,
  startB: number,
  endB: number,
): number {
  const length = Math.min(endA - startA, endB - startB);
  for (let k = 0; k < length; k += 1) {
    const order = a.charCodeAt(startA + k) - b.charCodeAt(startB + k);
    if (order !== 0) return order;
  }
  return endA - startA - (endB - startB);
}

function isNumeric(text: string, from: number, to: number): boolean {
  for (let k = from; k < to; k += 1)
    if (text.charCodeAt(k) > NINE || text.charCodeAt(k) === DASH) return false;
  return true;
}

function identifierEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length) {
    const unit = text.charCodeAt(end);
    if (unit === DOT || unit === DASH || unit === PLUS) break;
    end += 1;
  }
  return end;
}

function preReleaseEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charCodeAt(end) !== DOT && text.charCodeAt(end) !== PLUS)
    end += 1;
  return end;
}
