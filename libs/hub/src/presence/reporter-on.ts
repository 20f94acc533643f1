import type { Presence } from '@recloser/protocol';
import type { HubPorts } from '../ports.js';
import { type PresencePorts, PresenceReporter } from './presence-reporter.js';

/** A reporter on a hub's ports. What fails there is told, and tried again with the next report. */
export function reporterOn(
  ports: HubPorts,
  environmentId: string,
  {
    presence,
    ...about
  }: Omit<PresencePorts, 'report' | 'converged'> & { readonly presence: () => Presence },
): PresenceReporter {
  const guard = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      ports.onError(what, error);
    }
  };
  return new PresenceReporter({
    ...about,
    report: () => guard('report presence', () => ports.reportPresence(presence())),
    converged: async (breakers) => {
      await guard('mark breakers dirty', () => ports.markDirty(environmentId, breakers));
      ports.wake(environmentId, breakers);
    },
  });
}
