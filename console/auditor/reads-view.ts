import { AccessKind } from '../../protocol/access-log.ts';
import { momentsOf, putSpan, type Span, spanIn } from '../manager/log-view.ts';

/** What the page shows of who read what. It lives in the address, so that a view can be sent. */
export interface ReadsView extends Span {
  /** User id, an e-mail address, `command-line`; empty: everybody. */
  readonly person: string;
  readonly kind: readonly AccessKind[];
  /** Only who read the record of this session; empty: of any. */
  readonly session: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is not understood is left out: an old or mistyped link still shows something. */
export function readsInAddress(search: string): ReadsView {
  const given = new URLSearchParams(search);
  const kinds = (given.get('kind') ?? '').split(',');
  const session = given.get('session') ?? '';
  return {
    ...spanIn(given),
    person: (given.get('person') ?? '').trim().slice(0, 254),
    kind: AccessKind.options.filter((kind) => kinds.includes(kind)),
    session: UUID.test(session) ? session : '',
  };
}

/** The inverse of `readsInAddress`: `''` or `?...`, without what stands at its default. */
export function addressOfReads(view: ReadsView): string {
  const address = new URLSearchParams();
  putSpan(address, view);
  putFilters(address, view);
  const text = address.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** The same question for `GET /api/v1/access-log`. */
export function questionOfReads(view: ReadsView, now: Date): URLSearchParams {
  const question = new URLSearchParams();
  const { from, before } = momentsOf(view, now);
  if (from) question.set('from', from.toISOString());
  if (before) question.set('to', before.toISOString());
  putFilters(question, view);
  return question;
}

export const isNarrowed = (view: ReadsView): boolean => addressOfReads(view) !== '';

function putFilters(to: URLSearchParams, { person, kind, session }: ReadsView): void {
  if (person !== '') to.set('person', person);
  if (kind.length > 0) to.set('kind', kind.join(','));
  if (session !== '') to.set('session', session);
}
