'use client';

import type {
  ChangedSegment,
  CreateSegment,
  EditSegment,
  SegmentInfo,
  SegmentList,
} from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

/** All segments of the environment, by key; read again every `refreshInterval` milliseconds, if it is not 0. */
export function useSegments(refreshInterval = 0) {
  const path = resources.segments(useEnvironmentRef());
  return useSWR<readonly SegmentInfo[], Error>(
    path,
    async () => ((await getJson(path)) as SegmentList).items,
    { refreshInterval },
  );
}

/** The same segment with all values, of which a list has the first alone; undefined while they are being read. */
export function useWholeSegment(segment: SegmentInfo | null) {
  const place = useEnvironmentRef();
  const isWhole = segment?.counts === undefined;
  const path = segment === null || isWhole ? null : resources.segment(place, segment.key);
  const { data, error, mutate } = useSWR<SegmentInfo, Error>(
    path === null ? null : [path, segment?.revision],
    async () => (await getJson(path ?? '')) as SegmentInfo,
    { keepPreviousData: true, revalidateOnFocus: false, revalidateIfStale: false },
  );
  return { segment: isWhole ? segment : data, error, mutate };
}

/** The same segments with all values; undefined while they are being read. */
export function useWholeSegments(segments: readonly SegmentInfo[] | undefined) {
  const place = useEnvironmentRef();
  const long = segments?.filter(({ counts }) => counts !== undefined) ?? [];
  const { data } = useSWR<readonly SegmentInfo[], Error>(
    long.length === 0
      ? null
      : [
          'segments',
          ...long.map(({ key, revision }) => `${resources.segment(place, key)} ${revision}`),
        ],
    () =>
      Promise.all(
        long.map(async ({ key }) => (await getJson(resources.segment(place, key))) as SegmentInfo),
      ),
    { revalidateOnFocus: false, revalidateIfStale: false },
  );
  if (segments === undefined || long.length === 0) return segments;
  return data && segments.map((one) => data.find(({ key }) => key === one.key) ?? one);
}

export async function createSegment(place: EnvironmentRef, segment: CreateSegment): Promise<void> {
  await sendJson('POST', resources.segments(place), { body: segment });
}

/** Throws ApiError `version_conflict` when another edit came first. */
export async function editSegment(
  place: EnvironmentRef,
  { key, revision }: Pick<SegmentInfo, 'key' | 'revision'>,
  edit: EditSegment,
): Promise<ChangedSegment> {
  const path = resources.segment(place, key);
  return (await sendJson('PATCH', path, { body: edit, revision })) as ChangedSegment;
}

/** Throws ApiError `segment_in_use` while rules name it. */
export async function removeSegment(
  place: EnvironmentRef,
  key: string,
  reason: string,
): Promise<void> {
  await sendJson('POST', `${resources.segment(place, key)}/remove`, { body: { reason } });
}
