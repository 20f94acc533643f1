import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The dependency, in a process of its own that no stall of ours can slow down. */
export class Dependency {
  private constructor(
    readonly port: number,
    readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Dependency> {
    const child = fork(fileURLToPath(new URL('./dependency-process.js', import.meta.url)));
    const [port] = (await once(child, 'message')) as [number];
    return new Dependency(port, child);
  }

  async say(what: 'die' | 'live'): Promise<void> {
    this.process.send(what);
    await once(this.process, 'message');
  }

  stop(): void {
    this.process.disconnect();
  }
}

/** One connection with calls in flight on it, as a driver of a database has. */
export class Client {
  readonly #socket: Socket;
  readonly #waiting = new Map<string, () => void>();
  #last = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => {
      this.#waiting.get(line)?.();
      this.#waiting.delete(line);
    });
  }

  static async open(port: number): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1' }).setNoDelay(true);
    await once(socket, 'connect');
    return new Client(socket);
  }

  /** Resolves when the answer has come. */
  call(): Promise<void> {
    this.#last += 1;
    const id = String(this.#last);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.write(`${id}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
