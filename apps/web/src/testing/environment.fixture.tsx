import type { BreakerDetail, User } from '@recloser/protocol';
import { configure, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { SWRConfig } from 'swr';
import { vi } from 'vitest';
import { ActionProvider } from '@/features/actions/action-provider';
import { LiveProvider } from '@/features/live/live-provider';
import { SessionProvider } from '@/features/session/session-context';

// Parts that come later may take their time on a slow machine.
configure({ asyncUtilTimeout: 30_000 });

/** A request of a page. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** What the API answers a request with. */
interface Answered {
  readonly status: number;
  readonly body: unknown;
}

export interface EnvironmentOptions {
  readonly role?: User['role'];
  readonly answer?: (request: Sent) => Answered;
}

/** A feed that tells nothing: what is drawn is what the server said first. */
class QuietSocket extends EventTarget {
  send(): void {}
  close(): void {}
}

/** Draws a part of the console for somebody who looks at one environment, and notes what is sent to the API. */
export function renderInEnvironment(
  element: ReactElement,
  breaker: BreakerDetail,
  { role = 'operator', answer }: EnvironmentOptions = {},
) {
  const sent: Sent[] = [];
  vi.stubGlobal('WebSocket', QuietSocket);
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
    const request: Sent = { method: init.method ?? 'GET', path, body };
    if (request.method !== 'GET') sent.push(request);
    const changed = { seq: breaker.seq, breaker };
    const usual = request.method === 'GET' ? breaker : changed;
    const answered = answer?.(request) ?? { status: 200, body: usual };
    return Promise.resolve(Response.json(answered.body, { status: answered.status }));
  });
  const user: User = { id: 'u1', name: 'Ada', email: 'ada@example.com', role };
  const view = render(
    <SWRConfig value={{ provider: () => new Map() }}>
      <SessionProvider user={user}>
        <LiveProvider
          project="default"
          environment="production"
          breakers={[breaker]}
          seq={breaker.seq}
        >
          <ActionProvider>{element}</ActionProvider>
        </LiveProvider>
      </SessionProvider>
    </SWRConfig>,
  );
  return { ...view, sent, user: userEvent.setup() };
}
