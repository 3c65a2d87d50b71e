import { randomUUID } from 'node:crypto';
import { nameDigestInput } from '../../../protocol/proof/signed-statement.ts';
import type { Says } from '../../../protocol/proof/statement.ts';
import type { NewEntry, NewSessionEntry, SessionEntry } from '../../../protocol/record.ts';
import { sha256 } from '../../../server/records/node-signatures.ts';
import { begin, technicianNoted } from '../../records/stories.ts';
import { SigningEnd } from '../../support/signing-end.ts';

const shown = { textVersion: '1', textSha256: sha256('You can stop at any time.') };
const salt = Buffer.alloc(16, 5).toString('base64');

/** A whole session that both ends signed, with every kind of statement; a test then spoils one thing in it. */
export class SignedStory {
  readonly sessionId = randomUUID();
  readonly customer = new SigningEnd('customer', this.sessionId);
  readonly technician = new SigningEnd('technician', this.sessionId);
  readonly viewLane = randomUUID();
  readonly fileLane = randomUUID();
  readonly fileId = randomUUID();
  entries: SessionEntry[] = [];

  constructor() {
    const { sessionId, viewLane, fileLane, fileId } = this;
    const { signingKey } = this.customer;
    const requestId = randomUUID();
    const computer = { hostName: 'a', platform: 'b', architecture: 'c', address: '192.0.2.7' };
    const agent = { kind: 'native' as const, version: '1', capable: [] };
    this.write({ type: 'session.joined', sessionId, computer, agent, agentTokenHash: 'x', signingKey });
    const { signingKey: technicianKey } = this.technician;
    this.write({ type: 'account.began', sessionId, side: 'technician', signingKey: technicianKey });
    this.says('technician', { type: 'computer.admitted', signingKey });
    this.write({ type: 'session.admitted', sessionId });
    const answer = {
      requestId,
      allowed: ['view' as const],
      refused: ['chat' as const],
      mode: 'person' as const,
    };
    this.says('customer', { type: 'consent.answered', ...answer, ...shown });
    this.write({ type: 'consent.answered', sessionId, unable: [], ...answer, ...shown });
    this.write({ type: 'session.started', sessionId });
    this.says('customer', { type: 'consent.volunteered', tool: 'file-upload', ...shown });
    this.write({ type: 'consent.volunteered', sessionId, tool: 'file-upload', ...shown });

    const view = { tool: 'view' as const, laneId: viewLane };
    const file = { tool: 'file-upload' as const, laneId: fileLane };
    for (const lane of [view, file]) {
      this.says('customer', { type: 'tool.started', ...lane });
      this.says('technician', { type: 'tool.started', ...lane });
      this.write({ type: 'lane.opened', sessionId, ...lane });
    }
    this.write({ type: 'file.offered', sessionId, fileId, tool: 'file-upload', size: 3 });
    this.write({ type: 'file.named', sessionId, fileId, name: 'report.pdf', renamed: false });
    const finished = { fileId, outcome: 'completed' as const, bytes: 3, sha256: sha256('abc') };
    const named = { salt, name: 'report.pdf' };
    const nameSha256 = sha256(nameDigestInput(named));
    for (const side of ['customer', 'technician'] as const) {
      this.says(side, { type: 'file.finished', tool: 'file-upload', ...finished, nameSha256 });
      this.write({ type: 'file.name-stated', sessionId, fileId, side, ...named });
      this.write({ type: 'file.finished', sessionId, side, ...finished });
    }
    this.says('customer', { type: 'grant.revoked', tool: 'view' });
    this.write({ type: 'grant.revoked', sessionId, tool: 'view', by: 'customer' });
    const bytes = { bytesFromTechnician: 100, bytesFromCustomer: 1000 };
    this.write({ type: 'lane.closed', sessionId, ...view, reason: 'revoked', ...bytes });
    this.write({ type: 'lane.closed', sessionId, ...file, reason: 'session-over', ...bytes });
    this.write({ type: 'session.ended', sessionId, status: 'ended', endedBy: 'technician', reason: 'done' });
    for (const lane of [view, file]) {
      this.says('customer', { type: 'tool.stopped', ...lane, sent: 1000, received: 90 });
      this.says('technician', { type: 'tool.stopped', ...lane, sent: 105, received: 1000 });
    }
    this.close();
  }

  /** The last line of both accounts. */
  close(): void {
    for (const end of [this.customer, this.technician])
      this.says(end.side, {
        type: 'session.ended',
        status: 'ended',
        endedBy: 'technician',
        reason: 'done',
        statements: end.number + 1,
      });
  }

  write(entry: NewSessionEntry): void {
    const seq = this.entries.length + 1;
    this.entries.push({ ...entry, id: randomUUID(), seq, at: '2026-03-02T09:00:00.000Z' });
  }

  /** As a broker writes it down, from its beginning on. */
  told(): NewEntry[] {
    const { sessionId } = this;
    const entries = this.entries.map(({ id: _, seq: __, at: ___, ...entry }) => entry as NewEntry);
    return [begin({ sessionId, tools: ['view', 'chat'] }), technicianNoted(sessionId), ...entries];
  }

  says(side: 'customer' | 'technician', says: Says): void {
    const { signingKey } = this[side];
    const { sessionId } = this;
    this.write({ type: 'account.stated', sessionId, side, signingKey, ...this[side].say(says) });
  }

  /** Signs a statement of `side` anew with something else in it, wherever `find` is in its text. */
  resign(side: 'customer' | 'technician', find: string, change: (text: string) => string): void {
    this.spoil('account.stated', (entry) =>
      entry.side === side && entry.text.includes(find)
        ? { ...entry, ...this[side].sign(change(entry.text)) }
        : entry,
    );
  }

  /** Changes, or removes, entries of a type; @throws when there is nothing to spoil. */
  spoil<Type extends SessionEntry['type']>(
    type: Type,
    change: (entry: Extract<SessionEntry, { type: Type }>) => SessionEntry | undefined,
  ): void {
    const before = this.entries;
    this.entries = before.flatMap((entry) => {
      if (entry.type !== type) return [entry];
      const after = change(entry as Extract<SessionEntry, { type: Type }>);
      return after ? [after] : [];
    });
    if (this.entries.length === before.length && this.entries.every((entry, i) => entry === before[i]))
      throw new Error('nothing was spoilt');
  }
}
