import { type ClientFrame } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { FakeSystem, makeDelta, makeFull, makeView, settle } from '../sdk.fake.js';
import { Recloser } from '../recloser.js';
import { type RecloserOptions } from '../options/options.js';
import { type HttpAnswer, type HttpRequest } from '../platform/system.js';

interface Posted {
  readonly instance: { readonly id: string };
  readonly connection: string;
  readonly state?: string;
  readonly frames: readonly ClientFrame[];
}

/** The HTTP side of a control plane. */
class FakeApi {
  /** `weakness`: what a proxy puts before the tags of states. */
  constructor(private readonly weakness = '') {}

  seq = 1;
  views = [makeView('a')];
  lease = true;
  status = 0;
  answers: object[] = [];
  readonly gets: (string | undefined)[] = [];
  readonly posts: Posted[] = [];
  readonly urls = new Set<string>();

  readonly request = (url: string, { method, headers, body }: HttpRequest): Promise<HttpAnswer> => {
    this.urls.add(url);
    if (this.status === -1) return Promise.reject(new Error('reset'));
    if (this.status > 0) return Promise.resolve(answer(this.status, ''));
    const tag = `"e1.${this.seq}"`;
    if (method === 'POST') {
      this.posts.push(JSON.parse(body ?? '') as Posted);
      const frames = this.answers.splice(0);
      return Promise.resolve(answer(200, JSON.stringify({ state: tag, frames })));
    }
    this.gets.push(headers['if-none-match']);
    const same = headers['if-none-match'] === tag;
    const text = same ? '' : JSON.stringify(makeFull(this.views, this.seq));
    const about = {
      etag: this.weakness + tag,
      'recloser-lease': String(this.lease),
      'recloser-poll-ms': '3000',
    };
    return Promise.resolve(answer(same ? 304 : 200, text, about));
  };

  get frames(): readonly ClientFrame[] {
    return this.posts.flatMap(({ frames }) => frames);
  }
}

function answer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, text, header: (name) => headers[name] ?? null };
}

function setUp(options: RecloserOptions = {}, api = new FakeApi()) {
  const system = new FakeSystem();
  system.request = api.request;
  const recloser = new Recloser({ url: 'ws://plane:4400', instanceId: 'i1', ...options }, system);
  return { system, api, recloser };
}

/** An SDK whose socket was refused, and that polls. */
async function polling(options: RecloserOptions = {}, api = new FakeApi()) {
  const rig = setUp(options, api);
  rig.system.socket.end(1006, 'HTTP 400', 400);
  await rig.system.pass(1_000);
  expect(rig.recloser.status()).toMatchObject({ connected: true, polling: true, seq: 1 });
  return rig;
}

const fail = (): Promise<never> => Promise.reject(new Error('down'));

describe('without a socket', () => {
  it.each([200, 301, 400, 404, 405, 426])(
    'polls at once when an upgrade gets %d',
    async (status) => {
      const { system, api, recloser } = setUp();
      system.socket.end(1006, `HTTP ${status}`, status);
      await system.pass(1_000);
      expect(recloser.status()).toMatchObject({ connected: true, polling: true });
      expect([...api.urls]).toEqual([
        'http://plane:4400/v1/sdk/snapshot',
        'http://plane:4400/v1/sdk/frames',
      ]);
      expect(system.sockets).toHaveLength(1);
    },
  );

  it('polls after three sockets on which nothing ever came', async () => {
    const { system, recloser } = setUp();
    for (let i = 0; i < 3; i += 1) {
      expect(recloser.status().polling).toBe(false);
      const count = system.sockets.length;
      if (i === 1) system.socket.open();
      system.socket.end(1006, 'reset');
      for (let s = 0; s < 40 && system.sockets.length === count; s += 1) await system.pass(100);
    }
    await system.pass(5_000);
    expect(recloser.status()).toMatchObject({ connected: true, polling: true });
  });

  it('goes on trying both when neither gets through', async () => {
    let requests = 0;
    const api = new FakeApi();
    const request: FakeApi['request'] = () => {
      requests += 1;
      return fail();
    };
    const { system } = setUp({}, Object.assign(api, { request }));
    for (let i = 0; i < 12; i += 1) {
      if (!system.socket.closed) system.socket.end(1006, 'HTTP 400', 400);
      await system.pass(30_000);
    }
    expect(requests).toBeGreaterThanOrEqual(5);
    expect(requests).toBeLessThan(20);
    expect(system.sockets.length).toBeGreaterThanOrEqual(5);
  });

  it('does not poll a relay on the host, nor without a way to', async () => {
    const { system, api } = setUp({ url: 'ws+unix:///run/recloser.sock' });
    for (let i = 0; i < 6; i += 1) {
      system.socket.end(1006, 'HTTP 400', 400);
      await system.pass(31_000);
    }
    expect(api.urls.size).toBe(0);
    expect(system.sockets.length).toBeGreaterThan(5);
  });

  it('takes a refused key for what it is', async () => {
    const { system, api, recloser } = await polling();
    const errors: string[] = [];
    recloser.on('error', ({ code }) => void errors.push(code));
    api.status = 403;
    await system.pass(5_000);
    expect(errors).toEqual(['unauthorized']);
    expect(recloser.status().connected).toBe(false);
  });
});

describe('polling', () => {
  it('asks with the tag of what it has, with jitter, and changes arrive', async () => {
    const { system, api, recloser } = await polling();
    await system.pass(9_000);
    expect(api.gets.slice(0, 4)).toEqual([undefined, '"e1.1"', '"e1.1"', '"e1.1"']);
    expect(recloser.breaker('a').allows()).toBe(true);
    api.seq = 2;
    api.views = [makeView('a', { state: 'open', admission: 0, version: 2 })];
    await system.pass(3_100);
    expect(recloser.breaker('a').allows()).toBe(false);
    expect(recloser.status().seq).toBe(2);
    await system.pass(200);
    expect(api.frames).toContainEqual({ t: 'ack', seq: 2 });
  });

  it('renews the lease by an unchanged state, but only while somebody decides', async () => {
    const { system, api, recloser } = await polling();
    await system.pass(30_000);
    expect(recloser.status().takenOver).toBe(false);
    api.lease = false;
    await system.pass(14_000);
    expect(recloser.status()).toMatchObject({ takenOver: true, connected: true });
    api.lease = true;
    await system.pass(4_000);
    expect(recloser.status().takenOver).toBe(false);
  });

  it('posts signals, each once, and asks for the state at once when it has changed', async () => {
    const { system, api, recloser } = await polling();
    const breaker = recloser.breaker('a');
    for (let i = 0; i < 20; i += 1) await breaker.protect(fail).catch(() => undefined);
    await system.pass(300);
    const signals = api.frames.filter((frame) => frame.t === 'signal');
    const failures = signals.flatMap(({ items }) => items.map(({ c }) => c[0]?.[2] ?? 0));
    expect(failures.reduce((sum, count) => sum + count, 0)).toBe(20);
    expect(api.posts[0]?.instance.id).toBe('i1');
    api.seq = 2;
    api.views = [makeView('a', { state: 'open', admission: 0, version: 2 })];
    await breaker.protect(fail).catch(() => undefined);
    await system.pass(400);
    expect(breaker.allows()).toBe(false);
  });

  it('posts which state it has applied, so that any server knows what it may be told', async () => {
    const { system, api, recloser } = await polling();
    expect(api.posts.at(-1)?.state).toBe('"e1.1"');
    api.seq = 2;
    await system.pass(3_100);
    await recloser
      .breaker('a')
      .protect(fail)
      .catch(() => undefined);
    await system.pass(2_000);
    expect(api.posts.at(-1)?.state).toBe('"e1.2"');
  });

  it('takes a tag that a proxy has made weak for the same state, and does not ask again and again', async () => {
    const { system, api, recloser } = await polling({}, new FakeApi('W/'));
    const { length } = api.gets;
    for (let i = 0; i < 20; i += 1) {
      await recloser
        .breaker('a')
        .protect(fail)
        .catch(() => undefined);
      await system.pass(250);
    }
    expect(api.posts.length).toBeGreaterThan(5);
    expect(api.gets.length - length).toBeLessThanOrEqual(3);
  });

  it('makes the probe that the answer to a post permits, and posts how it went', async () => {
    const { system, api, recloser } = await polling();
    const probe = { round: 1, permits: 1, ttlMs: 5_000 };
    api.seq = 2;
    api.views = [makeView('a', { state: 'probing', admission: 0, version: 2, probe })];
    await system.pass(3_100);
    const breaker = recloser.breaker('a');
    const call = () => breaker.protect(() => 'charged').catch(() => null);
    api.answers = [{ t: 'permit', b: 'a', v: 2, round: 1, id: '2.1.0', ttlMs: 5_000 }];
    expect(await call()).toBeNull();
    await system.pass(600);
    expect([await call(), await call()]).toEqual(['charged', null]);
    await system.pass(600);
    const told = api.frames.filter(({ t }) => t === 'probe');
    expect(told).toMatchObject([{ t: 'probe', b: 'a', v: 2, round: 1, id: '2.1.0', ok: true }]);
  });

  it('hears what the answer to a post says', async () => {
    const { system, api, recloser } = await polling();
    const errors: string[] = [];
    recloser.on('error', ({ code }) => void errors.push(code));
    api.answers = [{ t: 'error', code: 'unknown_breaker', message: 'no', fatal: false }];
    await recloser.breaker('a').protect(() => Promise.resolve(1));
    await system.pass(2_000);
    expect(errors).toEqual(['unknown_breaker']);
  });

  it('says now and then that it is there', async () => {
    const { system, api } = await polling();
    await system.pass(60_000);
    expect(api.posts.length).toBeGreaterThanOrEqual(2);
    expect(api.posts.length).toBeLessThanOrEqual(5);
    expect(new Set(api.posts.map(({ connection }) => connection)).size).toBe(1);
  });

  it('uses one timer, and nothing after a close', async () => {
    const { system, api, recloser } = await polling();
    await system.pass(10_000);
    expect(system.mostTimers).toBe(1);
    await recloser.close();
    const { length } = api.gets;
    await system.pass(120_000);
    expect(api.gets).toHaveLength(length);
    expect(system.timers).toBe(0);
  });
});

describe('a socket while polling', () => {
  it('is tried from time to time, and taken as soon as it brings a frame', async () => {
    const { system, api, recloser } = await polling();
    const stale: boolean[] = [];
    recloser.on('stale', (event) => void stale.push(event.stale));
    await system.pass(60_000);
    const trial = system.socket;
    expect(system.sockets).toHaveLength(2);
    trial.open();
    expect(trial.of('hello')).toMatchObject([{ instance: { id: 'i1' } }]);
    expect(recloser.status().polling).toBe(true);
    trial.frame(makeFull([makeView('a')], 3));
    expect(recloser.status()).toMatchObject({ connected: true, polling: false, seq: 3 });
    const { length } = api.gets;
    trial.frame(makeDelta(3, [makeView('a', { state: 'open', admission: 0, version: 2 })]));
    expect(recloser.breaker('a').allows()).toBe(false);
    await system.pass(5_000);
    expect(api.gets).toHaveLength(length);
    expect(stale).toEqual([]);
    trial.end(1006);
    await system.pass(1_000);
    expect(system.sockets).toHaveLength(3);
    expect(stale).toEqual([true]);
  });

  it('that opens and stays silent does not disturb', async () => {
    const { system, recloser } = await polling();
    const events: unknown[] = [];
    recloser.on('stale', (event) => void events.push(event));
    recloser.on('takeover', (event) => void events.push(event));
    for (let i = 0; i < 4; i += 1) {
      await system.pass(60_000);
      system.socket.open();
    }
    expect(recloser.status()).toMatchObject({ connected: true, polling: true });
    expect(events).toEqual([]);
    expect(system.sockets.filter(({ closed }) => !closed)).toHaveLength(1);
    await settle();
  });
});
