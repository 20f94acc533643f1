import { RecloserError } from '@recloser/protocol';

/** A cursor is opaque to callers: where the last page ended. */
export const encodeCursor = (place: string): string => Buffer.from(place).toString('base64url');

/** @throws RecloserError invalid_cursor */
export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const place = Buffer.from(cursor, 'base64url').toString();
  // PostgreSQL's text holds no U+0000.
  if (place !== '' && !place.includes('\0') && encodeCursor(place) === cursor) return place;
  throw new RecloserError('invalid_cursor', 'Use the nextCursor of the last page as it was given.');
}
