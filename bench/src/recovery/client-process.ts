/** One instance of the retrying fleet. */
import { runClient } from '../clients/run-client.js';
import { LOAD } from './messages.js';

await runClient(LOAD);
