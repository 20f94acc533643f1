import { type OnError } from '../errors.js';
import { type SocketEnd, type SocketHandlers, type SystemSocket } from '../platform/system.js';

const LOST = 1006;

/** What the border is made of: where faults of our own go, and what keeps our work out of callers' contexts. */
export interface Border {
  readonly onError: OnError;
  readonly inOwnContext: <T>(work: () => T) => T;
}

/**
 * The border between the SDK and the library that opens sockets. Whatever that throws ends this socket, as if the
 * connection had been lost, and goes no further; what it calls runs in the SDK's own async context.
 */
export class GuardedSocket implements SystemSocket {
  readonly #handlers: SocketHandlers;
  readonly #border: Border;
  #socket: SystemSocket | null = null;
  #ended = false;

  constructor(handlers: SocketHandlers, border: Border) {
    this.#handlers = handlers;
    this.#border = border;
  }

  get bufferedBytes(): number {
    return this.#try((socket) => socket.bufferedBytes) ?? 0;
  }

  /** Opens it. All that is called back comes after this has returned, or from within `connect`. */
  open(connect: (handlers: SocketHandlers) => SystemSocket): void {
    const handlers = {
      onOpen: () => this.#tell(() => this.#handlers.onOpen()),
      onMessage: (text: string) => this.#tell(() => this.#handlers.onMessage(text)),
      onEnd: (end: SocketEnd) => this.#end(end),
    };
    try {
      this.#socket = this.#border.inOwnContext(() => connect(handlers));
    } catch (error) {
      this.#broke(error);
    }
  }

  send(text: string): void {
    this.#try((socket) => socket.send(text));
  }

  close(code: number): void {
    this.#try((socket) => socket.close(code));
  }

  terminate(): void {
    this.#try((socket) => socket.terminate());
  }

  #try<T>(use: (socket: SystemSocket) => T): T | undefined {
    const socket = this.#socket;
    if (socket === null) return undefined;
    try {
      return this.#border.inOwnContext(() => use(socket));
    } catch (error) {
      this.#broke(error);
      return undefined;
    }
  }

  /** The library failed, not the network: the next socket would fare no better. */
  #broke(error: unknown): void {
    const socket = this.#socket;
    // Once only, should ending it throw as well.
    this.#socket = null;
    const reason = error instanceof Error ? error.message : String(error);
    this.#end({ code: LOST, reason, unusable: true });
    try {
      socket?.terminate();
    } catch {
      // It is given up anyway.
    }
  }

  #end(end: SocketEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tell(() => this.#handlers.onEnd(end));
  }

  #tell(run: () => void): void {
    try {
      this.#border.inOwnContext(run);
    } catch (error) {
      this.#border.onError('internal_error', 'The SDK failed inside', error);
    }
  }
}
