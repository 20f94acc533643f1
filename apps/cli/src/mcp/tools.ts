import { formatAdmission, STATE_KINDS } from '@recloser/core';
import { api, type BreakerDetail, type BreakerSummary } from '@recloser/protocol';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { incidentOf, incidentText } from '../incident.js';
import type { Session } from '../session.js';
import { readSince } from '../values.js';

/** Breakers in one answer at most. */
const PAGE = 200;
const DAY_MS = 86_400_000;

/** Nothing that these tools do changes anything. */
const READING = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

const breaker = z.string().min(1).describe('Key of the breaker, such as stripe');

const answer = (data: unknown) => ({
  content: [
    { type: 'text' as const, text: typeof data === 'string' ? data : JSON.stringify(data) },
  ],
});

const summaryOf = ({ key, state, mode, admission, since, summary, owner }: BreakerSummary) => ({
  ...{ breaker: key, owner, state, mode, admits: formatAdmission(admission) },
  ...{ since: new Date(since).toISOString(), why: summary },
});

/** What an assistant needs to say why a breaker is in its state, and what comes next. */
function explanationOf(detail: BreakerDetail) {
  const { heldUntil, dueAt, description, tags, outage, evidence, policy, rules, scopes } = detail;
  const timeOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...summaryOf(detail),
    ...{ description, tags, heldUntil: timeOf(heldUntil), looksAgainAt: timeOf(dueAt) },
    ...{ outage, evidence, current: detail.current, parts: scopes },
    ...{ trip: policy.trip, minCalls: policy.minCalls, recovery: policy.recovery, rules },
  };
}

function addFleetStatus(server: McpServer, { client, place }: Session): void {
  server.registerTool(
    'fleet_status',
    {
      title: 'Fleet status',
      description:
        'Lists the breakers of the environment with their state and why. By default those that are not closed; at most 200 at once.',
      inputSchema: {
        states: z.array(z.enum(STATE_KINDS)).min(1).optional().describe('Only in these states'),
        search: z.string().max(200).optional().describe('Part of the key or name'),
        cursor: z.string().optional().describe('nextCursor of the answer before'),
      },
      annotations: READING,
    },
    async ({ states, search: q, cursor }) => {
      const state = states ?? STATE_KINDS.filter((kind) => kind !== 'closed');
      const query = { state, q, cursor, limit: PAGE };
      const { items, nextCursor } = await client.call(api.breakers.list, { params: place, query });
      return answer({ breakers: items.map(summaryOf), nextCursor });
    },
  );
}

function addExplain(server: McpServer, { client, place }: Session): void {
  server.registerTool(
    'explain_breaker',
    {
      title: 'Explain a breaker',
      description:
        'Says why a breaker is in its state: the evidence of its last change, its outage, what its policy asks for, and how much of the fleet has applied it.',
      inputSchema: { breaker },
      annotations: READING,
    },
    async ({ breaker: key }) => {
      const input = { params: { ...place, key } };
      const [detail, applied] = await Promise.all([
        client.call(api.breakers.read, input),
        client.call(api.breakers.convergence, input),
      ]);
      return answer({ ...explanationOf(detail), applied });
    },
  );
}

function addTimeline(server: McpServer, session: Session): void {
  server.registerTool(
    'incident_timeline',
    {
      title: 'Incident timeline',
      description: 'What happened to a breaker, with figures, as Markdown. Times are UTC.',
      inputSchema: {
        breaker,
        since: z
          .string()
          .default('2h')
          .describe('How long ago, such as 2h, or a time with its zone'),
      },
      annotations: READING,
    },
    async ({ breaker: key, since }) => {
      const to = Date.now();
      return answer(incidentText(await incidentOf(session, key, readSince(since, to), to)));
    },
  );
}

function addBacktest(server: McpServer, { client, place }: Session): void {
  server.registerTool(
    'backtest_policy',
    {
      title: 'Backtest a policy',
      description:
        'Compares when a breaker would have opened under other trip settings with when it would have under the saved ones. Approximate.',
      inputSchema: {
        breaker,
        toleratedRate: z.number().min(0).max(1).optional().describe('Failure rate, 0 to 1'),
        excessMs: z.int().min(1).optional().describe('Excess of failures that opens it, ms'),
        minCalls: z.int().min(0).optional(),
        days: z.number().positive().max(30).default(7),
      },
      annotations: READING,
    },
    async ({ breaker: key, toleratedRate, excessMs, minCalls, days }) => {
      const params = { ...place, key };
      const { policy } = await client.call(api.breakers.read, { params });
      const trip = {
        ...policy.trip,
        toleratedRate: toleratedRate ?? policy.trip.toleratedRate,
        excessMs: excessMs ?? policy.trip.excessMs,
      };
      const proposed = { ...policy, trip, minCalls: minCalls ?? policy.minCalls };
      const to = Date.now();
      const body = { policy: proposed, from: Math.round(to - days * DAY_MS), to };
      return answer(await client.call(api.breakers.backtest, { params, body }));
    },
  );
}

/** All tools. Each one only reads. */
export function addTools(server: McpServer, session: Session): void {
  addFleetStatus(server, session);
  addExplain(server, session);
  addTimeline(server, session);
  addBacktest(server, session);
}
