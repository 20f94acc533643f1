import type { Mode, StateKind, TransitionCause } from '@recloser/core';

/** The five meanings that a colour may have, the worst first. */
export const TONES = ['open', 'half', 'held', 'closed', 'observe'] as const;
export type Tone = (typeof TONES)[number];

interface StateSummary {
  readonly state: StateKind;
  readonly mode: Mode;
  /** Of the last transition. */
  readonly cause?: TransitionCause | null;
  /** A person has paused its ramp. */
  readonly paused?: boolean;
  /** Of a breaker: parts of the fleet that are in another state than the rest. */
  readonly scopes?: readonly StateSummary[];
}

/** In observe a trip changes no state: only the evidence tells of it. */
function wouldHaveTripped({ state, mode, cause }: StateSummary): boolean {
  return mode === 'observe' && state === 'closed' && cause === 'would_have_tripped';
}

const TONE_OF = {
  closed: 'closed',
  open: 'open',
  probing: 'half',
  ramping: 'half',
  dimmed: 'half',
} as const satisfies Record<StateKind, Tone>;

/** What a breaker does to traffic. In observe it does nothing, whatever its state says. */
export function toneOf({ state, mode }: StateSummary): Tone {
  return mode === 'observe' ? 'observe' : TONE_OF[state];
}

const WORDS = {
  closed: 'Closed',
  open: 'Open',
  probing: 'Probing',
  ramping: 'Ramping',
  dimmed: 'Dimmed',
} as const satisfies Record<StateKind, string>;

/** One or two words: "Open", "Ramping", "Would be open". */
export function stateWord(summary: StateSummary): string {
  const { state, mode } = summary;
  if (mode !== 'observe') return summary.paused === true ? 'Paused' : WORDS[state];
  if (wouldHaveTripped(summary)) return 'Would have tripped';
  return state === 'closed' ? 'Observing' : `Would be ${WORDS[state].toLowerCase()}`;
}

/** What the state means for callers, in a short clause. */
export function stateGloss({ state, mode, paused = false }: StateSummary): string {
  if (mode === 'observe') return 'decides and records, blocks nothing';
  if (paused) return 'traffic stays at this step until someone resumes it';
  switch (state) {
    case 'closed':
      return 'all traffic passes';
    case 'open':
      return 'all traffic is rejected';
    case 'probing':
      return 'a few calls test the dependency for the whole fleet';
    case 'ramping':
      return 'traffic comes back in steps, the same accounts on every instance';
    case 'dimmed':
      return 'only a part of the traffic passes';
  }
}

const RANKS = {
  open: 0,
  probing: 1,
  ramping: 2,
  dimmed: 3,
  closed: 5,
} as const satisfies Record<StateKind, number>;

/** Does not let all traffic through, as a whole. */
function blocks({ state, mode }: StateSummary): boolean {
  return mode !== 'observe' && state !== 'closed';
}

/**
 * Trouble first: the smaller, the nearer to the top. After breakers that block as a whole come those of which a part
 * does, then those that only observe.
 */
export function troubleRank(summary: StateSummary): number {
  const { state, mode } = summary;
  if (inPart(summary)) return 3.5;
  if (mode === 'observe') return state === 'closed' && !wouldHaveTripped(summary) ? 6 : 4;
  return mode === 'held' && state === 'closed' ? 4.5 : RANKS[state];
}

/** True for what belongs on a list of things to look at. */
export function needsAttention(summary: StateSummary): boolean {
  return blocks(summary) || inPart(summary);
}

/** Of the parts those that do not let all traffic through, worst first. */
export function troubledParts<T extends StateSummary>(scopes: readonly T[] = []): readonly T[] {
  return scopes.filter(blocks).toSorted((a, b) => troubleRank(a) - troubleRank(b));
}

/** The breaker lets all traffic through, but for parts of the fleet. */
export function inPart(summary: StateSummary): boolean {
  return !blocks(summary) && (summary.scopes?.some(blocks) ?? false);
}

/** What parts of the fleet do: "2 parts open, 1 ramping"; '' when all of them let all traffic through. */
export function partsWord(scopes: readonly StateSummary[] = []): string {
  const states = troubledParts(scopes).map(({ state }) => state);
  return [...new Set(states)]
    .map((state, index) => {
      const count = states.filter((one) => one === state).length;
      const noun = index === 0 ? (count === 1 ? ' part' : ' parts') : '';
      return `${count}${noun} ${WORDS[state].toLowerCase()}`;
    })
    .join(', ');
}

/** The state, and what parts of the fleet do otherwise: "Closed, 1 part open". */
export function stateSummaryWords(summary: StateSummary): string {
  const word = stateWord(summary);
  return inPart(summary) ? `${word}, ${partsWord(summary.scopes)}` : word;
}

const CAUSES = {
  excess_failures: 'Too many calls failed',
  excess_slow: 'Too many calls were slow',
  fast_window: 'Fast window tripped',
  slow_window: 'Slow window tripped',
  consecutive: 'Failed in a row',
  cool_down_ended: 'Cool-down ended',
  probe_passed: 'Probe passed',
  probe_failed: 'Probe failed',
  probe_reissued: 'Probe sent again',
  dwell_started: 'Dwell started',
  step_passed: 'Step passed',
  step_passed_low_traffic: 'Step passed on little traffic',
  step_failed: 'Step failed',
  hold_ended: 'Hold ended',
  schedule: 'By schedule',
  trigger: 'By a trigger',
  command: 'By hand',
  would_have_tripped: 'Would have tripped',
  scope_widened: 'Most parts tripped',
  scope_gone: 'Part given up',
  local_openings: 'Instances opened alone',
  openings_held: 'Openings wait',
  load_lowered: 'Lowered by load',
  load_raised: 'Raised by load',
} as const satisfies Record<TransitionCause, string>;

export function causeWord(cause: TransitionCause): string {
  return CAUSES[cause];
}

const ACTIONS: Readonly<Record<string, string>> = {
  'breaker.create': 'Breaker created',
  'breaker.edit': 'Breaker edited',
  'breaker.archive': 'Breaker archived',
  'breaker.discover': 'Breaker discovered',
  'breaker.trip': 'Opened by hand',
  'breaker.restore': 'Restore started',
  'breaker.mode': 'Mode changed',
  'breaker.dim': 'Dimmed by hand',
  'schedule.apply': 'Moved by schedule',
  'schedule.create': 'Schedule created',
  'schedule.edit': 'Schedule edited',
  'schedule.remove': 'Schedule removed',
  'segment.create': 'Segment created',
  'segment.edit': 'Segment edited',
  'segment.applied': 'Segment applied',
  'segment.remove': 'Segment removed',
  'channel.create': 'Notifications set up',
  'channel.edit': 'Notifications edited',
  'channel.rotate': 'Signing secret changed',
  'channel.stop': 'Notifications stopped: the receiver is gone',
  'channel.remove': 'Notifications removed',
  'policy.edit': 'Policy edited',
  'timeout.learned': 'Timeout learned',
  'rules.edit': 'Rules edited',
  'ramp.start': 'Ramp started',
  'ramp.hold': 'Ramp paused',
  'ramp.resume': 'Ramp resumed',
  'ramp.next': 'Next step by hand',
  'ramp.back': 'Step back by hand',
  'ramp.set': 'Admission set by hand',
  'ramp.abort': 'Ramp aborted',
  'ramp.finish': 'Ramp finished by hand',
  'mode.set': 'Mode changed',
  'key.create': 'SDK key created',
  'key.revoke': 'SDK key revoked',
  'token.create': 'API token created',
  'token.revoke': 'API token revoked',
  'trigger.create': 'Trigger created',
  'trigger.revoke': 'Trigger revoked',
  'trigger.open': 'Opened by trigger',
  'trigger.dim': 'Dimmed by trigger',
  'trigger.hold': 'Held by trigger',
  'auth.signed_in': 'Signed in',
  'auth.refused': 'Sign-in refused',
  'person.create': 'Person added',
  'auth.change_refused': 'Password change refused',
  'auth.changed_password': 'Password changed',
  'person.remove': 'Person removed',
  'person.set_role': 'Role changed',
  'person.renew_password': 'New password given',
  'project.create': 'Project created',
  'environment.create': 'Environment created',
  'environment.edit': 'Environment settings edited',
  'openings.held': 'Openings wait',
};

/** An audit action in words; unknown ones keep their name, readable. */
export function actionWord(action: string): string {
  const known = ACTIONS[action];
  if (known !== undefined) return known;
  const name = action.startsWith('transition.') ? action.slice('transition.'.length) : action;
  const cause = Object.entries(CAUSES).find(([key]) => key === name);
  if (cause !== undefined) return cause[1];
  const words = name.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
