import { z } from 'zod';
import { api } from './api.js';
import { route } from './route.js';

const statusSchema = z.object({ status: z.string() });

export const healthRoutes = {
  live: route(api.health.live, {
    access: 'public',
    summary: 'The process answers',
    answer: statusSchema,
  }),
  ready: route(api.health.ready, {
    access: 'public',
    summary: 'The process can serve: its stores answer',
    also: { 503: 'It cannot serve: what is down' },
  }),
  metrics: route(api.health.metrics, {
    access: 'token',
    summary: 'Prometheus metrics, with METRICS_TOKEN as bearer',
    files: ['text/plain'],
  }),
};
