const { afterEach, expect, jest, test } = require('@jest/globals');
const sdk = require('@recloser/sdk');
const { scenarios } = require('../scenarios.cjs');

afterEach(() => jest.useRealTimers());
scenarios(sdk, { runner: jest, test, expect });
