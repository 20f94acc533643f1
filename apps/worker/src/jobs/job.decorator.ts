import { DiscoveryService } from '@nestjs/core';
import type { JobName } from '@recloser/protocol';

/** When a job is added without anybody asking for it. */
export interface JobPlan {
  readonly name: JobName;
  /** Added this often over all workers, in ms; absent: only when something asks for it. */
  readonly everyMs?: number;
  /** Also added when a worker starts. */
  readonly atStart?: boolean;
}

/** The provider runs the job of this name. */
export const Job = DiscoveryService.createDecorator<JobPlan>();

/** What a provider with `@Job` implements. */
export interface JobHandler {
  run(payload: unknown): Promise<void>;
}
