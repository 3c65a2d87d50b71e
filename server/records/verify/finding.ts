/** Something that is not as it must be. */
export interface Finding {
  /** The entry's number (`seq`), where it is about one. */
  readonly entry?: number;
  /** The session's id, where it is about one. */
  readonly session?: string;
  /** For a person, a whole sentence. */
  readonly what: string;
}

/**
 * What findings are about, as the last line counts them, in the order in which they are shown: what throws doubt on the whole log
 * first, what one person can bring about as often as they like last.
 */
const KINDS = {
  file: 'of files that are damaged',
  key: 'of keys',
  checkpoint: 'of checkpoints',
  hash: 'of hashes',
  deletion: 'of deletions',
  account: 'of accounts and API keys',
  entry: 'of entries',
  gap: 'of sessions that lack entries',
  record: 'of records of sessions',
  signature: 'of what was signed',
} as const;
export type FindingKind = keyof typeof KINDS;
const IN_ORDER = Object.keys(KINDS) as FindingKind[];

/** More would say nothing new: one flipped bit low in the tree is found again at each level. */
const MOST = 100;
/** Whoever holds a session may sign what is wrong as often as they like: it must not push out what is found elsewhere. */
const MOST_OF_A_SESSION = 5;

interface FoundOfKind {
  readonly kept: Finding[];
  readonly ofSession: Map<string, number>;
  count: number;
}

/** Keeps what is worth showing: however much there is of one kind, each kind has its place, and its true number. */
export class Findings {
  readonly #found = new Map<FindingKind, FoundOfKind>();

  add(kind: FindingKind, what: string, entry?: number, session?: string): void {
    const found: FoundOfKind = this.#found.get(kind) ?? { kept: [], ofSession: new Map(), count: 0 };
    this.#found.set(kind, found);
    found.count += 1;
    const isEnough = session !== undefined && isEnoughOf(session, found);
    if (isEnough || found.kept.length >= MOST) return;
    found.kept.push({
      what,
      ...(entry !== undefined && { entry }),
      ...(session !== undefined && { session }),
    });
  }

  /** Of what was logged: all but what an end signed otherwise, which that end alone can bring about. */
  get count(): number {
    return this.#total - (this.#found.get('signature')?.count ?? 0);
  }

  /** How many sessions are not what was signed. */
  get notAsSigned(): number {
    return this.#found.get('signature')?.ofSession.size ?? 0;
  }

  get #total(): number {
    return this.#inOrder().reduce((sum, [, { count }]) => sum + count, 0);
  }

  get all(): Finding[] {
    const found = this.#inOrder();
    const places = shared(found.map(([, { kept }]) => kept.length));
    const shown = found.flatMap(([, { kept }], index) => kept.slice(0, places[index]));
    if (shown.length === this.#total) return shown;
    const counts = found.map(([kind, { count }]) => `${count} ${KINDS[kind]}`);
    return [
      ...shown,
      { what: `${shown.length} of ${this.#total} findings are shown: ${counts.join(', ')}.` },
    ];
  }

  #inOrder(): [FindingKind, FoundOfKind][] {
    return IN_ORDER.flatMap((kind): [FindingKind, FoundOfKind][] => {
      const found = this.#found.get(kind);
      return found === undefined ? [] : [[kind, found]];
    });
  }
}

function isEnoughOf(session: string, { ofSession }: FoundOfKind): boolean {
  const before = ofSession.get(session) ?? 0;
  ofSession.set(session, before + 1);
  return before >= MOST_OF_A_SESSION;
}

/** How many of each are shown: one of each in turn, as long as there are places. */
function shared(wanted: readonly number[]): number[] {
  const places = wanted.map(() => 0);
  let left = Math.min(
    MOST,
    wanted.reduce((sum, count) => sum + count, 0),
  );
  while (left > 0)
    for (const [index, count] of wanted.entries()) {
      const taken = places[index] ?? 0;
      if (left === 0 || taken >= count) continue;
      places[index] = taken + 1;
      left -= 1;
    }
  return places;
}
