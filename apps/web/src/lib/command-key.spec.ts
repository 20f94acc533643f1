import { describe, expect, it } from 'vitest';
import { commandKeyOn } from './command-key';

describe('commandKeyOn', () => {
  it.each([
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36', '⌘'],
    ['Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)', '⌘'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'Ctrl'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'Ctrl'],
  ])('%s: %s', (agent, key) => {
    expect(commandKeyOn(agent)).toBe(key);
  });
});
