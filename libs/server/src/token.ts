import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The token of an `Authorization: Bearer …` header, or null. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null;
}

/** Whether the header carries exactly this token, compared in constant time. */
export function tokenMatches(header: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(bearerToken(header) ?? ''), digest(token));
}
