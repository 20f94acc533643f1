'use client';

import { countGroups, troubleWords } from '@/features/fleet/fleet-view';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { LiveTitle } from './live-title';

/** The tab's title of a page that is about something else than states: trouble still comes first. */
export function PageTitle({ title }: { readonly title: string }) {
  const { environment } = useEnvironmentRef();
  const trouble = useLiveValue(({ breakers }) => troubleWords(countGroups(breakers.values())));
  return (
    <LiveTitle text={[trouble, title, environment].filter((part) => part !== '').join(' · ')} />
  );
}
