import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';

const PATIENCE_MS = 10_000;

/** Makes Node choose a free port when it is asked to open its inspector. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' } as const;

export interface Memory {
  /** What is in use once garbage was collected: JavaScript heap and buffers, in kB. */
  readonly usedKb: number;
  /** Resident set, in kB. */
  readonly residentKb: number;
}

/** Looks into another Node process, started with `INSPECTABLE`, through its own inspector. */
export class Inspector {
  #url = '';
  #id = 0;

  /** Give it the lines that the process writes to its standard error. */
  readonly hear = (line: string): void => {
    this.#url = /Debugger listening on (ws:\S+)/.exec(line)?.[1] ?? this.#url;
  };

  /** Collects the garbage of the process, then tells what is left. */
  async memory(pid: number): Promise<Memory> {
    const socket = await this.#open(pid);
    try {
      // Twice: what the first round finalises is freed in the second.
      for (let i = 0; i < 2; i += 1) await this.#call(socket, 'HeapProfiler.collectGarbage');
      const answer = await this.#call(socket, 'Runtime.evaluate', {
        expression: 'process.memoryUsage()',
        returnByValue: true,
      });
      const { value } = (answer as { result: { value: NodeJS.MemoryUsage } }).result;
      return { usedKb: (value.heapUsed + value.external) / 1024, residentKb: value.rss / 1024 };
    } finally {
      socket.terminate();
    }
  }

  async #open(pid: number): Promise<WebSocket> {
    if (this.#url === '') process.kill(pid, 'SIGUSR1');
    for (let waited = 0; this.#url === ''; waited += 20) {
      if (waited > PATIENCE_MS) throw new Error('The inspector did not open.');
      await pause(20);
    }
    const socket = new WebSocket(this.#url, { perMessageDeflate: false });
    await once(socket, 'open');
    return socket;
  }

  async #call(socket: WebSocket, method: string, params: object = {}): Promise<unknown> {
    this.#id += 1;
    const id = this.#id;
    const answer = new Promise<unknown>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { id?: number; result?: unknown };
        if (message.id === id) resolve(message.result);
      });
    });
    socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }
}
