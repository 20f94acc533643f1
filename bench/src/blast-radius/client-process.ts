/** One instance of the fleet. */
import { runClient } from '../clients/run-client.js';
import { LOAD } from './cases.js';

await runClient(LOAD);
