'use client';

import { api, pathTo } from '@recloser/protocol';
import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Panel } from '@/components/ui/panel';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { PageHeader } from '@/features/shell/components/page-header';
import { ImportForm } from './import-form';

/** The environment's settings as one file, out and in. */
export function ImportExport() {
  const place = useEnvironmentRef();
  const mayImport = useMay('admin');
  return (
    <div>
      <PageHeader
        title="Import, export"
        description="Breakers with policies and rules, and segments, as one YAML file. No states, no keys, no people."
      />
      <div className="flex flex-col gap-4">
        <Panel title="Export">
          <div className="flex flex-wrap items-center gap-3">
            <Button asChild>
              <a href={pathTo(api.files.export, { params: place })} download>
                <Download size={14} aria-hidden /> Download YAML
              </a>
            </Button>
            <p className="min-w-0 flex-1 basis-56 text-sm text-fg-2">
              The same settings give the same file: keep it in a repository and compare.
            </p>
          </div>
        </Panel>
        <Panel title="Import">
          {mayImport ? <ImportForm /> : <Callout>Administrators may import a file.</Callout>}
        </Panel>
      </div>
    </div>
  );
}
