import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AnswerError, parseAnswer } from './answer.js';
import { api } from './api.js';
import { contractRoutes, routeAt } from './contract.js';
import { errorsOf } from './errors-of.js';
import { pathTo, requestTo } from './request.js';

const addressesWith = (fits: (route: (typeof contractRoutes)[number]) => boolean): string[] =>
  contractRoutes.filter(fits).map(({ address }) => address);

const place = { project: 'default', environment: 'production' };

describe('the contract', () => {
  it('has one route for each address', () => {
    const addresses = Object.values(api).flatMap((group) => Object.values(group));
    expect(addressesWith(() => true).sort()).toEqual([...addresses].sort());
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('lets nobody in without a session, an API token or a key, but for a few routes', () => {
    expect(addressesWith(({ access }) => access === 'public')).toEqual([
      api.auth.signIn,
      api.auth.signOut,
      api.auth.session,
      api.health.live,
      api.health.ready,
      api.sdk.package,
      api.triggers.call,
    ]);
    expect(addressesWith(({ access }) => access === 'token')).toEqual([
      api.health.metrics,
      api.sdk.snapshot,
      api.sdk.frames,
    ]);
  });

  it('lets a viewer change only what is their own', () => {
    expect(addressesWith(({ access, method }) => access === 'viewer' && method !== 'GET')).toEqual([
      api.auth.changePassword,
      api.breakers.try,
      api.breakers.backtest,
      api.views.save,
      api.views.remove,
    ]);
  });

  it('shows secrets, people and the system’s audit log to administrators only', () => {
    const guarded = /\/(keys|people|tokens|triggers)(\/|$)|^GET \/v1\/audit/;
    const others = addressesWith(
      ({ access, address }) =>
        guarded.test(address) && access !== 'admin' && address !== api.triggers.call,
    );
    expect(others).toEqual([]);
  });

  it('asks for If-Match on every edit of what several people edit', () => {
    const edits = addressesWith(({ method }) => method === 'PATCH');
    expect(addressesWith(({ guarded = false }) => guarded)).toEqual(
      edits.filter((address) => address !== api.people.setRole),
    );
  });

  it('names the parameters of each path', () => {
    expect(Object.keys(routeAt(api.breakers.trip).params.shape)).toEqual([
      'project',
      'environment',
      'key',
    ]);
    expect(Object.keys(routeAt(api.projects.list).params.shape)).toEqual([]);
  });

  it('names the errors that follow from what a route is', () => {
    expect(errorsOf(routeAt(api.segments.edit))).toEqual(
      expect.arrayContaining(['invalid_segment', 'precondition_required', 'unknown_segment']),
    );
    expect(errorsOf(routeAt(api.health.live))).toEqual([
      'too_many_requests',
      'internal_error',
      'unavailable',
      'token_in_url',
    ]);
  });
});

describe('a request', () => {
  it('has its parameters encoded in the path, and what is given in the query', () => {
    const params = { ...place, key: 'a b?' };
    expect(pathTo(api.breakers.series, { params, query: { from: 1, step: undefined } })).toBe(
      '/v1/projects/default/environments/production/breakers/a%20b%3F/series?from=1',
    );
    const query = { state: ['open', 'probing'], limit: 5 } as const;
    expect(pathTo(api.breakers.list, { params: place, query })).toMatch(
      /\?state=open%2Cprobing&limit=5$/,
    );
    expect(pathTo(api.people.list)).toBe('/v1/people');
  });

  it('has a body and If-Match where it changes something', () => {
    const params = { ...place, key: 'staff' };
    const body = { name: 'Staff', reason: 'renamed' };
    expect(requestTo(api.segments.edit, { params, body, revision: 3 })).toEqual({
      method: 'PATCH',
      path: '/v1/projects/default/environments/production/segments/staff',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'if-match': '"3"',
      },
      body: '{"name":"Staff","reason":"renamed"}',
    });
    expect(requestTo(api.auth.signOut)).toMatchObject({ method: 'POST', body: '{}' });
    expect(requestTo(api.keys.list, { params: place })).not.toHaveProperty('body');
  });
});

describe('an answer', () => {
  const environment = { id: 'e', key: 'k', name: 'n', kind: 'production', seq: 1 };
  const projects = [{ key: 'p', name: 'P', environments: [environment] }];

  it('is read without the members that only a newer server has', () => {
    const newer = [{ ...projects[0], color: 'red', environments: [{ ...environment, x: 1 }] }];
    expect(parseAnswer(api.projects.list, newer)).toEqual(projects);
  });

  it('is read so also where a request with these members would be refused', () => {
    const when = { kind: 'once', date: '2026-12-01', time: '02:30' };
    const plan = {
      ...{ when, timeZone: 'UTC', durationMinutes: 5, leadMinutes: 0 },
      ...{ action: { kind: 'open' }, breakers: ['stripe'], tags: [] },
    };
    const known = {
      ...{ key: 'k', name: 'n', description: '', plan, revision: 1, createdAt: 1, updatedAt: 1 },
      ...{ active: null, next: [] },
    };
    const newer = { ...known, plan: { ...plan, when: { ...when, until: 'x' }, color: 'red' } };
    expect(parseAnswer(api.schedules.read, newer)).toEqual(known);
  });

  it('that has another type is an error, which says where', () => {
    const wrong = [{ ...projects[0], environments: [{ ...environment, seq: 'many' }] }];
    expect(() => parseAnswer(api.projects.list, wrong)).toThrow(AnswerError);
    expect(() => parseAnswer(api.projects.list, wrong)).toThrow(
      /^The answer to GET \/v1\/projects cannot be read: 0\.environments\.0\.seq: /,
    );
    expect(() => parseAnswer(api.projects.list, null)).toThrow(AnswerError);
  });

  it('has a schema that can be written as JSON schema on every route that has one', () => {
    for (const { answer } of contractRoutes) {
      if (answer === undefined) continue;
      expect(() => z.toJSONSchema(answer, { io: 'output', unrepresentable: 'any' })).not.toThrow();
    }
  });
});
