import { describe, expect, it } from 'vitest';
import { firstProgram, installCommand, LANGUAGES, runCommand } from './snippet';

describe.each(LANGUAGES)('the first program in %s', (language) => {
  it('connects to where the console was opened', () => {
    expect(firstProgram('http://localhost:4400', language)).toContain("'ws://localhost:4400'");
    expect(firstProgram('https://r.example.com', language)).toContain("'wss://r.example.com'");
  });

  it('is installed from where the console was opened', () => {
    expect(installCommand('https://r.example.com', language)).toContain(
      'npm install https://r.example.com/sdk/recloser-sdk.tgz',
    );
  });

  it('takes its key from the environment, with a gap before there is one', () => {
    expect(runCommand('rk_dev_1', language)).toContain('export RECLOSER_SDK_KEY=rk_dev_1\n');
    expect(runCommand(null, language)).toContain('export RECLOSER_SDK_KEY=rk_…\n');
    expect(firstProgram('http://x', language)).toContain('process.env.RECLOSER_SDK_KEY');
  });
});
