import {
  type BreakerView,
  type Context,
  type narrow,
  type NarrowedView,
  type RuleEngine,
  type StateKind,
} from '@recloser/core';
import { type PermitFrame, type QuotaFrame } from '@recloser/protocol';
import { Cell, type CellHost } from './cell.js';
import { type Emitter } from '../emitter.js';
import { type RecloserEvents, type TransitionEvent } from '../events.js';
import { type LocalPolicy } from './local-breaker.js';
import { type ForceState } from '../options/options.js';
import { type Outbox } from '../counting/outbox.js';
import { heldPermit } from './permits.js';
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
  #base: Context;
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
  #views = new Map<string, BreakerView>();
  #learnedAt = 0;
  /** Nothing is known yet, so this process decides by itself from the beginning. */
  #alone = true;
  #released = false;

  constructor(parts: RegistryParts) {
    this.#base = parts.base;
    this.#policies = parts.policies;
    this.#policy = parts.policy;
    this.#random = parts.random;
    this.#outbox = parts.outbox;
    this.#events = parts.events;
  }

  get base(): Context {
    return this.#base;
  }

  get cells(): IterableIterator<Cell> {
    return this.#cells.values();
  }

  get views(): ReadonlyMap<string, BreakerView> {
    return this.#views;
  }

  has(key: string): boolean {
    return this.#cells.has(key);
  }

  /** The cell of a breaker, made on first use. */
  cell(key: string, now: number): Cell {
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = new Cell(key, this.#forceOf(key), this.#policies.get(key) ?? this.#policy, this);
      const view = this.#views.get(key);
      if (view !== undefined) cell.learn(this.#own(view), this.#learnedAt);
      if (this.#alone) cell.takeOver(this.fleet ?? UNKNOWN_FLEET, now);
      if (this.#released) cell.release();
      this.#cells.set(key, cell);
    }
    return cell;
  }

  /** Forces these states from now on, and no others. */
  force(states: ReadonlyMap<string, ForceState>, now: number): void {
    this.#force = states;
    for (const cell of this.#cells.values()) cell.forceTo(this.#forceOf(cell.key));
    // What is no longer forced is decided here like all the rest.
    if (this.#alone) this.takeOver(now);
  }

  /** Keys that the code uses and the control plane does not know. */
  unknownKeys(): string[] {
    return [...this.#cells.keys()].filter((key) => !this.#views.has(key));
  }

  /** Starts from what an earlier process has left. */
  inherit(views: readonly BreakerView[], fleet: number | undefined, now: number): void {
    this.fleet = fleet;
    this.#views = new Map(views.map((view) => [view.key, view]));
    this.#learnedAt = now;
    for (const cell of this.#cells.values()) {
      const view = this.#views.get(cell.key);
      if (view !== undefined) cell.inherit(this.#own(view), fleet ?? UNKNOWN_FLEET, now);
    }
  }

  /** Replaces everything that was known. Returns what tells the listeners. */
  replace(views: readonly BreakerView[], now: number): () => void {
    const before = this.#views;
    this.#views = new Map(views.map((view) => [view.key, view]));
    this.#learnedAt = now;
    for (const cell of this.#cells.values()) {
      const view = this.#views.get(cell.key);
      cell.learn(view === undefined ? null : this.#own(view), now);
    }
    return () => this.#announce(views, before);
  }

  /** Applies changes, all at once: no call is decided between the first and the last. Returns what tells the listeners. */
  change(views: readonly BreakerView[], removed: readonly string[], now: number): () => void {
    const before = new Map<string, BreakerView>();
    for (const view of views) {
      const old = this.#views.get(view.key);
      if (old !== undefined) before.set(view.key, old);
      this.#views.set(view.key, view);
      this.#cells.get(view.key)?.learn(this.#own(view), now);
    }
    for (const key of removed) {
      this.#views.delete(key);
      this.#cells.get(key)?.learn(null, now);
    }
    return () => this.#announce(views, before);
  }

  /** This process goes by another name from now on: parts of the fleet that bear it are its own. */
  rename(instance: string, now: number): void {
    this.#base = { ...this.#base, instance };
    for (const cell of this.#cells.values()) {
      const view = this.#views.get(cell.key);
      if (view !== undefined) cell.learn(this.#own(view), now);
    }
  }

  permit(frame: PermitFrame, now: number): void {
    const cell = this.#cells.get(frame.b);
    if (cell?.view?.version === frame.v) cell.permit = heldPermit(frame, now);
  }

  quota(frame: QuotaFrame, now: number): void {
    this.#cells.get(frame.b)?.pacer?.learn(frame.rps, now + frame.ttlMs, now);
  }

  get size(): number {
    return this.fleet ?? UNKNOWN_FLEET;
  }

  takeOver(now: number): void {
    this.#alone = true;
    for (const cell of this.#cells.values()) cell.takeOver(this.fleet ?? UNKNOWN_FLEET, now);
  }

  /** When a person's hold ends next, after which that breaker is decided here too; Infinity: none does. */
  nextHoldEnd(now: number): number {
    let next = Infinity;
    for (const cell of this.#cells.values()) {
      const until = cell.heldUntil();
      if (until !== null && until > now && until < next) next = until;
    }
    return next;
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

  onDirty(tally: Tally): void {
    this.#outbox.add(tally);
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
  #own(view: BreakerView): NarrowedView {
    return this.narrow(view, this.#base);
  }

  #announce(views: readonly BreakerView[], before: ReadonlyMap<string, BreakerView>): void {
    if (!this.#events.has('transition')) return;
    for (const view of views) {
      const old = before.get(view.key);
      const event = transitionOf(this.#own(view), old && this.#own(old));
      if (event !== null) this.#events.emit('transition', event);
    }
  }
}

function transitionOf(view: BreakerView, before: BreakerView | undefined): TransitionEvent | null {
  const from = before?.state ?? 'closed';
  if (before === undefined ? view.state === 'closed' : isSame(view, before)) return null;
  const { key, state, admission, mode, version } = view;
  return { breaker: key, from, to: state, admission, mode, version, source: 'fleet' };
}

function isSame(view: BreakerView, before: BreakerView): boolean {
  return (
    view.state === before.state && view.admission === before.admission && view.mode === before.mode
  );
}
