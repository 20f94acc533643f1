'use client';

import type { SavedViewList } from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';
import { readStored, useStored, writeStored } from '@/lib/stored';
import {
  allViews,
  localViewsKey,
  moved,
  parseViews,
  type View,
  withoutView,
  withView,
} from '../saved-views';

type Views = readonly View[];

async function save(path: string, view: View): Promise<Views> {
  return ((await sendJson('POST', path, { body: view })) as SavedViewList).items;
}

async function remove(path: string, name: string): Promise<Views> {
  const answer = await sendJson('POST', `${path}/remove`, { body: { name } });
  return (answer as SavedViewList).items;
}

/** Takes to the server what this browser has kept; `kept` is there already. What does not get there stays here. */
async function moveLocal(place: EnvironmentRef, kept: Views): Promise<Views> {
  const key = localViewsKey(place);
  let there = kept;
  // The last saved goes last, to be the first again.
  for (const view of parseViews(readStored(key)).toReversed()) {
    try {
      const input = moved(view, there);
      if (input !== null) there = await save(resources.views(place), input);
    } catch {
      // Nobody has asked for it: it stays in the menu as it is, and is tried again with the next reading.
      return there;
    }
    const left = parseViews(readStored(key)).filter(
      ({ name, query }) => name !== view.name || query !== view.query,
    );
    writeStored(key, JSON.stringify(left));
  }
  return there;
}

/** The reader's own views of this fleet, the same in every browser. */
export function useSavedViews() {
  const place = useEnvironmentRef();
  const path = resources.views(place);
  const [local, writeLocal] = useStored(localViewsKey(place), parseViews);
  const { data, error, mutate } = useSWR<Views, Error>(path, async () =>
    moveLocal(place, ((await getJson(path)) as SavedViewList).items),
  );
  const change = async (sent: Promise<Views>, guess: (views: Views) => Views) => {
    await mutate(sent, {
      optimisticData: (now) => guess(now ?? []),
      rollbackOnError: true,
      revalidate: false,
    });
  };
  return {
    views: allViews(data ?? [], local),
    /** They could not be read. */
    error: data === undefined ? error : undefined,
    retry: () => void mutate(),
    /** Throws ApiError `limit_reached`, or TypeError when the API cannot be reached; nothing is kept then. */
    save: (view: View) => change(save(path, view), (views) => withView(views, view)),
    /** Throws like `save`; it is still there then. */
    forget: async (name: string) => {
      if (data?.some((view) => view.name === name) !== false) {
        await change(remove(path, name), (views) => withoutView(views, name));
      }
      writeLocal(JSON.stringify(withoutView(local, name)));
    },
  };
}
