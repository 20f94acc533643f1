import type { HttpAnswer, HttpRequest } from '@recloser/sdk';
import type { ApiNode } from './api-node.js';
import type { Network, NetworkNode } from './network.js';
import type { Random } from './random.js';
import type { Scheduler } from './scheduler.js';

export interface HttpParts {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly random: Random;
  readonly apis: readonly ApiNode[];
}

/** One request, to any of the API nodes, as behind a load balancer. Rejects when no answer comes in time. */
export function httpRequest(
  { scheduler, network, random, apis }: HttpParts,
  from: NetworkNode,
  url: string,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const up = apis.filter(({ alive }) => alive);
  const api = up[random.below(Math.max(1, up.length))];
  if (api === undefined) return Promise.reject(new Error('unreachable'));
  const answer = network.request(from, api.name, () => api.answer(new URL(url).pathname, request));
  return new Promise((resolve, reject) => {
    const timer = scheduler.after(request.timeoutMs, () => reject(new Error('timed out')));
    void answer.then(resolve, reject).finally(() => timer.cancel());
  });
}
