import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, to fail as networks and killed processes do. */
export interface TcpProxy {
  readonly port: number;
  /** Ends all connections and lets no new one through: to the server, the client was killed. */
  cut(): void;
  /** Keeps the connections that are there and passes nothing on: neither side is told. New ones work. */
  freeze(): void;
  /** Accepts new connections and passes nothing on, either. */
  stall(): void;
  /** Lets new connections through again. */
  heal(): void;
  close(): Promise<void>;
}

/** A proxy on a free loopback port to a server on this machine. */
export async function tcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let refuses = false;
  let stalls = false;
  const server = createServer((client) => {
    if (refuses) {
      client.destroy();
      return;
    }
    const upstream = connect({ port: target, host: '127.0.0.1' });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = () => {
      client.destroy();
      upstream.destroy();
      pairs.delete(pair);
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end);
    if (stalls) return;
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    refuses = true;
    for (const [client] of [...pairs]) client.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    freeze: () => freezeAll(pairs),
    stall: () => {
      stalls = true;
      freezeAll(pairs);
    },
    heal: () => {
      refuses = false;
      stalls = false;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
  };
}

function freezeAll(pairs: Iterable<readonly [Socket, Socket]>): void {
  for (const [client, upstream] of pairs) {
    client.unpipe(upstream);
    upstream.unpipe(client);
  }
}
