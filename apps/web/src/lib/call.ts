import { type Address, type AnswerOf, type Input, requestTo } from '@recloser/protocol';
import { readProblem } from './problem';
import { sessionRenewed } from './session-guard';

type Answers = typeof import('./answers');

let answers: Promise<Answers> | null = null;

/** The schemas of answers. They come after the page, while its first requests are under way. */
function loadAnswers(): Promise<Answers> {
  answers ??= import('./answers').catch((cause: unknown) => {
    answers = null;
    throw new TypeError('The schemas of answers cannot be fetched.', { cause });
  });
  return answers;
}

/** Sends again when the session had ended and somebody has signed in since. */
async function withSession(send: () => Promise<Response>): Promise<Response> {
  const response = await send();
  return response.status === 401 && (await sessionRenewed()) ? send() : response;
}

function sender<A extends Address>(address: A, input: Input<A>): () => Promise<Response> {
  const { path, ...init } = requestTo(address, ...input);
  return () => fetch(path, init);
}

async function answered<A extends Address>(
  address: A,
  sent: Promise<Response>,
): Promise<AnswerOf<A>> {
  const loading = loadAnswers();
  loading.catch(() => undefined);
  const response = await sent;
  if (!response.ok) throw await readProblem(response);
  const [body, { parseAnswer }] = await Promise.all([response.json() as Promise<unknown>, loading]);
  return parseAnswer(address, body);
}

/**
 * Calls the API on this origin. Throws ApiError for a refusal, TypeError when it cannot be reached, AnswerError for an
 * answer that is not as the contract says.
 */
export function call<A extends Address>(address: A, ...input: Input<A>): Promise<AnswerOf<A>> {
  return answered(address, withSession(sender(address, input)));
}

/** Calls a route that needs no session, such as the sign-in: a refusal is final. */
export function callSignedOut<A extends Address>(
  address: A,
  ...input: Input<A>
): Promise<AnswerOf<A>> {
  return answered(address, sender(address, input)());
}
