import { CodeCard } from '../../../protocol/join.ts';
import { Api, asProblem } from '../../shared/api.ts';
import { t } from '../../shared/strings.ts';
import { wasLeftJustNow } from '../browser/left-session.ts';
import { isInOtherTab } from '../browser/one-tab.ts';

export type LookedAt =
  | { readonly ok: true; readonly found: CodeCard }
  /** `sentence` is for the customer. `isCode`: the code is to blame, not the network. */
  | { readonly ok: false; readonly sentence: string; readonly isCode: boolean };

/** Asks the broker whose code this is, without using it up. The code goes in the body: it never stands in an address. */
export async function lookAtCode(
  code: string,
  send: typeof fetch = (...args) => fetch(...args),
): Promise<LookedAt> {
  const text = t.customer.join;
  let retryAfter: string | null = null;
  const api = new Api(async (path, init) => {
    const response = await send(path, init);
    retryAfter = response.headers.get('retry-after');
    return response;
  });
  try {
    return { ok: true, found: await api.post('/join/card', { code }, CodeCard) };
  } catch (thrown) {
    const problem = asProblem(thrown);
    switch (problem.code) {
      // One answer for mistyped, used and expired: the broker does not tell them apart either.
      case 'code.wrong':
      case 'request.invalid':
      case 'not-found':
      case 'session.over':
        return { ok: false, sentence: await whyWrong(code), isCode: true };
      case 'tries.too-many':
        return { ok: false, sentence: text.tooMany(whenAgain(retryAfter)), isCode: false };
      case 'unreachable':
        return { ok: false, sentence: text.nowhere, isCode: false };
      default:
        return { ok: false, sentence: problem.message, isCode: false };
    }
  }
}

/** A session that this browser has, or had a moment ago, is not entered anew: it goes on in its own tab. */
async function whyWrong(code: string): Promise<string> {
  if (await isInOtherTab(code)) return t.customer.browser.otherTab;
  return wasLeftJustNow(code) ? t.customer.browser.closedTab : t.customer.join.wrong;
}

/** `Retry-After` in seconds (RFC 9110 10.2.3; our broker sends no dates) as words. */
function whenAgain(retryAfter: string | null): string {
  const seconds = Number(retryAfter);
  return retryAfter === null || !Number.isFinite(seconds)
    ? t.customer.join.inAWhile
    : t.customer.join.inSeconds(Math.ceil(seconds));
}
