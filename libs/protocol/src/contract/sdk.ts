import { answeredFramesSchema, fullSchema, postedFramesSchema } from '../sdk-frames.js';
import { api } from './api.js';
import { route } from './route.js';

/** The SDK protocol without a socket, for networks that let none through, and the SDK itself. */
export const sdkRoutes = {
  snapshot: route(api.sdk.snapshot, {
    access: 'token',
    summary: 'The whole state as a full frame, with an SDK key as bearer; 304 with If-None-Match',
    answer: fullSchema,
    also: { 304: 'Nothing has changed since the ETag of If-None-Match' },
  }),
  frames: route(api.sdk.frames, {
    access: 'token',
    summary: 'Frames of an SDK that polls, with an SDK key as bearer; answers with frames for it',
    body: postedFramesSchema,
    answer: answeredFramesSchema,
  }),
  package: route(api.sdk.package, {
    access: 'public',
    summary: 'The SDK of this version as an npm package',
    files: ['application/gzip'],
  }),
};
