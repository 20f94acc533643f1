import type { Health, Trouble } from '../dependency.js';
import { SHARDS, type Situation } from './situation.js';

/** Which share of a call fails: by whose it is, and by how long the trouble has lasted. */
export function troubleOf(
  situation: Situation,
  isHit: (instance: string) => boolean,
  sinceMs: () => number,
): Trouble {
  const { shape, severity, hangs, troubleMs, burstMs, calmMs, background } = situation;
  const shareOf = (instance: string, account: string): number => {
    switch (shape) {
      case 'steady':
        return severity;
      case 'bursts':
        return sinceMs() % (burstMs + calmMs) < burstMs ? severity : background;
      case 'rising':
        return severity * Math.min(1, sinceMs() / troubleMs);
      case 'zone':
        return isHit(instance) ? severity : background;
      case 'shard':
        return Number(account.replace(/^\D*/, '')) % SHARDS === 0 ? severity : background;
    }
  };
  return { kind: 'drawn', shareOf, hangs, isShared: shape !== 'zone' };
}

/** The dependency before the trouble and after it. */
export function calmOf({ background }: Situation): Health {
  if (background === 0) return { kind: 'healthy' };
  return { kind: 'drawn', shareOf: () => background, hangs: false, isShared: true };
}
