/**
 * Simple case folding (Unicode's CaseFolding.txt, C and S): letter by letter, so that a text which begins with another,
 * ends with it or holds it does so in any case, too. Not the folding of whole texts, in which "ß" becomes "ss" and "Σ" another
 * letter at a word's end.
 */

/** Where the two mappings that ECMAScript has do not lead to Unicode's folding. "ı" and "İ" have no other case. */
const EXCEPTIONS: ReadonlyMap<number, number> = new Map([
  [0x130, 0x130],
  [0x131, 0x131],
  [0x1fd3, 0x390],
  [0x1fe3, 0x3b0],
  [0xfb05, 0xfb06],
]);

/** Letters that fold to another one, but are neither its upper nor its lower case. In hex: several look like others. */
const FURTHER =
  '212a 17f b5 212b 1e9e 1c5 1c8 1cb 1f2 345 1fbe 3d0 3f5 3d1 3f4 3f0 3d6 3f1 3c2 3d5 2126 1c80 1c81 1c82 1c83 1c84 1c85 1c86 1c87 1c88 1e9b 1f88 1f89 1f8a 1f8b 1f8c 1f8d 1f8e 1f8f 1f98 1f99 1f9a 1f9b 1f9c 1f9d 1f9e 1f9f 1fa8 1fa9 1faa 1fab 1fac 1fad 1fae 1faf 1fbc 1fcc 1ffc 1fd3 1fe3 fb05';

const furtherOf = new Map<number, number[]>();
for (const hex of FURTHER.split(' ')) {
  const code = Number.parseInt(hex, 16);
  const folded = foldCode(code);
  furtherOf.set(folded, [...(furtherOf.get(folded) ?? []), code]);
}

/** The code point that stands for a letter in all its cases. */
export function foldCode(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  return EXCEPTIONS.get(code) ?? lowerOf(upperOf(code));
}

/** A text in which every letter stands for all its cases; as long as the text, in UTF-16 units, too. */
export function foldCase(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  let folded = '';
  for (const letter of text) folded += String.fromCodePoint(foldCode(letter.codePointAt(0) ?? 0));
  return folded;
}

/** All letters that are this one in another case, itself included; some may stand there twice. */
export function casesOf(code: number): readonly number[] {
  const folded = foldCode(code);
  const upper = upperOf(folded);
  return [code, folded, upper, lowerOf(upper), ...(furtherOf.get(folded) ?? [])].filter(
    (other) => foldCode(other) === folded,
  );
}

function lowerOf(code: number): number {
  return onlyLetter(String.fromCodePoint(code).toLowerCase(), code);
}

function upperOf(code: number): number {
  return onlyLetter(String.fromCodePoint(code).toUpperCase(), code);
}

/** What becomes several letters ("ß" → "SS") has no other case. */
function onlyLetter(text: string, code: number): number {
  const first = text.codePointAt(0) ?? code;
  return String.fromCodePoint(first).length === text.length ? first : code;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}
