/** Some instances of the fleet of a warm dependency; that of a cold one retries, and is the one of the recovery benchmark. */
import { runClient } from '../clients/run-client.js';
import { WARM_LOAD } from './setting.js';

await runClient(WARM_LOAD);
