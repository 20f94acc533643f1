import { ADMISSION_ALL, MODES, STATE_KINDS } from '@recloser/core';
import { AdmissionBar } from '@/components/state/admission-bar';
import { Sparkline } from '@/components/state/sparkline';
import { HeldBadge, StateBadge, StateIcon } from '@/components/state/state-badge';
import { TONES } from '@/lib/vocabulary';
import { Row, Section } from './specimen';

const ADMISSIONS = [0, 1 / 64, 1 / 16, 1 / 8, 1 / 2, 1].map((share) => share * ADMISSION_ALL);
const SECONDS = Array.from({ length: 60 }, (_, second) => second);
const HEALTHY = SECONDS.map((second) => 0.02 + 0.02 * Math.sin(second / 3));
const FAILING = SECONDS.map((second) => (second < 30 ? 0.03 : Math.min(0.95, (second - 29) / 12)));
const GAPS = SECONDS.map((second) => (second % 20 < 8 ? null : 0.1));

export function States() {
  return (
    <Section title="States">
      {MODES.map((mode) => (
        <Row key={mode} label={`Badges, ${mode}`}>
          {STATE_KINDS.map((state) => (
            <StateBadge key={state} state={state} mode={mode} />
          ))}
          {mode === 'held' ? <HeldBadge /> : null}
        </Row>
      ))}
      <Row label="Large">
        {STATE_KINDS.map((state) => (
          <StateBadge key={state} state={state} mode="auto" large />
        ))}
        <HeldBadge large />
      </Row>
      <Row label="Icons">
        {STATE_KINDS.map((state) => (
          <StateIcon key={state} state={state} mode="auto" size={18} />
        ))}
        <StateIcon state="open" mode="observe" size={18} />
      </Row>
      <Row label="Admission, in sixteenths">
        {ADMISSIONS.map((admission, index) => (
          <span key={admission} className="w-36">
            <AdmissionBar admission={admission} tone={TONES[index % TONES.length] ?? 'closed'} />
          </span>
        ))}
      </Row>
      <Row label="Failure rate">
        {[HEALTHY, FAILING, GAPS].map((rates, index) => (
          <span key={index} className="w-40">
            <Sparkline rates={rates} threshold={0.4} label="Failure rate" />
          </span>
        ))}
      </Row>
    </Section>
  );
}
