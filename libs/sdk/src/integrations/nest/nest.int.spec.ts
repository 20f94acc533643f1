import 'reflect-metadata';
import {
  Controller,
  Get,
  Headers,
  Injectable,
  Logger,
  Module,
  Param,
  Scope,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Breaker } from '../../breaker/breaker.js';
import { Recloser } from '../../recloser.js';
import { TestControlPlane } from '../../testing/control-plane.js';
import { InjectBreaker, Protect, RecloserModule } from '../../entries/nest.js';

interface Asking {
  headers: Record<string, string | undefined>;
  user?: { readonly accountId: string };
}

/** Tells who is asking, as an application's own guard would. */
class Login implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<Asking>();
    const accountId = request.headers['x-account'];
    if (accountId !== undefined) request.user = { accountId };
    return true;
  }
}

@Injectable()
class Charges {
  calls = 0;
  readonly prefix = 'charged';

  @Protect('half')
  async charge(): Promise<string> {
    this.calls += 1;
    return Promise.resolve(this.prefix);
  }

  @Protect('stripe', { context: (accountId: string) => ({ accountId }), fallback: () => 'later' })
  async chargeFor(accountId: string): Promise<string> {
    return Promise.resolve(`${this.prefix} ${accountId}`);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  @Protect('stripe')
  async run(): Promise<string> {
    return Promise.resolve('ran');
  }
}

@Controller()
class Shop {
  constructor(
    readonly charges: Charges,
    readonly perRequest: PerRequest,
    @InjectBreaker('half') readonly half: Breaker,
  ) {}

  @Get('bucket')
  async bucket(): Promise<{ bucket: unknown }> {
    await Promise.resolve();
    return { bucket: this.half.decide().bucket };
  }

  @Get('charge')
  charge(): Promise<string> {
    return this.charges.charge();
  }

  @Get('charge/:account')
  chargeFor(@Param('account') account: string): Promise<string> {
    return this.charges.chargeFor(account);
  }

  @Get('request')
  request(): Promise<string> {
    return this.perRequest.run();
  }

  @Protect('stripe')
  @Get('below')
  async below(@Headers('x-account') account: string): Promise<string> {
    return Promise.resolve(`hello ${account}`);
  }

  @Get('above')
  @Protect('stripe')
  async above(@Headers('x-account') account: string): Promise<string> {
    return Promise.resolve(`hello ${account}`);
  }
}

const shop = {
  controllers: [Shop],
  providers: [Charges, PerRequest, { provide: APP_GUARD, useClass: Login }],
};
const accountOf = (execution: ExecutionContext): { accountId: string } | undefined =>
  execution.switchToHttp().getRequest<Asking>().user;

async function start(module: new () => object): Promise<{ app: INestApplication; url: string }> {
  const app = await NestFactory.create(module, new FastifyAdapter());
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

Logger.overrideLogger(false);

describe('RecloserModule', () => {
  let plane: TestControlPlane;
  let recloser: Recloser;
  let app: INestApplication;
  let url: string;
  beforeEach(async () => {
    plane = new TestControlPlane();
    recloser = plane.connect();
    @Module({
      imports: [
        RecloserModule.forRoot({ recloser, context: accountOf }),
        RecloserModule.forFeature({ half: {} }),
      ],
      ...shop,
    })
    class App {}
    ({ app, url } = await start(App));
  });
  afterEach(async () => {
    await app.close();
    await plane.end();
  });
  const get = async (path: string, account?: string): Promise<[number, string]> => {
    const headers = { ...(account && { 'x-account': account }) };
    const response = await fetch(`${url}/${path}`, { headers });
    return [response.status, await response.text()];
  };

  it('gives each request the context of who is asking', async () => {
    plane.admit('half', 50);
    const half = recloser.breaker('half');
    for (const accountId of ['ada', 'bob', 'eve', 'dan', 'joe', 'kim']) {
      const { bucket, admitted } = half.decide({ accountId });
      await expect(get('bucket', accountId)).resolves.toEqual([200, JSON.stringify({ bucket })]);
      const [status] = await get('charge', accountId);
      expect(status).toBe(admitted ? 200 : 503);
    }
    expect((await get('bucket'))[0]).toBe(200);
  });

  it('protects methods, which keep their this, arguments and routes', async () => {
    await expect(get('charge/ada')).resolves.toEqual([200, 'charged ada']);
    await expect(get('below', 'ada')).resolves.toEqual([200, 'hello ada']);
    await expect(get('above', 'ada')).resolves.toEqual([200, 'hello ada']);
    await expect(get('request')).resolves.toEqual([200, 'ran']);
    expect(recloser.breaker('stripe').stats()).toMatchObject({ ok: 4 });
    plane.open('stripe');
    await expect(get('charge/ada')).resolves.toEqual([200, 'later']);
    for (const path of ['below', 'above', 'request']) expect((await get(path))[0]).not.toBe(200);
    expect(recloser.breaker('stripe').stats()).toMatchObject({ ok: 4, rejected: 4 });
  });

  it('leaves an SDK that it was given to its maker', async () => {
    await app.close();
    plane.open('stripe');
    expect(recloser.breaker('stripe').allows()).toBe(false);
  });
});

describe('forRootAsync', () => {
  it('makes the SDK from injected settings, and closes it with the application', async () => {
    const SETTINGS = Symbol('settings');
    @Module({ providers: [{ provide: SETTINGS, useValue: 'open' }], exports: [SETTINGS] })
    class Settings {}
    @Module({
      imports: [
        RecloserModule.forRootAsync({
          imports: [Settings],
          inject: [SETTINGS],
          useFactory: (stripe: 'open') => ({ connect: false, force: { stripe } }),
        }),
        RecloserModule.forFeature({ half: {} }),
      ],
      ...shop,
    })
    class App {}
    const { app } = await start(App);
    const stripe = app.get(Recloser).breaker('stripe');
    expect(stripe.allows()).toBe(false);
    await app.close();
    // Closed, it turns nobody away any more.
    expect(stripe.allows()).toBe(true);
  });
});

it('runs a method unprotected, and says so, where Nest did not make the instance', async () => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  await expect(new Charges().charge()).resolves.toBe('charged');
  expect((await warned).message).toContain('Charges.charge runs unprotected');
});
