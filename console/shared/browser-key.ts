import { Me } from '../../protocol/access.ts';
import type { UnsignedReason } from '../../protocol/proof/statement.ts';
import { type Api, asProblem, Done } from './api.ts';

/** What this browser signs with, for as long as its sign-in lasts. No page can read the private half. */
export interface BrowserKey {
  readonly signingKey: string;
  /** @returns the signature in base64. */
  sign(message: string): Promise<string>;
  /**
   * The number of the next statement about a session, in whichever window it is made. Of a closing one there is none when
   * nothing was said since the last.
   */
  nextNumber(sessionId: string, isClosing: boolean): Promise<number | undefined>;
}

const DATABASE = 'countersign';
const KEYS = 'keys';
const NUMBERS = 'numbers';

/** A key that is made anew must not go with the old ones. */
let forgetting: Promise<void> = Promise.resolve();

interface Numbered {
  readonly number: number;
  readonly isClosed: boolean;
}

/** The key of this sign-in, made and given to the broker where it has none yet; or why there can be none. */
export async function browserKeyOf(me: Me, api: Api): Promise<BrowserKey | UnsignedReason> {
  if (!window.isSecureContext) return 'not-secure';
  await forgetting;
  const database = await openDatabase().catch(() => undefined);
  if (!database) return 'no-storage';
  if (me.signingKey !== undefined) return storedKey(database, me.signingKey);
  let made: BrowserKey;
  try {
    made = await makeKey(database);
  } catch (error) {
    return (error as Error).name === 'NotSupportedError' ? 'no-ed25519' : 'other';
  }
  try {
    await api.post('/me/signing-key', { signingKey: made.signingKey }, Done);
    return made;
  } catch (thrown) {
    if (asProblem(thrown).code !== 'already-exists') return 'other';
    // Another window of this sign-in was faster.
    const { signingKey } = await api.get('/me', Me);
    return signingKey === undefined ? 'other' : storedKey(database, signingKey);
  }
}

/** Nobody is signed in here: whatever was signed with is gone. */
export function forgetBrowserKeys(): void {
  // Storage that cannot be opened holds no keys.
  forgetting = forgetAll().catch(() => {});
}

async function forgetAll(): Promise<void> {
  const database = await openDatabase();
  const change = database.transaction([KEYS, NUMBERS], 'readwrite');
  change.objectStore(KEYS).clear();
  change.objectStore(NUMBERS).clear();
  database.close();
}

async function makeKey(database: IDBDatabase): Promise<BrowserKey> {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const signingKey = base64(await crypto.subtle.exportKey('raw', pair.publicKey));
  // Stored before the broker knows it: a key that nobody has would be the key of this sign-in.
  await done(database.transaction(KEYS, 'readwrite').objectStore(KEYS).put(pair.privateKey, signingKey));
  return browserKey(database, signingKey, pair.privateKey);
}

async function storedKey(database: IDBDatabase, signingKey: string): Promise<BrowserKey | UnsignedReason> {
  const stored = await done<CryptoKey | undefined>(
    database.transaction(KEYS).objectStore(KEYS).get(signingKey),
  );
  return stored ? browserKey(database, signingKey, stored) : 'key-lost';
}

const browserKey = (database: IDBDatabase, signingKey: string, privateKey: CryptoKey): BrowserKey => ({
  signingKey,
  async sign(message) {
    return base64(await crypto.subtle.sign('Ed25519', privateKey, new TextEncoder().encode(message)));
  },
  async nextNumber(sessionId, isClosing) {
    // One transaction, so that two windows never take the same number.
    const numbers = database.transaction(NUMBERS, 'readwrite').objectStore(NUMBERS);
    const name = `${signingKey} ${sessionId}`;
    const last = await done<Numbered | undefined>(numbers.get(name));
    if (isClosing && (last === undefined || last.isClosed)) return undefined;
    const number = (last?.number ?? 0) + 1;
    await done(numbers.put({ number, isClosed: isClosing } satisfies Numbered, name));
    return number;
  },
});

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(KEYS);
    opening.result.createObjectStore(NUMBERS);
  };
  return done(opening);
}

const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
