import type { CrewOptions } from './messages.js';

/** One item in so many has a failure, of a few calls each. */
const FAILS_EVERY = 200;

interface StateFrame {
  readonly seq: number;
  readonly breakers: readonly { readonly key: string; readonly version: number }[];
}

/** The frames that instances of one process send: their breakers one slice after the other, under the versions last heard. */
export class Reports {
  readonly #breakers: number;
  readonly #perFrame: number;
  readonly #items: string[];
  readonly #versions: number[];
  #known = '';
  #seq = 0;

  constructor({ breakers, itemsPerSecond }: Pick<CrewOptions, 'breakers' | 'itemsPerSecond'>) {
    this.#breakers = breakers;
    this.#perFrame = Math.min(breakers, itemsPerSecond);
    this.#versions = Array.from({ length: breakers }, () => 1);
    this.#items = this.#versions.map((_, index) => this.#item(index));
  }

  /** Takes the versions of a full or delta frame; answers with its seq. All instances get the same text: it is read once. */
  learn(text: string): number {
    if (text === this.#known) return this.#seq;
    this.#known = text;
    const frame = JSON.parse(text) as StateFrame;
    for (const { key, version } of frame.breakers) {
      const index = Number(key.replace('dependency-', ''));
      if (!(index < this.#breakers) || this.#versions[index] === version) continue;
      this.#versions[index] = version;
      this.#items[index] = this.#item(index);
    }
    this.#seq = frame.seq;
    return frame.seq;
  }

  /** The text of an instance's frame number `n`. */
  frame(instance: number, n: number): string {
    const first = (instance * 7_919 + n * this.#perFrame) % this.#breakers;
    const items = Array.from(
      { length: this.#perFrame },
      (_, i) => this.#items[(first + i) % this.#breakers] ?? '',
    );
    if (n % FAILS_EVERY === instance % FAILS_EVERY) items[0] = this.#item(first, 1);
    return `{"t":"signal","n":${n},"items":[${items.join(',')}]}`;
  }

  #item(index: number, failures = 0): string {
    const version = this.#versions[index] ?? 1;
    return `{"b":"dependency-${index}","v":${version},"c":[[${300 + (index % 500)},3,${failures}]]}`;
  }
}
