import { createHash } from 'node:crypto';
import type { ShownText } from '../../protocol/proof/statement.ts';
import type { EntryOf } from '../../protocol/record.ts';
import { consentTextOf } from '../consent/consent-text.ts';
import { type Settings, scheduleOf } from '../settings/settings.ts';
import { ownTeamOf } from './passings.ts';
import type { Session } from './session.ts';

/** What the customer was shown: it stays as it was while the session lasts. */
export interface Terms {
  readonly organisation: string;
  readonly consentText: string;
  readonly consentTextVersion: string;
  readonly consentTextSha256: string;
}

type Shown = NonNullable<EntryOf<'session.joined'>['shown']>;

export const termsOf = ({ organisation, textVersion, text }: Shown): Terms => ({
  organisation,
  consentText: text,
  consentTextVersion: textVersion,
  consentTextSha256: createHash('sha256').update(text).digest('hex'),
});

/** The same as the record keeps it, for as long as the session. */
export const shownOf = ({ organisation, consentText, consentTextVersion }: Terms): Shown => ({
  organisation,
  textVersion: consentTextVersion,
  text: consentText,
});

/** What stands in the record of the text that an answer was given to. */
export const shownText = ({ consentTextVersion, consentTextSha256 }: Terms): ShownText => ({
  textVersion: consentTextVersion,
  textSha256: consentTextSha256,
});

/** What is promised to this session's customer as things stand: their team's periods among it. */
export function termsFor(session: Session, settings: Settings): Terms {
  const retention = scheduleOf(settings, ownTeamOf(session));
  const { text, version } = consentTextOf({ consentText: settings.consentText, retention });
  return termsOf({ organisation: settings.organisation, textVersion: version, text });
}
