import { ADMISSION_ALL, ADMISSION_NONE, formatAdmission, isAdmission } from '../model/admission.js';
import { accept, AUTO, type CommandResult, refuse, spanOf } from './command-result.js';
import type { Admission, BreakerRecord, Millis } from '../model/model.js';

/** Lets in a part of a closed breaker's traffic, whatever the dependency is like: to spare it, or to try. */
export function dim(
  { state, control }: BreakerRecord,
  admission: Admission,
  until: Millis | null,
  now: Millis,
): CommandResult {
  if (!isAdmission(admission) || admission === ADMISSION_NONE || admission === ADMISSION_ALL) {
    return refuse(
      'invalid_admission',
      `Dim to a whole admission above 0 and below ${ADMISSION_ALL}; 6.25% is ${2 ** 28}. ` +
        'To let nothing in, open it; to let all in, restore it.',
    );
  }
  if (state.kind !== 'closed' && state.kind !== 'dimmed') {
    const message = `It is ${state.kind}. Set the admission of its ramp, or let it close first.`;
    return refuse('not_closed', message);
  }
  const same =
    state.kind === 'dimmed' &&
    state.admission === admission &&
    (state.until ?? null) === until &&
    control.mode === 'auto';
  if (same) return refuse('unchanged', `It is dimmed to ${formatAdmission(admission)} already.`);
  const span = spanOf(until, now, 'restores');
  return accept(
    { kind: 'dimmed', since: now, admission, until },
    AUTO,
    `Dimmed by hand to ${formatAdmission(admission)}, ${span}.`,
    true,
  );
}
