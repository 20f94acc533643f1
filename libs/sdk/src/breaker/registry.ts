import {
  type BreakerView,
  type Context,
  type narrow,
  type NarrowedView,
  type RuleEngine,
  type StateKind,
} from '@recloser/core';
import { Cell, type CellHost } from './cell.js';
import { type Emitter } from '../emitter.js';
import { type RecloserEvents } from '../events.js';
import { type LocalPolicy } from './local-breaker.js';
import { type ForceState } from '../options/options.js';
import { type Outbox } from '../counting/outbox.js';
import { type Tally } from '../counting/tally.js';
import { type pacerFor } from '../uplink/pacer.js';

export interface RegistryParts {
  readonly base: Context;
  readonly policies: ReadonlyMap<string, LocalPolicy>;
  /** Of those that are not among them. */
  readonly policy: LocalPolicy | null;
  readonly random: () => number;
  readonly outbox: Outbox;
  readonly events: Emitter<RecloserEvents>;
}

/** While the size of the fleet was never told. */
const UNKNOWN_FLEET = 10;
const EVERY_BREAKER = '*';

/** What this process knows of the environment's breakers, and a cell for each that its code uses. */
export class Registry implements CellHost {
  /** What rules may ask about this process. */
  base: Context;
  #force: ReadonlyMap<string, ForceState> = new Map();
  readonly #policies: ReadonlyMap<string, LocalPolicy>;
  readonly #policy: LocalPolicy | null;
  readonly #random: () => number;
  readonly #outbox: Outbox;
  readonly #events: Emitter<RecloserEvents>;
  readonly #cells = new Map<string, Cell>();
  /** How many instances there were when last heard: so much rarer are the probes of each when all are cut off. */
  fleet: number | undefined;
  /** Comes with the uplink, and so before any rule does. */
  rules: RuleEngine | null = null;
  /** As well: before it nothing is known of parts of the fleet. */
  narrow: typeof narrow = (view) => view;
  pacerFor: typeof pacerFor = () => null;
  /** All that was last heard, and when (monotonic ms). */
  views = new Map<string, BreakerView>();
  learnedAt = 0;
  /** Nothing is known yet, so this process decides by itself from the beginning. */
  #alone = true;
  #released = false;

  constructor(parts: RegistryParts) {
    this.base = parts.base;
    this.#policies = parts.policies;
    this.#policy = parts.policy;
    this.#random = parts.random;
    this.#outbox = parts.outbox;
    this.#events = parts.events;
  }

  get cells(): IterableIterator<Cell> {
    return this.#cells.values();
  }

  /** The cell of a breaker that the code has asked for. */
  known(key: string): Cell | undefined {
    return this.#cells.get(key);
  }

  /** The cell of a breaker, made on first use. */
  cell(key: string, now: number): Cell {
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = new Cell(key, this.#forceOf(key), this.#policies.get(key) ?? this.#policy, this);
      const view = this.views.get(key);
      if (view !== undefined) cell.learn(this.own(view), this.learnedAt);
      if (this.#alone) cell.takeOver(this.fleet ?? UNKNOWN_FLEET, now);
      if (this.#released) cell.release();
      this.#cells.set(key, cell);
    }
    return cell;
  }

  /** Forgets a cell; whoever has it still is let through. */
  drop(key: string): boolean {
    this.#cells.get(key)?.release();
    return this.#cells.delete(key);
  }

  /** Forces these states from now on, and no others. */
  force(states: ReadonlyMap<string, ForceState>, now: number): void {
    this.#force = states;
    for (const cell of this.#cells.values()) cell.forceTo(this.#forceOf(cell.key));
    // What is no longer forced is decided here like all the rest.
    if (this.#alone) this.takeOver(now);
  }

  get size(): number {
    return this.fleet ?? UNKNOWN_FLEET;
  }

  takeOver(now: number): void {
    this.#alone = true;
    for (const cell of this.#cells.values()) cell.takeOver(this.fleet ?? UNKNOWN_FLEET, now);
  }

  handBack(): void {
    if (!this.#alone) return;
    this.#alone = false;
    for (const cell of this.#cells.values()) cell.handBack();
  }

  release(): void {
    this.#released = true;
    for (const cell of this.#cells.values()) cell.release();
  }

  random(): number {
    return this.#random();
  }

  onDirty(tally: Tally, soon: boolean): void {
    this.#outbox.add(tally, soon);
  }

  onTrouble(tally: Tally, now: number): void {
    this.#outbox.sender?.trouble(tally, now);
  }

  onLost(calls: number): void {
    this.#outbox.lost += calls;
  }

  onLocal(cell: Cell, from: StateKind): void {
    const { key, state, admission, view } = cell;
    if (from === state && state !== 'ramping') return;
    this.#events.emit('transition', {
      breaker: key,
      from,
      to: state,
      admission,
      mode: view?.mode ?? 'auto',
      version: view?.version ?? 0,
      source: 'local',
    });
  }

  #forceOf(key: string): ForceState | null {
    return this.#force.get(key) ?? this.#force.get(EVERY_BREAKER) ?? null;
  }

  /** Of what holds for parts of the fleet, what holds for this process. */
  own(view: BreakerView): NarrowedView {
    return this.narrow(view, this.base);
  }
}
