import assert from 'node:assert/strict';
import { runCLI } from 'jest';

const { startPlane } = await import(process.env.PLANE_MODULE);

/** Runs the tests in an environment of Jest, with a control plane beside them. */
export async function runJest(env) {
  const plane = await startPlane();
  process.env.RECLOSER_URL = plane.url;
  const { results } = await runCLI({ _: [], $0: 'jest', env, runInBand: true }, [process.cwd()]);
  await plane.close();
  assert.ok(results.success);
}
