import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeDelta, makeFull, makeView } from '../sdk.fake.js';
import {
  type HttpAnswer,
  type SocketHandlers,
  type System,
  type SystemSocket,
  type SystemTimer,
} from './system.js';

/** What lies beneath the SDK may throw here: when it is called, and within what it calls back. */
const PLACES = [
  'connect',
  'connect calls back',
  'bufferedBytes',
  'send',
  'close',
  'terminate',
  'request throws',
  'request rejects',
  'answer.text',
  'answer.header',
  'watchFile',
  'unwatch',
  'readFile',
  'writeFile throws',
  'writeFile rejects',
  'warn',
  'now within a timer',
  'random within a message',
] as const;
type Place = (typeof PLACES)[number];

const boom = (): never => {
  throw new Error('boom');
};

/** A process in which one thing fails, from the beginning or from its second use on. */
class FailingSystem extends FakeSystem {
  /** What left the SDK through one of its callbacks, which in a real process would have ended it. */
  readonly escaped: unknown[] = [];
  readonly hits = new Set<Place>();
  readonly #place: Place;
  readonly #spared: number;
  #uses = 0;
  #within: 'timer' | 'message' | null = null;

  constructor(place: Place, spared: number) {
    super();
    this.#place = place;
    this.#spared = spared;
    this.request = (_url, { method }) => {
      this.#fail('request throws');
      if (this.#fails('request rejects')) return Promise.reject(new Error('boom'));
      return Promise.resolve(this.#answer(method));
    };
  }

  override now = (): number => {
    if (this.#within === 'timer') this.#fail('now within a timer');
    return this.time;
  };

  override random = (): number => {
    if (this.#within === 'message') this.#fail('random within a message');
    return 0.5;
  };

  override setTimer(run: () => void, ms: number): SystemTimer {
    return super.setTimer(this.#called('timer', run), ms);
  }

  override connect(
    url: string,
    headers: Readonly<Record<string, string>>,
    handlers: SocketHandlers,
  ): SystemSocket {
    this.#fail('connect');
    const watched: SocketHandlers = {
      onOpen: this.#called(null, () => handlers.onOpen()),
      onMessage: (text) => this.#called('message', () => handlers.onMessage(text))(),
      onEnd: (end) => this.#called(null, () => handlers.onEnd(end))(),
    };
    if (this.#fails('connect calls back')) {
      watched.onOpen();
      watched.onMessage('{');
      watched.onEnd({ code: 1006, reason: 'at once' });
    }
    const socket = super.connect(url, headers, watched);
    const fail = (place: Place) => this.#fail(place);
    return {
      get bufferedBytes() {
        fail('bufferedBytes');
        return 0;
      },
      send: (text) => {
        fail('send');
        socket.send(text);
      },
      close: (code) => {
        fail('close');
        socket.close(code);
      },
      terminate: () => {
        fail('terminate');
        socket.terminate();
      },
    };
  }

  override watchFile(path: string, onChange: () => void): () => void {
    this.#fail('watchFile');
    const end = super.watchFile(path, this.#called(null, onChange));
    return () => {
      this.#fail('unwatch');
      end();
    };
  }

  override readFile(path: string): string {
    this.#fail('readFile');
    return super.readFile(path);
  }

  override writeFile(path: string, text: string): Promise<void> {
    this.#fail('writeFile throws');
    if (this.#fails('writeFile rejects')) return Promise.reject(new Error('boom'));
    return super.writeFile(path, text);
  }

  override warn(message: string, code: string): void {
    this.#fail('warn');
    super.warn(message, code);
  }

  #answer(method: string): HttpAnswer {
    const full = JSON.stringify(makeFull([makeView('a')]));
    const fail = (place: Place) => this.#fail(place);
    return {
      status: 200,
      get text() {
        fail('answer.text');
        return method === 'GET' ? full : '{"state":null,"frames":[]}';
      },
      header: (name) => {
        fail('answer.header');
        return name === 'recloser-lease' ? 'true' : null;
      },
    };
  }

  /** A callback as the library beneath calls it: what it throws goes nowhere but out of the process. */
  #called(within: 'timer' | 'message' | null, run: () => void): () => void {
    return () => {
      const before = this.#within;
      this.#within = within;
      try {
        run();
      } catch (error) {
        this.escaped.push(error);
      } finally {
        this.#within = before;
      }
    };
  }

  #fails(place: Place): boolean {
    if (place !== this.#place) return false;
    this.#uses += 1;
    if (this.#uses <= this.#spared) return false;
    this.hits.add(place);
    return true;
  }

  #fail(place: Place): void {
    if (this.#fails(place)) boom();
  }
}

let rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
beforeEach(() => {
  rejections = [];
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
});

/** The life of a process: it connects, is told of changes, counts, loses its socket, polls, and ends. */
async function live(system: FailingSystem, recloser: Recloser): Promise<unknown[]> {
  const breaker = recloser.breaker('a', { timeoutMs: 1_000 });
  const results: unknown[] = [];
  const call = async (): Promise<void> => {
    results.push(await breaker.protect(() => Promise.resolve('called')));
    await breaker.protect(() => Promise.reject(new Error('down'))).catch(() => undefined);
  };
  const speak = async (): Promise<void> => {
    const socket = system.sockets.at(-1);
    if (socket === undefined || socket.closed) return;
    socket.open();
    socket.frame(makeFull([makeView('a')]));
    await call();
    await system.pass(2_000);
    socket.frame(makeDelta(1, [makeView('a', { version: 2 })]));
    socket.frame({ t: 'ping', id: 1, lease: true });
    await system.pass(2_000);
    await call();
  };
  await speak();
  system.edit('/force', 'b=open');
  system.sockets.at(-1)?.end(1006, 'refused', 400);
  await system.pass(70_000);
  await call();
  await speak();
  await system.pass(5_000);
  system.edit('/force', null);
  const closed = recloser.close();
  await system.pass(2_000);
  await closed;
  // One that is closed while it is connected.
  const other = new Recloser({ url: 'ws://plane' }, system);
  await speak();
  const gone = other.close();
  await system.pass(2_000);
  await gone;
  // Rejections that nobody handles are told in a turn of their own.
  await new Promise((resolve) => setImmediate(resolve));
  return results;
}

describe.each([0, 1, 4])('after %i uses that went well', (spared) => {
  it.each(PLACES)('a fault in %s does not leave the SDK', async (place) => {
    const system = new FailingSystem(place, spared);
    system.files.set('/force', 'what nobody understands');
    const recloser = new Recloser(
      { instanceId: 'i1', url: 'ws://plane', snapshotFile: '/kept', forceFile: '/force' },
      system,
    );
    const results = await live(system, recloser);
    expect(new Set(results)).toEqual(new Set(['called']));
    expect(system.escaped).toEqual([]);
    expect(rejections).toEqual([]);
  });
});

describe('the walk over the border', () => {
  it.each(PLACES)('meets a fault in %s', async (place) => {
    const system = new FailingSystem(place, 0);
    system.files.set('/force', 'what nobody understands');
    const options = { snapshotFile: '/kept', forceFile: '/force', url: 'ws://plane' };
    await live(system, new Recloser(options, system));
    expect(system.hits).toEqual(new Set([place]));
  });
});

describe('a listener that fails', () => {
  const LISTENERS: Readonly<Record<string, () => unknown>> = {
    throws: boom,
    'rejects later': () => Promise.reject(new Error('boom')),
    'returns what cannot be awaited': () => ({
      get then() {
        return boom();
      },
    }),
  };
  it.each(Object.entries(LISTENERS))('and %s hurts nobody', async (_what, listener) => {
    const system = new FailingSystem('warn', Infinity);
    const recloser = new Recloser({ url: 'ws://plane' }, system);
    for (const event of ['applied', 'transition', 'stale', 'takeover', 'error'] as const) {
      recloser.on(event, listener);
    }
    await live(system, recloser);
    expect(system.escaped).toEqual([]);
    expect(rejections).toEqual([]);
    expect(system.warnings.map(({ code }) => code)).toContain('RECLOSER_LISTENER_FAILED');
  });
});

describe('a socket that cannot be had', () => {
  it.each(['connect', 'send'] as const)(
    'because of %s means polling, and the fault is told',
    async (place) => {
      const system = new FailingSystem(place, 0);
      const recloser = new Recloser({ url: 'ws://plane' }, system);
      system.sockets.at(-1)?.open();
      await system.pass(2_000);
      expect(recloser.status()).toMatchObject({ connected: true, polling: true, seq: 1 });
      expect(system.warnings).toMatchObject([{ code: 'RECLOSER_UNREACHABLE' }]);
      await recloser.close();
    },
  );
});

describe('the System', () => {
  it('has no member that the walk leaves out', () => {
    const walked: readonly (keyof System)[] = [
      'now',
      'random',
      'setTimer',
      'connect',
      'request',
      'warn',
      'readFile',
      'watchFile',
      'writeFile',
    ];
    // Neither is called by anything: they are read once.
    const values: readonly (keyof System)[] = ['env', 'hostname', 'pid', 'features'];
    const all: Readonly<Record<keyof Required<System>, true>> = {
      now: true,
      random: true,
      setTimer: true,
      connect: true,
      request: true,
      env: true,
      hostname: true,
      pid: true,
      features: true,
      warn: true,
      readFile: true,
      watchFile: true,
      writeFile: true,
    };
    expect([...walked, ...values].sort()).toEqual(Object.keys(all).sort());
  });
});
