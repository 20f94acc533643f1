'use client';

import { api } from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { readStored, useStored, writeStored } from '@/lib/stored';
import { callKey } from '@/lib/use-call';
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

async function save(place: EnvironmentRef, view: View): Promise<Views> {
  return (await call(api.views.save, { params: place, body: view })).items;
}

async function remove(place: EnvironmentRef, name: string): Promise<Views> {
  return (await call(api.views.remove, { params: place, body: { name } })).items;
}

/** Takes to the server what this browser has kept; `kept` is there already. What does not get there stays here. */
async function moveLocal(place: EnvironmentRef, kept: Views): Promise<Views> {
  const key = localViewsKey(place);
  let there = kept;
  // The last saved goes last, to be the first again.
  for (const view of parseViews(readStored(key)).toReversed()) {
    try {
      const input = moved(view, there);
      if (input !== null) there = await save(place, input);
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
  const input = { params: place };
  const [local, writeLocal] = useStored(localViewsKey(place), parseViews);
  const { data, error, mutate } = useSWR<Views, Error>(callKey(api.views.list, [input]), async () =>
    moveLocal(place, (await call(api.views.list, input)).items),
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
    save: (view: View) => change(save(place, view), (views) => withView(views, view)),
    /** Throws like `save`; it is still there then. */
    forget: async (name: string) => {
      if (data?.some((view) => view.name === name) !== false) {
        await change(remove(place, name), (views) => withoutView(views, name));
      }
      writeLocal(JSON.stringify(withoutView(local, name)));
    },
  };
}
