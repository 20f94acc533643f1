import { prepareBackbone } from '@recloser/backbone';
import { migrate } from '@recloser/db';

/** For `testPostgres`: migrated once in a run, copied for each test file. */
export const migrated = {
  template: {
    name: 'recloser_api_template',
    prepare: async (url: string): Promise<void> => {
      await migrate(url);
      await prepareBackbone(url);
    },
  },
};

export const PRODUCTION = '/v1/projects/default/environments/production';
export const DEVELOPMENT = '/v1/projects/default/environments/development';
