import type { BreakerRecord } from '../model/model.js';
import { checkName } from '../model/probe-check.js';
import { plural } from '../model/words.js';

/** What comes after the cool-down: "3 probe calls for the whole fleet may pass." */
export function probesFollow({
  policy: { recovery },
  part,
}: Pick<BreakerRecord, 'policy' | 'part'>): string {
  if (recovery.probe !== null) {
    return `${plural(recovery.probes, 'check')} follow: ${checkName(recovery.probe)}.`;
  }
  const calls = plural(recovery.probes, 'probe call');
  if (part === undefined) return `${calls} for the whole fleet may pass.`;
  return `${calls} ${part.kind === 'instance' ? 'by this instance' : 'by its instances'} may pass.`;
}
