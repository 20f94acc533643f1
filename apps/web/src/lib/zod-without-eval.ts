import { config } from 'zod';

// The console's policy forbids to make code from text, and a browser reports each attempt.
config({ jitless: true });
