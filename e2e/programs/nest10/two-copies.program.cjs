// The module of the CommonJS copy beside `@Protect` of the ES module, and the other way round: protected all the same.
require('reflect-metadata');
const assert = require('node:assert/strict');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

async function main() {
  const cjs = { ...require('@recloser/sdk'), ...require('@recloser/sdk/nest') };
  const esm = { ...(await import('@recloser/sdk')), ...(await import('@recloser/sdk/nest')) };
  assert.notEqual(cjs.Recloser, esm.Recloser);
  for (const [one, other] of [
    [cjs, esm],
    [esm, cjs],
  ]) {
    const recloser = new one.Recloser({ connect: false, force: { stripe: 'open' } });
    const app = await start(one, other, recloser);
    const error = await app
      .get('payments')
      .charge()
      .catch((each) => each);
    assert.ok(cjs.isCircuitOpen(error) && esm.isCircuitOpen(error), String(error));
    assert.equal(recloser.stats()[0].rejected, 1);
    await app.close();
    await recloser.close();
  }
  await refused(cjs, esm);
}

/** An application with the module of one copy, and a method that is protected by another. */
async function start({ RecloserModule }, { Protect }, recloser) {
  class Payments {
    async charge() {
      return 'charged';
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Payments.prototype, 'charge');
  Protect('stripe')(Payments.prototype, 'charge', descriptor);
  Object.defineProperty(Payments.prototype, 'charge', descriptor);
  class AppModule {}
  Module({
    imports: [RecloserModule.forRoot({ recloser })],
    providers: [{ provide: 'payments', useClass: Payments }],
  })(AppModule);
  return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
}

/** What is no SDK that can be used is not used in silence. */
async function refused(one, other) {
  const old = { breaker: () => ({ wrap: (fn) => fn }) };
  await assert.rejects(start(one, other, old), /npm ls @recloser\/sdk/);
}

main();
