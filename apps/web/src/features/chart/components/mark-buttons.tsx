'use client';

import { StateIcon } from '@/components/state/state-badge';
import { useZone } from '@/lib/zone';
import { formatDateTime } from '@/lib/format';
import { stateWord } from '@/lib/vocabulary';
import type { Span } from '../chart-view';
import type { Mark } from '../marks';
import { AXIS_PX, END_PX } from '../options';

/** Share of the width that buttons keep between them; of those closer together the later one says what came of it. */
const APART = 0.03;

function spaced(marks: readonly Mark[], { from, to }: Span): readonly (Mark & { x: number })[] {
  const kept: (Mark & { x: number })[] = [];
  for (const mark of marks.toReversed()) {
    const x = (mark.at - from) / (to - from);
    if (x >= 0 && x <= 1 && (kept.at(-1)?.x ?? Infinity) - x >= APART) kept.push({ ...mark, x });
  }
  return kept.reverse();
}

interface MarkButtonsProps {
  readonly marks: readonly Mark[];
  readonly span: Span;
  readonly onOpen: (mark: Mark) => void;
}

/** A button over each transition of the chart; it opens the evidence. */
export function MarkButtons({ marks, span, onOpen }: MarkButtonsProps) {
  const [zone] = useZone();
  return (
    <ol
      aria-label="Transitions"
      className="relative h-6"
      style={{ marginLeft: AXIS_PX, marginRight: END_PX }}
    >
      {spaced(marks, span).map((mark) => (
        <li
          key={mark.seq}
          className="absolute top-0 -translate-x-1/2"
          style={{ left: `${mark.x * 100}%` }}
        >
          <button
            type="button"
            title={`${stateWord(mark.standing)}, ${formatDateTime(mark.at, zone)}`}
            aria-label={`${mark.label}, ${formatDateTime(mark.at, zone)}: evidence`}
            onClick={() => {
              onOpen(mark);
            }}
            className="grid size-6 place-items-center rounded-full border border-line bg-raised hover:border-fg-3"
          >
            <StateIcon {...mark.standing} size={13} />
          </button>
        </li>
      ))}
    </ol>
  );
}
