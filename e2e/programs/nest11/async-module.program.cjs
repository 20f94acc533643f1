// An application whose SDK is configured asynchronously, and that closes it: on Express 5, with an interceptor of its own.
require('reflect-metadata');
const assert = require('node:assert/strict');
const { Controller, Get, Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { ExpressAdapter } = require('@nestjs/platform-express');
const { Recloser } = require('@recloser/sdk');
const { Protect, RecloserModule } = require('@recloser/sdk/nest');
const { map } = require('rxjs');

class Shop {
  async charge() {
    return 'charged';
  }
}
const descriptor = Object.getOwnPropertyDescriptor(Shop.prototype, 'charge');
Protect('stripe')(Shop.prototype, 'charge', descriptor);
Object.defineProperty(Shop.prototype, 'charge', descriptor);
Get('charge')(Shop.prototype, 'charge', descriptor);
Controller()(Shop);

class AppModule {}
const useFactory = async () => ({ connect: false, context: () => ({ accountId: 'ada' }) });
Module({ imports: [RecloserModule.forRootAsync({ useFactory })], controllers: [Shop] })(AppModule);

async function main() {
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: false });
  app.useGlobalInterceptors({
    intercept: (_, next) => next.handle().pipe(map((text) => `${text}!`)),
  });
  await app.listen(0, '127.0.0.1');
  const answer = await fetch(`${await app.getUrl()}/charge`);
  assert.equal(await answer.text(), 'charged!');
  const recloser = app.get(Recloser);
  assert.deepEqual(
    recloser.stats().map(({ breaker, ok }) => [breaker, ok]),
    [['stripe', 1]],
  );
  await app.close();
  assert.equal(await recloser.ready(), false);
}

main();
