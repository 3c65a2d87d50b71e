import {
  AddSigningKey,
  Me,
  type MediaReadiness,
  SignInRequest,
  type User,
} from '../../../protocol/access.ts';
import type { Access } from '../../access/access.ts';
import { actionsOf } from '../../access/policies.ts';
import { wrongSignIn } from '../../access/sign-in.ts';
import type { SignedIn } from '../../access/signed-in.ts';
import { publicUser } from '../../access/users.ts';
import type { Recorder } from '../../records/recorder.ts';
import { Refusal } from '../../refusal.ts';
import type { SettingsStore } from '../../settings/settings.ts';
import { type Route, route } from '../route.ts';

export interface SignInRoutesParts {
  readonly access: Access;
  readonly recorder: Recorder;
  readonly settings: SettingsStore;
  readonly publicUrl: string;
  readonly media: () => MediaReadiness;
}

export function signInRoutes({ access, recorder, settings, publicUrl, media }: SignInRoutesParts): Route[] {
  const me = (user: User, csrfToken: string, signingKey?: string): Me => ({
    user,
    organisation: settings.current().organisation,
    actions: actionsOf(user.role, settings.current().reading),
    csrfToken,
    media: media(),
    ...(signingKey === undefined ? {} : { signingKey }),
  });

  return [
    route({
      method: 'post',
      path: '/api/v1/sign-in',
      summary: 'Sign in with e-mail address and password; sets the cookie',
      who: 'anyone',
      body: SignInRequest,
      answer: { status: 200, what: 'Who is signed in now', schema: Me },
      refusals: ['sign-in.wrong', 'tries.too-many'],
      async handle({ body, address, request }) {
        if (publicUrl.startsWith('https:') && !request.secure) {
          // The cookie would not be set, and nobody would know why.
          throw new Refusal(
            'request.invalid',
            `This broker is reached at ${publicUrl}. Behind a proxy, set COUNTERSIGN_TRUST_PROXY.`,
          );
        }
        const before = await access.signInSessions.of(request);
        const userAgent = request.get('User-Agent') ?? '';
        const user = await access.signIn.byPassword({ ...body, address, userAgent });
        if (before) {
          await recorder.append([{ type: 'sign-in.ended', userId: before.userId, reason: 'signed-out' }]);
        }
        const signIn = await access.signInSessions.begin(request, user);
        if (!signIn) {
          await recorder.append([{ type: 'sign-in.ended', userId: user.id, reason: 'revoked' }]);
          throw wrongSignIn();
        }
        return me(publicUser(user), signIn.csrfToken);
      },
    }),

    route({
      method: 'post',
      path: '/api/v1/sign-out',
      summary: 'End this sign-in',
      who: 'signed-in',
      answer: { status: 204, what: 'It is over' },
      async handle({ user, request }) {
        if (user.signInId === undefined) {
          throw new Refusal('request.invalid', 'An API key has no sign-in to end.');
        }
        await recorder.append([{ type: 'sign-in.ended', userId: user.userId, reason: 'signed-out' }]);
        await access.signInSessions.end(request);
      },
    }),

    route({
      method: 'get',
      path: '/api/v1/me',
      summary: 'Who is signed in, and what they may do',
      who: 'signed-in',
      answer: { status: 200, what: 'Who is signed in', schema: Me },
      async handle({ user, request }) {
        const signIn = await access.signInSessions.of(request);
        const csrfToken = user.signInId === undefined ? '' : (signIn?.csrfToken ?? '');
        return me(await theUser(access, user), csrfToken, user.signingKey);
      },
    }),

    route({
      method: 'post',
      path: '/api/v1/me/signing-key',
      summary: 'Give the key that this sign-in signs its account of sessions with, once',
      who: 'session.open',
      body: AddSigningKey,
      answer: { status: 204, what: 'It is the key of this sign-in' },
      refusals: ['already-exists'],
      async handle({ user, body: { signingKey } }) {
        const { userId, signInId } = user;
        if (signInId === undefined) {
          throw new Refusal(
            'request.invalid',
            'An API key signs nothing: only a browser that signed in does.',
          );
        }
        if (user.signingKey === signingKey) return;
        if (user.signingKey === undefined) {
          await recorder.append([{ type: 'signing-key.added', userId, signingKey }]);
          if (await access.signInSessions.bindSigningKey(signInId, signingKey)) return;
        }
        throw new Refusal('already-exists', 'This sign-in has a key. Sign in again to use another one.');
      },
    }),
  ];
}

async function theUser({ users }: Access, { userId }: SignedIn): Promise<User> {
  const user = await users.get(userId);
  if (!user) throw new Refusal('sign-in.needed', 'Sign in first.');
  return user;
}
