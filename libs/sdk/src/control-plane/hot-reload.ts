/** Of all copies of this package in the process: a reload brings a new one where it is bundled. */
const CONNECTED = Symbol.for('recloser.connected');

interface Connected {
  /** What disconnects the SDK that stands for a key. */
  readonly retire: Map<string, () => void>;
  hasWarned: boolean;
}

/** How an SDK stands among those of its process that were made for the same purpose. */
export interface Succession {
  /** It has disconnected an earlier one, and is the first of the process to do so. */
  readonly mustWarn: boolean;
  /** It is closed, and no longer stands for anything. */
  end(): void;
}

/**
 * Disconnects the SDK that was made before for the same `purpose`. Development servers load a module again after each
 * edit, and each time the module makes an SDK: without this, every edit would leave a connection behind.
 */
export function succeed(purpose: string, retire: () => void): Succession {
  const connected = connectedHere();
  const earlier = connected.retire.get(purpose);
  earlier?.();
  const mustWarn = earlier !== undefined && !connected.hasWarned;
  connected.hasWarned ||= mustWarn;
  connected.retire.set(purpose, retire);
  return {
    mustWarn,
    end: () => {
      if (connected.retire.get(purpose) === retire) connected.retire.delete(purpose);
    },
  };
}

function connectedHere(): Connected {
  const known = Reflect.get(globalThis, CONNECTED) as Connected | undefined;
  const connected = known ?? { retire: new Map<string, () => void>(), hasWarned: false };
  Reflect.set(globalThis, CONNECTED, connected);
  return connected;
}
