import { describe, expect, it } from 'vitest';
import { socketUrl } from './endpoint.js';

describe('socketUrl', () => {
  it.each([
    ['ws://localhost:4400', 'ws://localhost:4400/v1/sdk'],
    ['wss://cp.example/', 'wss://cp.example/v1/sdk'],
    ['http://localhost:4400', 'ws://localhost:4400/v1/sdk'],
    ['https://cp.example/recloser/v1/sdk?a=b', 'wss://cp.example/recloser/v1/sdk?a=b'],
    ['ws+unix:///run/recloser.sock', 'ws+unix:/run/recloser.sock:/v1/sdk'],
    ['ws+unix:///run/r.sock:/x', 'ws+unix:/run/r.sock:/x'],
    ['localhost', null],
    ['ftp://x', null],
    ['', null],
  ])('%s', (url, expected) => {
    expect(socketUrl(url)).toBe(expected);
  });
});
