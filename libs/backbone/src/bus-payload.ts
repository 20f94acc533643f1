import { BUS_TOPICS, type BusPayload, type BusTopic } from './ports.js';

/** Reads what came over the wire; null for anything that is not one of our payloads. */
export function parseBusPayload(text: string): BusPayload | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('environmentId' in value)) return null;
  const { environmentId } = value;
  if (typeof environmentId !== 'string') return null;
  const seq = 'seq' in value && typeof value.seq === 'number' ? { seq: value.seq } : {};
  const keyId = 'keyId' in value && typeof value.keyId === 'string' ? { keyId: value.keyId } : {};
  return { environmentId, ...seq, ...keyId };
}

export function isBusTopic(topic: string): topic is BusTopic {
  return BUS_TOPICS.some((known) => known === topic);
}
