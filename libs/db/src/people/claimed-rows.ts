import type { Account, PrismaClient } from '../generated/client.js';
import type { Claims } from './claims.js';

interface Named extends Pick<Account, 'accountId' | 'providerId'> {
  readonly userId?: string | undefined;
}

/** What better-auth writes of sessions and passwords carries the claim without which the database refuses it. */
export function claimedRows(prisma: PrismaClient, claims: Claims) {
  const passwordClaim = (
    { userId = '', accountId, providerId }: Named,
    password: unknown,
  ): string => {
    const known = typeof password === 'string' ? [password] : [];
    return claims.of('account', userId, accountId, providerId, ...known);
  };
  /** The same for the account that is changed; better-auth names it in several ways. */
  const claimOfChange = (accounts: readonly (Account | null)[], password: unknown) => {
    const [account, another] = accounts;
    if (account === undefined || account === null || another !== undefined) return {};
    return { claim: passwordClaim(account, password) };
  };
  return prisma.$extends({
    query: {
      session: {
        create: ({ args, query }) => {
          const { userId = '', token } = args.data;
          return query({
            ...args,
            data: { ...args.data, claim: claims.of('session', userId, token) },
          });
        },
      },
      account: {
        create: ({ args, query }) => {
          const claim = passwordClaim(args.data, args.data.password);
          return query({ ...args, data: { ...args.data, claim } });
        },
        update: async ({ args, query }) => {
          const account = await prisma.account.findUnique({ where: args.where });
          const claimed = claimOfChange([account], args.data.password);
          return query({ ...args, data: { ...args.data, ...claimed } });
        },
        updateMany: async ({ args, query }) => {
          const accounts = await prisma.account.findMany({
            ...(args.where && { where: args.where }),
          });
          const claimed = claimOfChange(accounts, args.data.password);
          return query({ ...args, data: { ...args.data, ...claimed } });
        },
      },
    },
  });
}
