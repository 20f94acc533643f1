'use client';

import type { Project } from '@recloser/protocol';
import { Check, ChevronsUpDown } from 'lucide-react';
import { Menu, type MenuEntry } from '@/components/ui/menu';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { type EnvironmentRef, routes } from '@/lib/routes';

function entriesOf(projects: readonly Project[], here: EnvironmentRef): readonly MenuEntry[] {
  return projects.flatMap((project): MenuEntry[] => [
    { kind: 'label', label: project.name },
    ...project.environments.map(({ key, name }): MenuEntry => {
      const place = { project: project.key, environment: key };
      const current = place.project === here.project && place.environment === here.environment;
      return {
        kind: 'item',
        label: name,
        action: { kind: 'page', href: routes.fleet(place) },
        ...(current ? { aside: <Check size={14} aria-label="current" /> } : {}),
      };
    }),
  ]);
}

export function PlaceSwitcher({ projects }: { readonly projects: readonly Project[] }) {
  const place = useEnvironmentRef();
  const project = projects.find(({ key }) => key === place.project);
  const environment = project?.environments.find(({ key }) => key === place.environment);
  return (
    <Menu
      align="start"
      entries={entriesOf(projects, place)}
      trigger={
        <button
          type="button"
          className="flex h-10 w-full min-w-0 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-left transition-colors hover:border-line-strong"
        >
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="truncate text-sm leading-4 font-medium">
              {environment?.name ?? place.environment}
            </span>
            <span className="truncate text-2xs leading-3.5 text-fg-3">
              {project?.name ?? place.project}
            </span>
          </span>
          <ChevronsUpDown size={14} className="shrink-0 text-fg-3" aria-hidden />
          <span className="sr-only">Switch environment</span>
        </button>
      }
    />
  );
}
