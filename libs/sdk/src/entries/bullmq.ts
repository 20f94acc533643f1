export {
  postponeWhileOpen,
  type PausableWorker,
  type PostponableJob,
  type PostponeOptions,
  type Processor,
} from '../integrations/bullmq/postpone-while-open.js';
