import { describe, expect, it } from 'vitest';
import { exportLine, firstProgram, sdkUrl } from './snippet';

describe('snippet', () => {
  it('connects to where the console was opened', () => {
    expect(sdkUrl('http://localhost:4400')).toBe('ws://localhost:4400');
    expect(sdkUrl('https://recloser.example.com')).toBe('wss://recloser.example.com');
    expect(firstProgram({ origin: 'http://localhost:4400', key: null })).toContain(
      "url: 'ws://localhost:4400'",
    );
  });

  it('holds the fresh key, and a gap before there is one', () => {
    expect(firstProgram({ origin: 'http://x', key: 'rk_dev_1' })).toContain("'rk_dev_1'");
    expect(exportLine(null)).toBe('export RECLOSER_SDK_KEY=rk_…');
    expect(exportLine('rk_dev_1')).toBe('export RECLOSER_SDK_KEY=rk_dev_1');
  });
});
