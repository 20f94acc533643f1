import SwaggerParser from '@apidevtools/swagger-parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { beforeAll, describe, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';

type Document = Parameters<typeof SwaggerParser.validate>[0] & object;

const { admin } = await startFileNode();
let text = '';

beforeAll(async () => {
  text = JSON.stringify((await admin.get('/docs/json')).body);
});

describe('the description of the API has no error', () => {
  it('that swagger-parser finds', async () => {
    await expect(SwaggerParser.validate(JSON.parse(text) as Document)).resolves.toBeTruthy();
  });

  it('that Redocly finds', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
    const errors = problems
      .filter(({ severity }) => severity === 'error')
      .map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
    expect(errors).toEqual([]);
  });

  it('that Spectral finds', async () => {
    const spectral = new spectralCore.Spectral();
    spectral.setRuleset(new spectralCore.Ruleset({ extends: [[oas, 'recommended']] }));
    const errors = (await spectral.run(text))
      .filter(({ severity }) => String(severity) === '0')
      .map(({ code, message, path }) => `${code}: ${message} ${path.join('/')}`);
    expect(errors).toEqual([]);
  });
});
