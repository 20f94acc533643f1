import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { nodeSystem } from '../platform/node-system.js';
import { Recloser } from '../recloser.js';
import { makeFull, makeView } from '../sdk.fake.js';
import { until } from '../until.fake.js';
import { type System } from '../platform/system.js';

type Behaviour = (socket: WebSocket, stream: Socket) => void;

interface HostileServer {
  readonly url: string;
  readonly connections: number;
  close(): Promise<void>;
}

/** A server that does with each connection what it is told to. */
async function serve(behave: Behaviour): Promise<HostileServer> {
  const http: Server = createServer((_request, response) => response.writeHead(503).end());
  const sockets = new WebSocketServer({ noServer: true });
  let connections = 0;
  http.on('upgrade', (request, stream: Socket, head) => {
    stream.on('error', () => stream.destroy());
    sockets.handleUpgrade(request, stream, head, (socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      behave(socket, stream);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

/** An SDK that does not wait long between two connections. */
function impatient(url: string): { recloser: Recloser; errors: string[] } {
  const system: System = nodeSystem();
  const random = (): number => 0.01;
  const recloser = new Recloser({ url }, { ...system, random });
  const errors: string[] = [];
  recloser.on('error', ({ code }) => void errors.push(code));
  // Nobody here acknowledges what is sent last.
  opened.push({ close: () => recloser.close({ timeoutMs: 20 }) });
  return { recloser, errors };
}

const FULL = JSON.stringify(makeFull([makeView('a')]));

/** What each connection gets; every second one is well behaved, to see that the SDK has come through. */
const HOSTILE: Readonly<Record<string, Behaviour>> = {
  'sends text that is no JSON': (socket) => socket.send('\u0000{[garbage'),
  'sends bytes': (socket) => {
    socket.send(randomBytes(4_096));
    socket.close();
  },
  'sends JSON that is no frame': (socket) => socket.send('[[[[{"t":17}]]]]'),
  'sends frames of wrong types': (socket) =>
    socket.send('{"t":"full","epoch":{},"seq":"9","breakers":[null]}'),
  'floods with frames of unknown kinds': (socket) => {
    for (let i = 0; i < 20_000; i += 1) socket.send(`{"t":"dance","step":${i}}`);
    socket.close();
  },
  'floods with the same state': (socket) => {
    for (let i = 0; i < 2_000; i += 1) socket.send(FULL);
    socket.close();
  },
  'sends bytes that are no UTF-8 as text': (_socket, stream) => {
    stream.write(Buffer.from([0x81, 0x04, 0xff, 0xfe, 0xfd, 0xfc]));
  },
  'breaks the framing': (_socket, stream) => {
    stream.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
  },
  'announces a frame of terabytes': (_socket, stream) => {
    stream.write(Buffer.from([0x81, 0x7f, 0, 0, 0x10, 0, 0, 0, 0, 0]));
  },
  'closes in the middle of a frame': (_socket, stream) => {
    stream.write(Buffer.from([0x81, 0x7e, 0x10, 0x00, 0x7b]));
    stream.end();
  },
  'closes before hello': (socket) => socket.close(),
  'resets before hello': (_socket, stream) => void stream.resetAndDestroy(),
  'closes after hello': (socket) => void socket.once('message', () => socket.close(4000, 'no')),
  'resets after the state': (socket, stream) => {
    socket.send(FULL, () => void stream.resetAndDestroy());
  },
  'sends a delta of the future': (socket) => {
    socket.send(FULL);
    socket.send('{"t":"delta","epoch":"e1","from":90,"seq":91,"breakers":[],"removed":[]}');
  },
  'asks for patience that is absurd': (socket) => {
    socket.send('{"t":"goodbye","reason":"x","withinMs":1}');
    socket.close();
  },
};

describe('a server that', () => {
  it.each(Object.entries(HOSTILE))(
    '%s harms no call, and is left for a better one',
    async (_what, behave) => {
      let turn = 0;
      const server = await serve((...connection) => {
        turn += 1;
        if (turn % 2 === 1) behave(...connection);
        else connection[0].send(FULL);
      });
      opened.push(server);
      const { recloser } = impatient(server.url);
      const breaker = recloser.breaker('a', { timeoutMs: 1_000 });
      const calls = Array.from({ length: 50 }, (_, i) =>
        breaker.protect(() => Promise.resolve(i), { accountId: `u${i}` }),
      );
      expect(await Promise.all(calls)).toHaveLength(50);
      await until('a second connection', () => server.connections >= 2);
      await until('the state is in force', () => recloser.status().connected);
      expect(recloser.breakers()).toHaveLength(1);
      expect(await breaker.protect(() => Promise.resolve(1))).toBe(1);
    },
    15_000,
  );

  it('stalls in the middle of a frame is given up once nothing has come for too long', async () => {
    const tuning = { flushMs: 1_000, urgentFlushMs: 50, leaseMs: 1_000, pingMs: 400 };
    const full = JSON.stringify({ ...makeFull([makeView('a')]), tuning });
    const server = await serve((socket, stream) => {
      socket.send(full);
      stream.write(Buffer.from([0x81, 0x7e, 0x10, 0x00, 0x7b]));
    });
    opened.push(server);
    const { recloser } = impatient(server.url);
    await until('the state is in force', () => recloser.status().connected);
    await until('another connection', () => server.connections >= 2, 5_000);
  });
});

describe('thousands of reconnects', () => {
  it('leave nothing behind', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const server = await serve((socket) => {
      socket.once('message', () => {
        socket.send(FULL);
        // Before it has lasted long enough to count as a good one.
        socket.send('{"t":"goodbye","reason":"again","withinMs":0}');
        socket.close();
      });
    });
    opened.push(server);
    const { recloser } = impatient(server.url);
    const breaker = recloser.breaker('a', { timeoutMs: 1_000 });
    const heapAt = async (connections: number): Promise<number> => {
      await until(`${connections} connections`, () => server.connections >= connections, 150_000);
      await breaker.protect(() => Promise.resolve(1));
      collect();
      collect();
      return process.memoryUsage().heapUsed;
    };
    // By then all code is compiled.
    const warm = await heapAt(2_000);
    const end = await heapAt(5_000);
    // 3,000 connections in between: a leak of 100 bytes each would show.
    expect(end - warm).toBeLessThan(300_000);
    expect(
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    ).toBeLessThan(20);
  });
});
