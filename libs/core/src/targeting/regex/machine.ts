import { isWord } from './char-set.js';
import { type Before, holds, type Instruction } from './program.js';

/** UTF-16 units of a text that is looked at. */
export const TEXT_LENGTH_MAX = 1_024;

const UNKNOWN = 0;
const FOUND = 1;
const FIRST_STATE = 2;
/** States that are remembered, 128 bytes each. Further ones are made for one text and forgotten. */
const STATES_MAX = 64;

/** Where all threads of the pattern stand between two characters. */
interface State {
  /** Places to go on from. */
  readonly places: readonly number[];
  readonly before: Before;
  /** For each ASCII character: UNKNOWN, FOUND, or FIRST_STATE + the index of the state it leads to. */
  readonly next: Uint8Array;
  /** Whether the end of the text is a match; null: not asked yet. */
  atEnd: boolean | null;
}

/**
 * A pattern that takes time linear in text × pattern, whatever either is: it follows all its threads at once instead
 * of trying one after the other (K. Thompson, "Regular Expression Search Algorithm", 1968), and remembers where a
 * character led to the last time, so that the usual text costs a table look-up per character (R. Cox, "Regular
 * Expression Matching in the Wild", 2010). Allocates nothing once it knows the way.
 */
export class LinearRegex {
  readonly #code: readonly Instruction[];
  readonly #anyCase: boolean;
  readonly #threads: ThreadSet;
  readonly #states: State[] = [newState([0], 'start')];
  readonly #byName = new Map<string, number>();

  constructor(code: readonly Instruction[], anyCase: boolean) {
    this.#code = code;
    this.#anyCase = anyCase;
    this.#threads = new ThreadSet(code.length);
  }

  /** Whether it is found anywhere in the text; null for a text longer than `TEXT_LENGTH_MAX`. */
  test(text: string): boolean | null {
    const { length } = text;
    if (length > TEXT_LENGTH_MAX) return null;
    let state = this.#states[0];
    for (let at = 0; state !== undefined && at < length; at += 1) {
      const code = text.charCodeAt(at);
      const next = code < 128 ? (state.next[code] ?? UNKNOWN) : UNKNOWN;
      if (next === FOUND) return true;
      if (next !== UNKNOWN) {
        state = this.#states[next - FIRST_STATE];
        continue;
      }
      const whole = text.codePointAt(at) ?? code;
      if (whole > 0xffff) at += 1;
      const after = this.#advance(state, whole);
      if (after === null) return true;
      state = after;
    }
    if (state === undefined) return false;
    state.atEnd ??= this.#follow(state, -1);
    return state.atEnd;
  }

  /** The state that a character leads to, remembered while there is room; null: the pattern has been found. */
  #advance(state: State, code: number): State | null {
    const remembers = code < 128 && state.next !== FORGOTTEN;
    if (this.#follow(state, code)) {
      if (remembers) state.next[code] = FOUND;
      return null;
    }
    const places = this.#placesAfter(code);
    const before = isWord(code, this.#anyCase) ? 'word' : 'other';
    const index = state.next === FORGOTTEN ? null : this.#indexOf(places, before);
    const next = index === null ? undefined : this.#states[index];
    if (index === null || next === undefined) {
      return { places, before, next: FORGOTTEN, atEnd: null };
    }
    if (remembers) state.next[code] = FIRST_STATE + index;
    return next;
  }

  /** Where the collected threads stand once the character has been passed. */
  #placesAfter(code: number): number[] {
    const { count, members } = this.#threads;
    // A match may begin anywhere, so a thread begins everywhere.
    const places = [0];
    for (let i = 0; i < count; i += 1) {
      const place = members[i] ?? 0;
      const instruction = this.#code[place];
      if (instruction?.op === 'char' && instruction.test.has(code)) places.push(place + 1);
    }
    return places;
  }

  /** The state's index, or null when it is new and there is no room. */
  #indexOf(places: number[], before: Before): number | null {
    const name = `${before} ${places.sort((a, b) => a - b).join(' ')}`;
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#states.length === STATES_MAX) return null;
    this.#byName.set(name, this.#states.length);
    return this.#states.push(newState(places, before)) - 1;
  }

  /** Collects the places that wait for a character in front of `after`; true when the pattern has been found. */
  #follow({ places, before }: State, after: number): boolean {
    this.#threads.clear();
    for (const place of places) if (this.#add(place, before, after)) return true;
    return false;
  }

  /** Adds a thread and all it leads to without a character; true when that is the end of the pattern. */
  #add(start: number, before: Before, after: number): boolean {
    let place = start;
    while (this.#threads.mark(place)) {
      const instruction = this.#code[place];
      switch (instruction?.op) {
        case 'match':
          return true;
        case 'jump':
          place = instruction.to;
          break;
        case 'split':
          if (this.#add(instruction.to, before, after)) return true;
          place = instruction.or;
          break;
        case 'assert':
          if (!holds(instruction.what, before, after, this.#anyCase)) return false;
          place += 1;
          break;
        case 'char':
          this.#threads.keep(place);
          return false;
        case undefined:
          return false;
      }
    }
    return false;
  }
}

/** The table of states that are not remembered. */
const FORGOTTEN = new Uint8Array(128);

function newState(places: readonly number[], before: Before): State {
  return { places, before, next: new Uint8Array(128), atEnd: null };
}

/** Places that wait for a character, emptied at no cost: a place has been seen when its mark is of this turn. */
class ThreadSet {
  readonly members: Uint16Array;
  readonly #marks: Uint32Array;
  #turn = 0;
  count = 0;

  constructor(size: number) {
    this.members = new Uint16Array(size);
    this.#marks = new Uint32Array(size);
  }

  clear(): void {
    this.count = 0;
    this.#turn += 1;
    if (this.#turn < 0xffff_ffff) return;
    this.#marks.fill(0);
    this.#turn = 1;
  }

  /** False when the place was seen in this turn already. */
  mark(place: number): boolean {
    if (this.#marks[place] === this.#turn) return false;
    this.#marks[place] = this.#turn;
    return true;
  }

  keep(place: number): void {
    this.members[this.count] = place;
    this.count += 1;
  }
}
