import { Joined, type JoinRequest } from '../../../protocol/join.ts';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import { Api, asProblem } from '../../shared/api.ts';
import { t } from '../../shared/strings.ts';
import { BrowserHelper } from './browser-helper.ts';
import { describeBrowser } from './describe-browser.ts';
import { forgetChat } from './kept-chat.ts';
import { type KeptSession, keptSession } from './kept-session.ts';
import { takeForThisTab } from './one-tab.ts';
import { forgetPageKey, makePageKey, storedPageKey } from './page-key.ts';

export type JoinedHere =
  | { readonly ok: true; readonly helper: BrowserHelper }
  /** `sentence` is for the customer. `isGone`: the code is used up, by this page's session or by somebody else. */
  | { readonly ok: false; readonly sentence: string; readonly isGone?: true };

/** Uses up the code: from here on this page is the customer's agent. */
export async function joinSession(code: string): Promise<JoinedHere> {
  const [key, described] = await Promise.all([makePageKey(), describeBrowser()]);
  const request: JoinRequest = {
    code,
    protocolVersion: PROTOCOL_VERSION,
    ...described,
    ...(key === undefined ? {} : { signingKey: key.signingKey }),
  };
  try {
    const { sessionId, agentToken } = await new Api().post('/join', request, Joined);
    const session: KeptSession = {
      code,
      sessionId,
      agentToken,
      ...(key === undefined ? {} : { signingKey: key.signingKey }),
      allowed: [],
      used: [],
      watchers: [],
      lastNumber: 0,
      left: [],
    };
    await takeForThisTab(code);
    return { ok: true, helper: new BrowserHelper({ session, key }) };
  } catch (thrown) {
    if (key) void forgetPageKey(key.signingKey);
    const problem = asProblem(thrown);
    if (problem.code === 'code.wrong') return { ok: false, sentence: t.customer.join.gone, isGone: true };
    return { ok: false, sentence: problem.message };
  }
}

/** Goes on with the session that this tab had before it was loaded anew. */
export async function resumeSession(): Promise<JoinedHere> {
  const session = keptSession();
  if (!session) return { ok: false, sentence: t.customer.browser.notResumed };
  if (!(await takeForThisTab(session.code))) {
    // A tab that was duplicated has what the first one kept: the words are left to that one.
    forgetChat();
    return { ok: false, sentence: t.customer.browser.otherTab };
  }
  const key = session.signingKey === undefined ? undefined : await storedPageKey(session.signingKey);
  return { ok: true, helper: new BrowserHelper({ session, key }) };
}
