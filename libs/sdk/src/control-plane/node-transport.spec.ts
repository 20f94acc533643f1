import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type WebSocket } from 'ws';
import { type SocketEnd, type SocketHandlers } from '../platform/system.js';
import { adopt } from './node-transport.js';

/** A socket of `ws` that says what the test has it say. */
class ScriptedSocket extends EventEmitter {
  terminated = 0;
  terminate(): void {
    this.terminated += 1;
  }
}

function setUp(failing: keyof SocketHandlers | null) {
  const ends: SocketEnd[] = [];
  const boom = (where: keyof SocketHandlers): void => {
    if (where === failing) throw new Error(`${where} failed`);
  };
  const socket = new ScriptedSocket();
  adopt(Object.setPrototypeOf(socket, ScriptedSocket.prototype) as WebSocket & ScriptedSocket, {
    onOpen: () => boom('onOpen'),
    onMessage: () => boom('onMessage'),
    onEnd: (end) => {
      ends.push(end);
      if (ends.length === 1) boom('onEnd');
    },
  });
  return { socket, ends };
}

/** Every event that a socket of `ws` has a listener for, with something that is none of what it should bring. */
const EVENTS: Readonly<Record<string, readonly unknown[]>> = {
  open: [],
  message: [Buffer.from('{}'), false],
  'unexpected-response': [null, null],
  error: [null],
  close: [1006, null],
};

describe('what a socket of ws says', () => {
  it('is listened to for exactly these events', () => {
    expect(setUp(null).socket.eventNames().sort()).toEqual(Object.keys(EVENTS).sort());
  });

  it.each(Object.entries(EVENTS))('%s: nothing is thrown back into it', (event, about) => {
    for (const failing of [null, 'onOpen', 'onMessage'] as const) {
      const { socket } = setUp(failing);
      expect(() => socket.emit(event, ...about)).not.toThrow();
    }
  });

  it.each([
    ['open', 'onOpen'],
    ['message', 'onMessage'],
  ] as const)('%s: what fails over it ends the socket as unusable', (event, failing) => {
    const { socket, ends } = setUp(failing);
    socket.emit(event, ...(EVENTS[event] ?? []));
    expect(ends).toEqual([{ code: 1006, reason: `${failing} failed`, unusable: true }]);
    expect(socket.terminated).toBe(1);
  });
});
