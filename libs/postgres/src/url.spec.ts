import { expect, it } from 'vitest';
import { databaseUrlProblem } from './url.js';

it.each([
  'postgresql://a:b@localhost:5432/recloser',
  'postgres://localhost/recloser?schema=public&sslmode=verify-full',
])('takes %s', (url) => {
  expect(databaseUrlProblem(url)).toBeNull();
});

it.each([
  ['postgresql://localhost/recloser?schema=tenant_a', 'tenant_a'],
  ['postgresql://localhost/recloser?sslmode=require&schema=x', '"x"'],
  ['postgresql://localhost/recloser?schema=', '""'],
  ['not a url', 'must be a URL'],
])('refuses %s rather than using other tables than it names', (url, why) => {
  expect(databaseUrlProblem(url)).toContain(why);
});
