import type { ApiNode } from '../node.js';

export interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every route that the HTTP server has, whoever registered it, from its own printed tree. */
export function routesOf(app: ApiNode['app']): Route[] {
  const tree = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const prefixes: string[] = [];
  const routes: Route[] = [];
  for (const line of tree.split('\n')) {
    const found = /^(.*?)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (!found) continue;
    const [, indent = '', part = '', methods = ''] = found;
    const depth = indent.length / 4;
    const path = (prefixes[depth - 1] ?? '') + part;
    prefixes[depth] = path;
    for (const method of methods.split(', ').filter((name) => name !== '')) {
      routes.push({ method, path });
    }
  }
  return routes;
}
