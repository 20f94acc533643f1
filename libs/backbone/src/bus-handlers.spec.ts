import { describe, expect, it, vi } from 'vitest';
import { BusHandlers } from './bus-handlers.js';
import { isBusTopic, parseBusPayload } from './bus-payload.js';

describe('parseBusPayload', () => {
  it('reads what was sent and leaves out what it does not know', () => {
    const text = '{"environmentId":"e","seq":7,"keyId":"k","more":1}';
    expect(parseBusPayload(text)).toEqual({ environmentId: 'e', seq: 7, keyId: 'k' });
    expect(parseBusPayload('{"environmentId":"e","seq":"7"}')).toEqual({ environmentId: 'e' });
  });

  it.each(['', 'no', 'null', '[]', '7', '{}', '{"environmentId":7}'])('refuses %j', (text) => {
    expect(parseBusPayload(text)).toBeNull();
  });

  it('knows the topics', () => {
    expect(isBusTopic('seq')).toBe(true);
    expect(isBusTopic('toString')).toBe(false);
  });
});

describe('BusHandlers', () => {
  it('logs a message that cannot be read and a handler that throws, and goes on', () => {
    const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const handlers = new BusHandlers(log);
    const seen = vi.fn();
    handlers.add('seq', () => {
      throw new Error('mine');
    });
    handlers.add('seq', seen);
    handlers.deliver('seq', 'nonsense');
    handlers.deliver('seq', '{"environmentId":"e"}');
    expect(seen.mock.calls).toEqual([[{ environmentId: 'e' }]]);
    expect(log.warn).toHaveBeenCalledTimes(1);
    expect(log.error).toHaveBeenCalledTimes(1);
  });

  it('lets handlers come and go while a message is delivered', () => {
    const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const handlers = new BusHandlers(log);
    const late = vi.fn();
    const stop = handlers.add('seq', () => {
      stop();
      handlers.add('seq', late);
    });
    handlers.deliver('seq', '{"environmentId":"a"}');
    expect(late).not.toHaveBeenCalled();
    handlers.deliver('seq', '{"environmentId":"b"}');
    expect(late.mock.calls).toEqual([[{ environmentId: 'b' }]]);
  });
});
