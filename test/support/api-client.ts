import { Me, type NewUser } from '../../protocol/access.ts';
import { SessionOpened } from '../../protocol/session.ts';
import { SessionPage } from '../../protocol/session-query.ts';
import { SessionDetail } from '../../protocol/session-record.ts';

/** Somebody who is signed in and asks over HTTP, as the console does. */
export class ApiClient {
  #cookie = '';
  #csrfToken = '';

  constructor(readonly url: string) {}

  get cookie(): string {
    return this.#cookie;
  }

  async request(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        Origin: new URL(this.url).origin,
        ...(this.#cookie ? { Cookie: this.#cookie } : {}),
        ...(this.#csrfToken ? { 'X-CSRF-Token': this.#csrfToken } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie) this.#cookie = cookie;
    return response;
  }

  /** @throws with the broker's words unless it answers with success. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.request(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async signIn(email: string, password: string): Promise<Me> {
    await this.call('POST', '/api/v1/sign-in', { email, password });
    const me = Me.parse(await this.call('GET', '/api/v1/me'));
    this.#csrfToken = me.csrfToken;
    return me;
  }

  async openSession(wish: Record<string, unknown> = {}): Promise<SessionOpened> {
    return SessionOpened.parse(
      await this.call('POST', '/api/v1/sessions', {
        contact: { name: 'Ada Example', company: 'Example Ltd' },
        reason: 'Printing fails',
        tools: ['view'],
        ...wish,
      }),
    );
  }

  async sessions(query = ''): Promise<SessionPage> {
    return SessionPage.parse(await this.call('GET', `/api/v1/sessions${query}`));
  }

  async session(id: string): Promise<SessionDetail> {
    return SessionDetail.parse(await this.call('GET', `/api/v1/sessions/${id}`));
  }
}

export const PASSWORD = 'correct horse battery staple';

/** The people of one small support organisation; each signs in with PASSWORD. */
export const PEOPLE = {
  admin: { name: 'Ann Administrator', email: 'ann@support.example' },
  tess: { name: 'Tess Technician', email: 'tess@support.example', role: 'technician', teams: ['Desk'] },
  tom: { name: 'Tom Technician', email: 'tom@support.example', role: 'technician', teams: ['Field'] },
  max: { name: 'Max Manager', email: 'max@support.example', role: 'manager', teams: ['Desk'] },
  ada: { name: 'Aud Auditor', email: 'aud@support.example', role: 'auditor', teams: [] },
  priya: { name: 'Priya Privacy', email: 'priya@support.example', role: 'privacy', teams: [] },
} as const;

/** Uses the set-up link and adds everybody. Answers the administrator. */
export async function setUpOrganisation(url: string, setUpLink: string | undefined): Promise<ApiClient> {
  const token = new URL(setUpLink!).searchParams.get('token');
  const admin = new ApiClient(url);
  await admin.call('POST', '/api/v1/set-up', {
    token,
    organisation: 'Example Support Ltd',
    ...PEOPLE.admin,
    password: PASSWORD,
  });
  await admin.signIn(PEOPLE.admin.email, PASSWORD);
  const { admin: _admin, ...others } = PEOPLE;
  for (const person of Object.values(others)) {
    await admin.call('POST', '/api/v1/users', { ...person, password: PASSWORD } satisfies Record<
      keyof NewUser,
      unknown
    >);
  }
  return admin;
}
