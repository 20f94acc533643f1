'use client';

import type {
  ChangedSegment,
  CreateSegment,
  EditSegment,
  SegmentInfo,
  SegmentList,
} from '@recloser/protocol';
import useSWR from 'swr';
import { usePlace } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type Place, resources } from '@/lib/routes';

/** All segments of the environment, by key; read again every `refreshInterval` milliseconds, if it is not 0. */
export function useSegments(refreshInterval = 0) {
  const path = resources.segments(usePlace());
  return useSWR<readonly SegmentInfo[], Error>(
    path,
    async () => ((await getJson(path)) as SegmentList).items,
    { refreshInterval },
  );
}

export async function createSegment(place: Place, segment: CreateSegment): Promise<void> {
  await sendJson('POST', resources.segments(place), { body: segment });
}

/** Throws ApiError `version_conflict` when another edit came first. */
export async function editSegment(
  place: Place,
  { key, revision }: Pick<SegmentInfo, 'key' | 'revision'>,
  edit: EditSegment,
): Promise<ChangedSegment> {
  const path = resources.segment(place, key);
  return (await sendJson('PATCH', path, { body: edit, revision })) as ChangedSegment;
}

/** Throws ApiError `segment_in_use` while rules name it. */
export async function removeSegment(place: Place, key: string, reason: string): Promise<void> {
  await sendJson('POST', `${resources.segment(place, key)}/remove`, { body: { reason } });
}
