import { describe, expect, it } from 'vitest';
import type { PlaneFinding } from './finding.js';
import { planeReport } from './report.js';
import { situationOf } from './situation.js';

const finding = (
  over: Partial<PlaneFinding>,
  situation: Partial<PlaneFinding['situation']> = {},
): PlaneFinding => ({
  situation: {
    ...situationOf(1, 20),
    shape: 'steady',
    severity: 1,
    callsPerSecond: 200,
    troubleMs: 36_000,
    ...situation,
  },
  text: '',
  openedMs: null,
  openBoundMs: null,
  mustNotOpen: false,
  returnedMs: 0,
  returnBoundMs: 60_000,
  ...over,
});

describe('planeReport', () => {
  it('says by severity how soon breakers opened', () => {
    const times = [1_500, 1_600, 1_400];
    const deaths = times.map((openedMs) => finding({ openedMs }));
    const { openings } = planeReport([...deaths, finding({}, { severity: 0.2 })]);
    expect(openings).toEqual([
      { above: 0.1, upTo: 0.2, troubles: 1, opened: 0, medianMs: null, p95Ms: null },
      { above: 0.9, upTo: 1, troubles: 3, opened: 3, medianMs: 1_500, p95Ms: 1_600 },
    ]);
  });

  it('counts what opened and must not have, by the hour', () => {
    const quiet = finding({ mustNotOpen: true });
    const wrong = finding({ mustNotOpen: true, openedMs: 10 });
    expect(planeReport([quiet, wrong]).quiet).toEqual({ troubles: 2, opened: 1, hours: 0.02 });
  });

  it('counts what opened or came back too late', () => {
    const late = finding({ openedMs: 3_000, openBoundMs: 2_000, returnedMs: null });
    const good = finding({ openedMs: 1_500, openBoundMs: 2_000, returnedMs: 5_000 });
    const never = finding({ openBoundMs: 2_000 });
    const report = planeReport([late, good, never]);
    expect(report.promised).toEqual({ troubles: 3, late: 2 });
    expect(report.returns).toEqual({ medianMs: 5_000, p95Ms: null, longestMs: null, late: 1 });
  });
});
