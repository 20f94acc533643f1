'use client';

import {
  api,
  type ChangedSegment,
  type CreateSegment,
  type EditSegment,
  type SegmentInfo,
} from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { callKey, useCall } from '@/lib/use-call';

/** All segments of the environment, by key; read again every `refreshInterval` milliseconds, if it is not 0. */
export function useSegments(refreshInterval = 0) {
  const input = { params: useEnvironmentRef() };
  return useSWR<readonly SegmentInfo[], Error>(
    callKey(api.segments.list, [input]),
    async () => (await call(api.segments.list, input)).items,
    { refreshInterval },
  );
}

/** The same segment with all values, of which a list has the first alone; undefined while they are being read. */
export function useWholeSegment(segment: SegmentInfo | null) {
  const place = useEnvironmentRef();
  const isWhole = segment?.counts === undefined;
  const input = { params: { ...place, key: segment?.key ?? '' } };
  const { data, error, mutate } = useCall(api.segments.read, [input], {
    asked: !isWhole,
    fresh: segment?.revision,
    keepPreviousData: true,
    revalidateOnFocus: false,
    revalidateIfStale: false,
  });
  return { segment: isWhole ? segment : data, error, mutate };
}

/** The same segments with all values; undefined while they are being read. */
export function useWholeSegments(segments: readonly SegmentInfo[] | undefined) {
  const place = useEnvironmentRef();
  const long = segments?.filter(({ counts }) => counts !== undefined) ?? [];
  const read = ({ key }: SegmentInfo) => call(api.segments.read, { params: { ...place, key } });
  const { data } = useSWR<readonly SegmentInfo[], Error>(
    long.length === 0
      ? null
      : ['segments', place, ...long.map(({ key, revision }) => `${key} ${revision}`)],
    () => Promise.all(long.map(read)),
    { revalidateOnFocus: false, revalidateIfStale: false },
  );
  if (segments === undefined || long.length === 0) return segments;
  return data && segments.map((one) => data.find(({ key }) => key === one.key) ?? one);
}

export async function createSegment(place: EnvironmentRef, segment: CreateSegment): Promise<void> {
  await call(api.segments.create, { params: place, body: segment });
}

/** Throws ApiError `version_conflict` when another edit came first. */
export function editSegment(
  place: EnvironmentRef,
  { key, revision }: Pick<SegmentInfo, 'key' | 'revision'>,
  edit: EditSegment,
): Promise<ChangedSegment> {
  return call(api.segments.edit, { params: { ...place, key }, body: edit, revision });
}

/** Throws ApiError `segment_in_use` while rules name it. */
export async function removeSegment(
  place: EnvironmentRef,
  key: string,
  reason: string,
): Promise<void> {
  await call(api.segments.remove, { params: { ...place, key }, body: { reason } });
}
