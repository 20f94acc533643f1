import 'reflect-metadata';
import { strict as assert } from 'node:assert';
import { Controller, Get, Headers, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Recloser, type Breaker } from '@recloser/sdk';
import { InjectBreaker, Protect, RecloserModule } from '@recloser/sdk/nest';
import { TestControlPlane } from '@recloser/sdk/testing';

const plane = new TestControlPlane();
const recloser = plane.connect({ service: 'shop' });

@Injectable()
class Payments {
  constructor(@InjectBreaker('paypal') private readonly paypal: Breaker) {}

  @Protect('stripe')
  async charge(): Promise<string> {
    return Promise.resolve('charged');
  }

  @Protect('bank', { fallback: () => 'queued' })
  async transfer(): Promise<string> {
    return Promise.reject(new Error('down'));
  }

  async refund(): Promise<string> {
    return await this.paypal.protect(() => 'refunded');
  }
}

@Controller()
class Shop {
  constructor(private readonly payments: Payments) {}

  @Get('charge')
  charge(): Promise<string> {
    return this.payments.charge();
  }

  @Get('transfer')
  transfer(): Promise<string> {
    return this.payments.transfer();
  }

  @Get('refund')
  refund(@Headers('x-account') _account?: string): Promise<string> {
    return this.payments.refund();
  }
}

@Module({
  imports: [
    RecloserModule.forRoot({
      recloser,
      context: (execution) => {
        const { headers } = execution
          .switchToHttp()
          .getRequest<{ headers: Record<string, string | undefined> }>();
        const accountId = headers['x-account'];
        return accountId === undefined ? undefined : { accountId };
      },
    }),
    RecloserModule.forFeature({ paypal: {} }),
  ],
  controllers: [Shop],
  providers: [Payments],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const get = (path: string, account = 'ada') =>
    fetch(`${url}/${path}`, { headers: { 'x-account': account } });

  assert.ok(app.get(Recloser) === recloser);
  assert.equal(await (await get('charge')).text(), 'charged');
  assert.equal(await (await get('transfer')).text(), 'queued');
  assert.equal(await (await get('refund')).text(), 'refunded');
  assert.deepEqual(
    recloser.stats().map(({ breaker, ok, failures }) => [breaker, ok, failures]),
    [
      ['paypal', 1, 0],
      ['stripe', 1, 0],
      ['bank', 0, 1],
    ],
  );
  plane.admit('stripe', 50);
  const stripe = recloser.breaker('stripe');
  for (let index = 0; index < 30; index += 1) {
    const accountId = `account-${index}`;
    const { status } = await get('charge', accountId);
    assert.equal(status === 200, stripe.allows({ accountId }), `${accountId}: ${status}`);
  }
  plane.open('stripe');
  assert.equal((await get('charge')).status, 503);

  await app.close();
  await plane.end();
}

void main();
