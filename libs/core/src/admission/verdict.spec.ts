import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeStaffRule, makeView, SIXTEENTH } from '../model/admission.fake.js';
import { ADMISSION_ALL } from '../model/admission.js';
import {
  compileBreaker,
  decideAdmission,
  VERDICT_ADMITTED,
  VERDICT_REJECTED,
  verdictOf,
} from './decision.js';
import { MODES, STATE_KINDS } from '../model/model.js';
import { type Rule, type RuleEffect } from '../model/rules.js';

describe('the fast path', () => {
  const effect = fc.oneof(
    fc.constantFrom<RuleEffect>({ kind: 'admit' }, { kind: 'reject' }),
    fc
      .integer({ min: 0, max: ADMISSION_ALL })
      .map((admission): RuleEffect => ({ kind: 'admission', admission })),
  );
  const rules = fc.array(
    fc
      .tuple(effect, fc.constantFrom<Rule['when']>('always', 'not_closed'))
      .map(([e, when]) => makeStaffRule(e, when)),
    { maxLength: 2 },
  );
  const admission = fc.oneof(
    fc.constantFrom(0, 1, SIXTEENTH, ADMISSION_ALL),
    fc.integer({ min: 0, max: ADMISSION_ALL }),
  );
  const context = fc.record({
    accountId: fc.oneof(fc.string(), fc.constant(undefined)),
    staff: fc.boolean(),
  });

  it('always agrees with the full decision', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STATE_KINDS),
        fc.constantFrom(...MODES),
        admission,
        rules,
        context,
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (state, mode, share, given, caller, sample) => {
          const consistent =
            state === 'closed'
              ? ADMISSION_ALL
              : state === 'open' || state === 'probing'
                ? 0
                : share;
          const breaker = compileBreaker(
            makeView({ state, mode, admission: consistent, rules: given }),
          );
          const decision = decideAdmission(breaker, caller, sample);
          const verdict = verdictOf(breaker, caller, sample);
          expect(verdict !== VERDICT_REJECTED).toBe(decision.admitted);
          if (decision.admitted) expect(verdict === VERDICT_ADMITTED).toBe(decision.evidence);
          if (breaker.admitsAll) expect(verdict).toBe(VERDICT_ADMITTED);
          if (breaker.rejectsAll) expect(verdict).toBe(VERDICT_REJECTED);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
