import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * A dependency on 127.0.0.1: `/404` is answered with status 404 and so on, `/hang` never. It keeps the bodies that it was
 * sent, and counts connections.
 */
export async function startDependency(size = 100) {
  const dependency = { url: '', bodies: [], connections: 0, close };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    dependency.bodies.push(body);
    if (request.url === '/hang') return;
    const [status, after] = request.url.slice(1).split('?after=');
    response.statusCode = Number(status);
    if (after !== undefined) response.setHeader('retry-after', after);
    response.end('x'.repeat(size));
  });
  server.on('connection', () => (dependency.connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  dependency.url = `http://127.0.0.1:${server.address().port}`;
  function close() {
    server.closeAllConnections();
    server.close();
  }
  return dependency;
}

/** What a call rejects with. */
export async function failureOf(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}
