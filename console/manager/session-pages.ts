import { SessionPage, type SessionRow } from '../../protocol/session-query.ts';
import type { Api } from '../shared/api.ts';
import { type LoadedPages, PagedRows } from '../shared/paged-rows.ts';

export type LoadedRows = LoadedPages<SessionRow>;

/** The rows of one question to the session log. */
export class SessionPages extends PagedRows<SessionRow> {
  constructor(api: Api) {
    super(api, '/sessions', SessionPage);
  }
}
