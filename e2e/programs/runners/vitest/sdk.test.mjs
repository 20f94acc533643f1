import * as sdk from '@recloser/sdk';
import { afterEach, expect, test, vi } from 'vitest';
import { scenarios } from '../scenarios.cjs';

afterEach(() => void vi.useRealTimers());
scenarios(sdk, { runner: vi, test, expect });
