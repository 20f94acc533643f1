/** The grammar of https://semver.org/#spec-item-11 and its suggested expression, without captures. */
const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;
/** True for a version of Semantic Versioning 2.0.0, such as "1.2.3-rc.1+build.5"; not for "v1.2.3" or "1.2". */
export function isSemver(text: string): boolean {
  return SEMVER.test(text);
}

/**
 * Precedence of two valid versions by Semantic Versioning 2.0.0, item 11: negative, 0 or positive. Build metadata
 * does not count. Numbers of any length compare exactly.
 */
export function compareSemver(a: string, b: string): number {
  const [coreA, preA] = partitionsOf(a);
  const [coreB, preB] = partitionsOf(b);
  // A version with a pre-release part comes before the one without.
  const release = Number(preB.length > 0) - Number(preA.length > 0);
  return compareLists(coreA, coreB) || release || compareLists(preA, preB);
}

/** The identifiers of its core and of its pre-release part. */
function partitionsOf(version: string): readonly [readonly string[], readonly string[]] {
  const [text = ''] = version.split('+', 1);
  const dash = text.indexOf('-');
  return dash < 0
    ? [text.split('.'), []]
    : [text.slice(0, dash).split('.'), text.slice(dash + 1).split('.')];
}

/** The longer list comes after when all before are equal. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, identifier] of a.entries()) {
    const other = b[index];
    const order = other === undefined ? 1 : compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = isNumeric(a);
  // Numeric identifiers come before alphanumeric ones.
  if (numeric !== isNumeric(b)) return numeric ? -1 : 1;
  // Without leading zeros the longer number is the larger one.
  const length = numeric ? a.length - b.length : 0;
  return length || Number(a > b) - Number(a < b);
}

function isNumeric(identifier: string): boolean {
  return /^\d+$/.test(identifier);
}
