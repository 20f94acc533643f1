import { prepareBackbone, type Backbone } from '@recloser/backbone';
import {
  BUCKET_MS,
  DEFAULT_POLICY,
  EMPTY_COUNTS,
  INSTANCE_WINDOWS_MS,
  type Policy,
} from '@recloser/core';
import { migrate } from '@recloser/db';

/** For `testPostgres`: migrated once in a run, copied for each test file. */
export const MIGRATED = {
  template: {
    name: 'recloser_worker_template',
    prepare: async (url: string): Promise<void> => {
      await migrate(url);
      await prepareBackbone(url);
    },
  },
};

/** Everything as by default, but over in moments. */
export const HASTY_POLICY: Policy = {
  ...DEFAULT_POLICY,
  recovery: {
    ...DEFAULT_POLICY.recovery,
    coolDownMs: 250,
    coolDownMaxMs: 500,
    coolDownJitter: 0,
    dwellMinMs: 250,
    dwellMaxMs: 250,
  },
};

const HUB = 'hub-1';
const INSTANCES = 4;

/** What a hub with four instances would write, for one environment. */
export class FleetOfFour {
  constructor(
    private readonly backbone: Backbone,
    private readonly environmentId: string,
    private readonly breaker: string,
  ) {}

  /** Spreads calls over the last two seconds, half a second of failures at least in each of its halves. */
  async report(version: number, ok: number, failures: number): Promise<void> {
    const now = await this.backbone.signals.now();
    const bucket = Math.floor(now / BUCKET_MS);
    const buckets = 8;
    await this.backbone.signals.append({
      hubId: HUB,
      environmentId: this.environmentId,
      aggregates: Array.from({ length: buckets }, (_, back) => ({
        breaker: this.breaker,
        version,
        service: 'checkout',
        zone: '',
        bucket: bucket - back,
        counts: { ...EMPTY_COUNTS, ok: ok / buckets, failures: failures / buckets },
      })),
      census: INSTANCE_WINDOWS_MS.map((windowMs) => ({
        breaker: this.breaker,
        version,
        windowMs,
        reporting: INSTANCES,
        failing: failures > ok ? INSTANCES : 0,
        heaviest: [],
      })),
    });
  }

  /** Good calls in the present bucket only. */
  async succeed(version: number, calls: number): Promise<void> {
    const bucket = Math.floor((await this.backbone.signals.now()) / BUCKET_MS);
    await this.backbone.signals.append({
      hubId: HUB,
      environmentId: this.environmentId,
      aggregates: [
        {
          breaker: this.breaker,
          version,
          service: 'checkout',
          zone: '',
          bucket,
          counts: { ...EMPTY_COUNTS, ok: calls },
        },
      ],
      census: [],
    });
  }

  /** All four are connected and have applied `seq`. */
  acknowledge(seq: number): Promise<void> {
    return this.backbone.signals.reportPresence({
      hubId: HUB,
      environmentId: this.environmentId,
      acked: [[seq, INSTANCES]],
      behind: [],
    });
  }
}
