import type { ReactNode } from 'react';
import type { SessionDetail } from '../../protocol/session-record.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { useSessionRecord } from './use-session-record.ts';

/** Loads a record and shows it, or why it cannot be shown. */
export function RecordState({
  id,
  children,
}: {
  id: string;
  children: (detail: SessionDetail) => ReactNode;
}) {
  const { resource, reload } = useSessionRecord(id);
  if (resource.standing === 'loading') return <Waiting label={t.log.recordLoading} />;
  if (resource.standing === 'there') return children(resource.value);
  const { problem } = resource;
  // The same words for both: who may not read a session does not learn that it exists.
  if (
    problem.code === 'not-found' ||
    problem.code === 'permission.missing' ||
    problem.code === 'request.invalid'
  )
    return <EmptyState title={t.log.notFoundTitle}>{t.log.notFound}</EmptyState>;
  return (
    <Notice
      kind="trouble"
      title={t.log.recordFailed}
      actions={<Button onPress={reload}>{t.tryAgain}</Button>}
    >
      {problem.message}
    </Notice>
  );
}
