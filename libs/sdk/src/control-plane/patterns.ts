import { type CompilePattern, type PreparedPattern } from '@recloser/core';
import { type OnError } from '../errors.js';
import { type ConnectionHandlers } from './connection.js';
import { type SocketEnd } from '../platform/system.js';

/**
 * Prepares the patterns of rules. What reads them is a chunk of its own, loaded when the first rule has one: until
 * then nothing can be said of any text, so the rule matches nobody.
 */
export class Patterns {
  #engine: CompilePattern | null;
  #loading: Promise<void> | null;
  readonly #onError: OnError;

  /** `engine`: given where nothing may be loaded later. */
  constructor(engine: CompilePattern | undefined, onError: OnError) {
    this.#engine = engine ?? null;
    this.#loading = engine === undefined ? null : Promise.resolve();
    this.#onError = onError;
  }

  readonly compile: CompilePattern = (pattern, anyCase) => {
    if (this.#engine !== null) return this.#engine(pattern, anyCase);
    void this.load();
    let regex: PreparedPattern | null | undefined;
    return {
      test: (text) => {
        regex ??= this.#engine?.(pattern, anyCase);
        return regex?.test(text) ?? null;
      },
    };
  };

  /** Whether it was asked for. */
  get asked(): boolean {
    return this.#loading !== null;
  }

  /** Resolves once it is loaded, or cannot be. */
  load(): Promise<void> {
    return (this.#loading ??= import('./pattern-engine.js')
      .then(({ compilePattern }) => {
        this.#engine = compilePattern;
      })
      .catch((cause: unknown) => {
        const message =
          'What reads patterns cannot be loaded, so rules with "matches" match nobody';
        this.#onError('patterns_not_loaded', message, cause);
      }));
  }
}

/** The operator as it stands in every frame whose rules or segments have a pattern. */
const OPERATOR = '"matches"';

/** Between the connection and the protocol: holds frames back while what reads their patterns is loaded. */
export class PatternGate implements ConnectionHandlers {
  readonly #patterns: Patterns;
  readonly #handlers: ConnectionHandlers;
  #held: string[] | null = null;

  constructor(patterns: Patterns, handlers: ConnectionHandlers) {
    this.#patterns = patterns;
    this.#handlers = handlers;
  }

  get fleet(): number | undefined {
    return this.#handlers.fleet;
  }

  onOpen(): void {
    this.#handlers.onOpen();
  }

  onText(text: string): void {
    if (this.#held !== null) this.#held.push(text);
    else if (this.#patterns.asked || !text.includes(OPERATOR)) this.#handlers.onText(text);
    else this.#hold(text);
  }

  onLost(end: SocketEnd): void {
    this.drop();
    this.#handlers.onLost(end);
  }

  /** Forgets what is held back: its connection is lost. */
  drop(): void {
    this.#held = null;
  }

  #hold(text: string): void {
    const held = (this.#held = [text]);
    void this.#patterns.load().then(() => {
      if (this.#held !== held) return;
      this.#held = null;
      for (const each of held) this.#handlers.onText(each);
    });
  }
}
