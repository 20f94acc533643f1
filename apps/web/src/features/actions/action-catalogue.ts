import type { Command } from '@recloser/core';
import type { api, InputOf } from '@recloser/protocol';
import type { ButtonVariant } from '@/components/ui/button';

/** All that a person can do to a breaker's state. */
export const ACTION_NAMES = [
  'trip',
  'restore',
  'start',
  'hold',
  'resume',
  'next',
  'back',
  'set',
  'dim',
  'abort',
  'finish',
  'auto',
  'freeze',
  'observe',
] as const;
export type ActionName = (typeof ACTION_NAMES)[number];

export interface ActionParameters {
  /** When a hold ends by itself; null: when someone ends it. */
  readonly until: number | null;
  /** For `set` and `dim`. */
  readonly admission: number;
  /** For `trip`: those whom rules admit still pass. */
  readonly keepsRules?: boolean | undefined;
}

interface ActionWords {
  readonly label: string;
  /** Question at the head of the dialog; the breaker's key follows. */
  readonly title: string;
  /** While it is on its way; the breaker's key follows. */
  readonly doing: string;
  /** When it has arrived. */
  readonly did: string;
  readonly tone: ButtonVariant;
  /** Asks how long. */
  readonly mayEnd: boolean;
  readonly reasons: readonly string[];
}

const STEERING = [
  'Numbers look healthy',
  'Watching the dependency',
  'Agreed in the incident channel',
];
const STOPPING = ['Provider incident', 'Errors in a new release', 'Planned maintenance', 'Drill'];
const RETURNING = [
  'Provider reports it fixed',
  'Fix is deployed',
  'Maintenance is over',
  'Drill is over',
];

export const ACTIONS: Readonly<Record<ActionName, ActionWords>> = {
  trip: {
    label: 'Open',
    title: 'Open',
    doing: 'Opening',
    did: 'Opened',
    tone: 'danger',
    mayEnd: true,
    reasons: STOPPING,
  },
  restore: {
    label: 'Restore',
    title: 'Restore',
    doing: 'Restoring',
    did: 'Restore begun:',
    tone: 'go',
    mayEnd: false,
    reasons: RETURNING,
  },
  start: {
    label: 'Start the ramp',
    title: 'Start the ramp of',
    doing: 'Starting the ramp',
    did: 'Ramp started:',
    tone: 'solid',
    mayEnd: false,
    reasons: RETURNING,
  },
  hold: {
    label: 'Pause',
    title: 'Pause the ramp of',
    doing: 'Pausing',
    did: 'Paused',
    tone: 'solid',
    mayEnd: true,
    reasons: STEERING,
  },
  resume: {
    label: 'Resume',
    title: 'Resume the ramp of',
    doing: 'Resuming',
    did: 'Resumed',
    tone: 'solid',
    mayEnd: false,
    reasons: STEERING,
  },
  next: {
    label: 'Next step',
    title: 'Take the next step of',
    doing: 'Next step',
    did: 'Next step taken:',
    tone: 'solid',
    mayEnd: false,
    reasons: STEERING,
  },
  back: {
    label: 'Step back',
    title: 'Take one step back for',
    doing: 'Stepping back',
    did: 'Stepped back:',
    tone: 'solid',
    mayEnd: false,
    reasons: [
      'Latency is rising',
      'Errors in the admitted cohort',
      'Agreed in the incident channel',
    ],
  },
  set: {
    label: 'Set admission',
    title: 'Set the admission of',
    doing: 'Setting admission',
    did: 'Admission set:',
    tone: 'solid',
    mayEnd: false,
    reasons: STEERING,
  },
  dim: {
    label: 'Dim',
    title: 'Dim',
    doing: 'Dimming',
    did: 'Dimmed',
    tone: 'solid',
    mayEnd: true,
    reasons: ['Sparing the dependency', 'Planned maintenance', 'Provider asked for less', 'Drill'],
  },
  abort: {
    label: 'Abort',
    title: 'Abort the recovery of',
    doing: 'Aborting',
    did: 'Aborted',
    tone: 'danger',
    mayEnd: false,
    reasons: STOPPING,
  },
  finish: {
    label: 'Finish',
    title: 'Let all traffic through to',
    doing: 'Finishing',
    did: 'Finished',
    tone: 'go',
    mayEnd: false,
    reasons: RETURNING,
  },
  auto: {
    label: 'Automatic',
    title: 'Let evidence move',
    doing: 'Switching to automatic',
    did: 'Automatic:',
    tone: 'solid',
    mayEnd: false,
    reasons: ['Policy is reviewed', 'Hold is no longer needed'],
  },
  freeze: {
    label: 'Hold as it is',
    title: 'Hold as it is:',
    doing: 'Holding',
    did: 'Held',
    tone: 'solid',
    mayEnd: true,
    reasons: ['Known noise, being worked on', 'Planned maintenance', 'Investigating'],
  },
  observe: {
    label: 'Observe only',
    title: 'Observe only:',
    doing: 'Switching to observe',
    did: 'Observe only:',
    tone: 'solid',
    mayEnd: false,
    reasons: ['Policy is being tuned', 'False trip'],
  },
};

/** The core's command for an action: what the server will decide can be shown before it is sent. */
export function commandOf(
  action: ActionName,
  { until, admission, keepsRules = false }: ActionParameters,
): Command {
  switch (action) {
    case 'trip':
      return { type: 'trip', until, keepsRules };
    case 'restore':
      return { type: 'restore' };
    case 'hold':
      return { type: 'ramp.hold', until };
    case 'set':
      return { type: 'ramp.set', admission };
    case 'dim':
      return { type: 'dim', admission, until };
    case 'auto':
      return { type: 'mode.set', mode: 'auto', until: null };
    case 'freeze':
      return { type: 'mode.set', mode: 'held', until };
    case 'observe':
      return { type: 'mode.set', mode: 'observe', until: null };
    case 'start':
    case 'resume':
    case 'next':
    case 'back':
    case 'abort':
    case 'finish':
      return { type: `ramp.${action}` };
  }
}

type RouteName = 'trip' | 'restore' | 'dim' | 'setMode' | 'ramp';

type BodyOf<N extends RouteName> = InputOf<(typeof api.breakers)[N]>['body'];

type WithoutActing<B> = B extends unknown ? Omit<B, 'reason' | 'expectedVersion' | 'scope'> : never;

/** A route of breakers, and its body without reason, expected version and scope. */
type ActionRequest = {
  readonly [N in RouteName]: { readonly route: N; readonly body: WithoutActing<BodyOf<N>> };
}[RouteName];

/** The REST request of an action, without reason and expected version. */
export function requestOf(action: ActionName, parameters: ActionParameters): ActionRequest {
  const until = parameters.until === null ? {} : { until: parameters.until };
  switch (action) {
    case 'trip':
      return {
        route: 'trip',
        body: { ...until, ...(parameters.keepsRules === true && { keepsRules: true }) },
      };
    case 'restore':
      return { route: 'restore', body: {} };
    case 'hold':
      return { route: 'ramp', body: { action, ...until } };
    case 'set':
      return { route: 'ramp', body: { action, admission: parameters.admission } };
    case 'dim':
      return { route: 'dim', body: { admission: parameters.admission, ...until } };
    case 'auto':
    case 'observe':
      return { route: 'setMode', body: { mode: action } };
    case 'freeze':
      return { route: 'setMode', body: { mode: 'held', ...until } };
    case 'start':
    case 'resume':
    case 'next':
    case 'back':
    case 'abort':
    case 'finish':
      return { route: 'ramp', body: { action } };
  }
}
