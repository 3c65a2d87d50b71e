import type { Request, Response } from 'express';
import { z } from 'zod';
import { Receipt } from '../../../protocol/receipt.ts';
import { readScope } from '../../access/policies.ts';
import { type Clock, instant } from '../../clock.ts';
import { makeReceipt } from '../../records/receipt.ts';
import type { RecordStore } from '../../records/record-store.ts';
import type { TransparencyLog } from '../../records/transparency-log.ts';
import type { SettingsStore } from '../../settings/settings.ts';
import { CustomerReceipts } from '../customer-receipts.ts';
import { demandWholeEntries } from '../proven-export.ts';
import { type Route, route } from '../route.ts';

export interface ReceiptRoutesParts {
  readonly records: RecordStore & TransparencyLog;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly clock: Clock;
}

export function receiptRoutes({ records, settings, clock }: ReceiptRoutesParts): Route[] {
  const ofCustomers = new CustomerReceipts({ records, settings, clock });

  return [
    route({
      method: 'get',
      path: '/api/v1/sessions/{id}/receipt',
      summary:
        'The receipt of a session that is over: its entries with proofs, checkable without this broker',
      who: 'session.read',
      params: z.object({ id: z.uuid() }),
      answer: { status: 200, what: 'The receipt', schema: Receipt },
      refusals: ['not-found', 'receipt.not-yet'],
      async handle({ user, params: { id }, address, response }) {
        const scope = readScope(user, 'session.read');
        demandWholeEntries(scope);
        const receipt = makeReceipt(id, await records.provenSession(id, scope), {
          organisation: settings.current().organisation,
          madeAt: instant(clock),
        });
        await records.append([{ type: 'record.read', sessionId: id, userId: user.userId, address }]);
        return asFile(response, receipt);
      },
    }),

    route({
      method: 'get',
      path: '/api/v1/receipt',
      summary: 'The same for the customer: with the token of the agent that joined, as a bearer token',
      who: 'anyone',
      query: z.object({ session: z.uuid() }),
      answer: { status: 200, what: 'The receipt', schema: Receipt },
      refusals: ['not-found', 'receipt.not-yet', 'tries.too-many'],
      async handle({ query: { session: id }, address, request, response }) {
        return asFile(response, await ofCustomers.issue(id, bearer(request), address));
      },
    }),
  ];
}

function asFile(response: Response, receipt: Receipt): Receipt {
  response.attachment(`receipt-${receipt.sessionId}.json`);
  return receipt;
}

const bearer = (request: Request): string =>
  /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
