'use client';

import { PanelStatus } from '@/components/ui/panel-status';
import { PageHeader } from '@/features/shell/components/page-header';
import { useEnvironmentSettings } from '../api/settings';
import { CorrelatedPanel } from './correlated-panel';

/** What holds for all breakers of the environment. */
export function EnvironmentSettings() {
  const { data, error, mutate } = useEnvironmentSettings();
  return (
    <div className="max-w-4xl">
      <PageHeader title="Settings" description="For all breakers of this environment." />
      {data === undefined ? (
        <PanelStatus error={error} onRetry={() => void mutate()} lines={4} />
      ) : (
        <CorrelatedPanel key={data.revision} settings={data} onSaved={() => mutate()} />
      )}
    </div>
  );
}
