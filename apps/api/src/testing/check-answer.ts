import { contractRoutes } from '@recloser/protocol';
import { isDeepStrictEqual } from 'node:util';

const patterns = contractRoutes
  .flatMap(({ address, method, path, answer, params }) => {
    const pattern = new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);
    return answer === undefined
      ? []
      : [{ address, method, pattern, answer, names: Object.keys(params.shape).length }];
  })
  // "/audit/verify" is no event.
  .toSorted((a, b) => a.names - b.names);

/** @throws Error of a successful answer that is not exactly what the contract says */
export function checkAnswer(method: string, path: string, body: unknown): void {
  const [pathname = ''] = path.split('?', 1);
  const route = patterns.find((one) => one.method === method && one.pattern.test(pathname));
  if (route === undefined) return;
  const read: unknown = route.answer.parse(body);
  if (isDeepStrictEqual(read, body)) return;
  throw new Error(
    `${route.address} answers otherwise than the contract says: ${JSON.stringify(body)} is read as ${JSON.stringify(read)}`,
  );
}
