// What the SDK does under the fake timers of a test runner, whichever it is.
const POLICY = { minCalls: 3, failureRate: 0.4, minFailingBuckets: 1, coolDownMs: 60_000 };
const hang = () => new Promise(() => undefined);
const fail = () => Promise.reject(new Error('down'));

/** `runner` is `jest` or `vi`, which know the same calls by the same names. */
module.exports.scenarios = ({ Recloser, isCallTimeout }, { runner, test, expect }) => {
  test('a call times out when its time has passed, and not before', async () => {
    runner.useFakeTimers();
    const breaker = new Recloser({ connect: false }).breaker('a', { timeoutMs: 3_000 });
    let error = null;
    const call = breaker.protect(hang).catch((each) => (error = each));
    await runner.advanceTimersByTimeAsync(2_900);
    expect(error).toBe(null);
    await runner.advanceTimersByTimeAsync(200);
    await call;
    expect(isCallTimeout(error)).toBe(true);
  });

  test('a cool-down passes', async () => {
    runner.useFakeTimers();
    const breaker = new Recloser({ connect: false }).breaker('a', { policy: POLICY });
    for (let call = 0; call < 3; call += 1) await breaker.protect(fail).catch(() => undefined);
    expect(breaker.allows()).toBe(false);
    await runner.advanceTimersByTimeAsync(70_000);
    await expect(breaker.protect(() => 'probed')).resolves.toBe('probed');
  });

  test('a retry waits for fake time', async () => {
    runner.useFakeTimers();
    const options = { retry: { maxRetries: 1, baseMs: 1_000 } };
    const breaker = new Recloser({ connect: false }).breaker('a', options);
    let calls = 0;
    const call = breaker.protect(() => ((calls += 1) === 1 ? fail() : Promise.resolve('twice')));
    await runner.advanceTimersByTimeAsync(1_100);
    await expect(call).resolves.toBe('twice');
  });

  test('an SDK that was used once under fake timers works on under real ones', async () => {
    const breaker = new Recloser({ connect: false }).breaker('a', { timeoutMs: 50 });
    runner.useFakeTimers();
    const under = breaker.protect(hang).catch((error) => error);
    runner.useRealTimers();
    expect(isCallTimeout(await under)).toBe(true);
    expect(isCallTimeout(await breaker.protect(hang).catch((error) => error))).toBe(true);
  });

  test('it connects, counts and closes', async () => {
    const recloser = new Recloser();
    const errors = [];
    recloser.on('error', ({ message }) => errors.push(message));
    const ready = await recloser.ready();
    expect([ready, errors]).toEqual([true, []]);
    expect(recloser.status().polling).toBe(false);
    await recloser.breaker('a').protect(() => Promise.resolve(1));
    expect(await recloser.flush({ timeoutMs: 5_000 })).toBe(true);
    await recloser.close();
  });
};
