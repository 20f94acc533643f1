'use client';

import type { Project } from '@recloser/protocol';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { PanelStatus } from '@/components/ui/panel-status';
import { Tag } from '@/components/ui/tag';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { PageHeader } from '@/features/shell/components/page-header';
import { routes } from '@/lib/routes';
import { useProjects } from '../api/environments';
import { keyOf, KIND_WORDS } from '../kind-words';
import { CreateEnvironmentDialog, CreateProjectDialog } from './create-dialogs';

interface ProjectPanelProps {
  readonly project: Project;
  readonly onAdd: () => void;
}

function ProjectPanel({ project, onAdd }: ProjectPanelProps) {
  const here = useEnvironmentRef();
  const { environments } = project;
  return (
    <Panel
      title={<bdi>{project.name}</bdi>}
      labelledBy={`project-${project.key}`}
      aside={
        <Button size="sm" onClick={onAdd} aria-label={`Add an environment to ${project.name}`}>
          <Plus size={13} aria-hidden /> Environment
        </Button>
      }
      bodyClassName="p-0"
    >
      {environments.length === 0 ? (
        <p className="p-4 text-sm text-fg-3">No environment yet: add the first.</p>
      ) : (
        <ul>
          {environments.map(({ key, name, kind, seq }) => {
            const place = { project: project.key, environment: key };
            const current = here.project === project.key && here.environment === key;
            return (
              <li
                key={key}
                className="relative flex items-center gap-3 border-t border-line px-4 py-2.5 first:border-t-0 hover:bg-hover"
              >
                <div className="min-w-0">
                  <p className="flex items-center gap-3">
                    <Link
                      href={routes.fleet(place)}
                      className="min-w-0 truncate text-sm font-medium after:absolute after:inset-0"
                    >
                      {name}
                    </Link>
                    {key === keyOf(name) ? null : (
                      <span className="truncate font-mono text-xs text-fg-3">{key}</span>
                    )}
                    {key === kind ? null : <Tag>{kind}</Tag>}
                  </p>
                  <p className="text-xs text-fg-3">{KIND_WORDS[kind]}</p>
                </div>
                <span className="num ml-auto shrink-0 text-xs text-fg-3">
                  {current ? 'you are here · ' : ''}change {seq}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

type Creating = { readonly kind: 'project' } | { readonly kind: 'environment'; of: Project };

/** Projects and their environments. `first`: what the server rendered. */
export function Environments({ first }: { readonly first: readonly Project[] }) {
  const { data = first, error, mutate } = useProjects(first);
  const router = useRouter();
  const [creating, setCreating] = useState<Creating | null>(null);
  const close = () => {
    setCreating(null);
  };
  const created = () => {
    void mutate();
    // The switcher is drawn by the server.
    router.refresh();
  };
  return (
    <div>
      <PageHeader
        title="Environments"
        description="Each has its own policies, rules, states and SDK keys."
        actions={
          <Button variant="solid" onClick={() => setCreating({ kind: 'project' })}>
            <Plus size={14} aria-hidden /> New project
          </Button>
        }
      />
      <div className="flex flex-col gap-4">
        {error === undefined ? null : <PanelStatus error={error} onRetry={() => void mutate()} />}
        {data.map((project) => (
          <ProjectPanel
            key={project.key}
            project={project}
            onAdd={() => setCreating({ kind: 'environment', of: project })}
          />
        ))}
      </div>
      {creating?.kind === 'project' ? (
        <CreateProjectDialog onCreated={created} onClose={close} />
      ) : null}
      {creating?.kind === 'environment' ? (
        <CreateEnvironmentDialog project={creating.of} onCreated={created} onClose={close} />
      ) : null}
    </div>
  );
}
