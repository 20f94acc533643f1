import { type ClientFrame, type ServerFrame } from '@recloser/protocol';
import { type SocketHandlers, type SystemSocket } from '../platform/system.js';

const LOST = 1006;

/** A socket between an SDK and the control plane in memory. */
export class Link implements SystemSocket {
  readonly bufferedBytes = 0;
  readonly #handlers: SocketHandlers;
  readonly #onFrame: (frame: ClientFrame, link: Link) => void;
  #state: 'new' | 'open' | 'ended' = 'new';

  constructor(handlers: SocketHandlers, onFrame: (frame: ClientFrame, link: Link) => void) {
    this.#handlers = handlers;
    this.#onFrame = onFrame;
  }

  get isNew(): boolean {
    return this.#state === 'new';
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  open(): void {
    this.#state = 'open';
    this.#handlers.onOpen();
  }

  /** The way through which it went is gone. */
  lose(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#handlers.onEnd({ code: LOST, reason: 'offline' });
  }

  /** To the SDK. */
  push(frame: ServerFrame): void {
    if (this.isOpen) this.#handlers.onMessage(JSON.stringify(frame));
  }

  /** From the SDK. */
  send(text: string): void {
    if (this.isOpen) this.#onFrame(JSON.parse(text) as ClientFrame, this);
  }

  close(code: number): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#handlers.onEnd({ code, reason: '' });
  }

  terminate(): void {
    this.lose();
  }
}
