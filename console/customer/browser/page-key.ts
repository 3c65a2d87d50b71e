import type { SessionKey } from '../../../protocol/customer-end/session-key.ts';
import { signedMessage, statementText } from '../../../protocol/proof/statement.ts';

const DATABASE = 'countersign-customer';
const KEYS = 'keys';

/** The key of one session in this browser: no script can read its private half, and it outlives a reload of the page. */
export async function makePageKey(): Promise<SessionKey | undefined> {
  try {
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
    const signingKey = base64(await crypto.subtle.exportKey('raw', pair.publicKey));
    await storePageKey(signingKey, pair.privateKey);
    return pageKey(signingKey, pair.privateKey);
  } catch {
    // A browser without Ed25519: it joins without a key, and the record says so.
    return undefined;
  }
}

async function storePageKey(signingKey: string, privateKey: CryptoKey): Promise<void> {
  try {
    const database = await openDatabase();
    await done(database.transaction(KEYS, 'readwrite').objectStore(KEYS).put(privateKey, signingKey));
    database.close();
  } catch {
    // A private window without storage: the key is this page's for as long as it is not loaded anew.
  }
}

/** The one that was made before the page was loaded anew. */
export async function storedPageKey(signingKey: string): Promise<SessionKey | undefined> {
  try {
    const database = await openDatabase();
    const stored = await done<CryptoKey | undefined>(
      database.transaction(KEYS).objectStore(KEYS).get(signingKey),
    );
    database.close();
    return stored && pageKey(signingKey, stored);
  } catch {
    return undefined; // storage that was cleared holds no key
  }
}

const numberOf = (signingKey: string) => `countersign-number-${signingKey}`;

/** Before it signs its next line. Each tab of this browser finds it: one that was duplicated may go on where another was closed. */
export function noteNumber(signingKey: string, lastNumber: number): void {
  try {
    window.localStorage.setItem(numberOf(signingKey), String(lastNumber));
  } catch {
    // Where the browser keeps nothing the tab's own number counts.
  }
}

/** Of its last line, from whichever tab; 0 where none is known. */
export function notedNumber(signingKey: string): number {
  try {
    return Number(window.localStorage.getItem(numberOf(signingKey))) || 0;
  } catch {
    return 0; // as above
  }
}

/** The session is over: nobody can sign for this customer again. */
export async function forgetPageKey(signingKey: string): Promise<void> {
  try {
    window.localStorage.removeItem(numberOf(signingKey));
    const database = await openDatabase();
    await done(database.transaction(KEYS, 'readwrite').objectStore(KEYS).delete(signingKey));
    database.close();
  } catch {
    // As above.
  }
}

const pageKey = (signingKey: string, privateKey: CryptoKey): SessionKey => ({
  signingKey,
  async sign(statement) {
    const text = statementText(statement);
    const message = new TextEncoder().encode(signedMessage(text));
    return { text, signature: base64(await crypto.subtle.sign('Ed25519', privateKey, message)) };
  },
});

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
  return done(opening);
}

const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
