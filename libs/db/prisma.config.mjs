import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: '../../prisma/schema.prisma',
  migrations: { path: '../../prisma/migrations' },
  // Only for `prisma migrate …` by hand; the product migrates through `migrate()`.
  datasource: { url: process.env['DATABASE_ADMIN_URL'] ?? '' },
});
