import type { Database, EnvironmentHead } from '@recloser/db';
import type { Log } from '@recloser/server';

const REASON =
  'The change log went back to an earlier change (a restore or a failover): changes that were sent are lost.';

/** What a node has sent of an environment before it read the heads. */
export interface Seen {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * Where the environments' change logs stand, after looking whether the database has gone back: to another server or
 * timeline, or below what `seen` says. Such environments have a new epoch by then.
 */
export async function readHeads(
  { environments, installation }: Pick<Database, 'environments' | 'installation'>,
  seen: ReadonlyMap<string, Seen>,
  log: Log,
): Promise<readonly EnvironmentHead[]> {
  const renewed = await installation.checkServer();
  if (renewed.length > 0) {
    log.error({ renewed }, 'the database is on another server or timeline: epochs were renewed');
  }
  const heads = await environments.heads();
  return Promise.all(
    heads.map(async (head) => {
      const known = seen.get(head.id);
      if (known?.epoch !== head.epoch || head.seq >= known.seq) return head;
      const fresh = await environments.renewEpochOf(head.id, head.epoch, REASON);
      log.error(
        { environmentId: head.id, seen: known.seq, found: head.seq, epoch: fresh?.epoch },
        'the change log went back: the epoch was renewed',
      );
      return fresh ?? head;
    }),
  );
}
