import { Callout } from '@/components/ui/callout';
import { PanelStatus } from '@/components/ui/panel-status';
import type { ServicesResult } from '../api/use-services';

/** Said above the list when its groups by service are missing or not whole. */
export function ServicesNote({ services, error, retry }: ServicesResult) {
  if (error !== undefined) return <PanelStatus error={error} onRetry={retry} />;
  if (services?.complete !== false) return null;
  return (
    <Callout>
      Services call more breakers than can be shown: those called least recently stand under none.
    </Callout>
  );
}
