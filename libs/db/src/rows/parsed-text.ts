const ENTRIES = 500;
const LONGEST = 16_384;

/**
 * Reads JSON text, and keeps the last results: most breakers have the same policy and rules, and a fleet
 * of them is read many times a second. What is kept is frozen, as it is shared.
 */
export class ParsedText<T> {
  readonly #read: (json: unknown) => T;
  readonly #kept = new Map<string, T>();

  /** @param read throws a ZodError for what it does not take */
  constructor(read: (json: unknown) => T) {
    this.#read = read;
  }

  /** @throws ZodError */
  parse(text: string): T {
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    const json: unknown = JSON.parse(text);
    const value = this.#read(json);
    if (text.length <= LONGEST) this.#keep(text, freeze(value));
    return value;
  }

  #keep(text: string, value: T): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= ENTRIES && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(text, value);
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) freeze(member);
  }
  return value;
}
