/** A pending call of the SDK's one timer. */
export interface SystemTimer {
  clear(): void;
  /** Keeps the process alive while pending; `unref` undoes it. Timers start unreferenced. */
  ref(): void;
  unref(): void;
}

/** Why a socket ended. `status` is the HTTP status of a refused upgrade. */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
  readonly status?: number;
  /** The library that opens sockets failed, not the network: no other socket will get further. */
  readonly unusable?: boolean;
}

export interface SocketHandlers {
  onOpen(): void;
  onMessage(text: string): void;
  /** Called once, whether or not the socket was ever open. */
  onEnd(end: SocketEnd): void;
}

export interface SystemSocket {
  readonly bufferedBytes: number;
  send(text: string): void;
  /** Closes with a handshake. */
  close(code: number): void;
  /** Drops the connection at once. */
  terminate(): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | null;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/**
 * Everything the SDK takes from outside: time, randomness, the socket, the process. The real one is `nodeSystem()`;
 * a simulation passes its own.
 */
export interface System {
  /** Monotonic milliseconds. */
  now(): number;
  /** 0 ≤ x < 1 */
  random(): number;
  setTimer(run: () => void, ms: number): SystemTimer;
  /** Opens a socket. Left out: the SDK's own, over `ws` and `fetch`. */
  connect?(
    url: string,
    headers: Readonly<Record<string, string>>,
    handlers: SocketHandlers,
  ): SystemSocket;
  /** One HTTP exchange; rejects when no answer comes in time. With `connect` alone nothing stands in for a socket. */
  request?(url: string, request: HttpRequest): Promise<HttpAnswer>;
  /** What its sockets understand beyond text, for the hello. */
  readonly features?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostname: string;
  readonly pid: number;
  /** Tells the developer of something that nobody listens to. */
  warn(message: string, code: string): void;
  readFile(path: string): string;
  /** Calls `onChange` soon after a file was changed, made or removed; returns what ends it. Does not keep the process. */
  watchFile?(path: string, onChange: () => void): () => void;
  /** Replaces a file in one step; readable by its owner only. */
  writeFile(path: string, text: string): Promise<void>;
}
