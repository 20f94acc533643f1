import type { Role } from '@recloser/core';

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'Sees everything, changes nothing.',
  operator: 'Opens, restores and steers breakers; edits policies and rules.',
  admin: 'An operator who also manages keys, tokens, triggers and people.',
};
