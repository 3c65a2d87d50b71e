import type { ReactNode } from 'react';
import type { SessionDetail } from '../../protocol/session-record.ts';
import type { Problem } from '../shared/api.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { useSessionRecord } from './use-session-record.ts';

/** Loads a record and shows it, or why it cannot be shown. `heading` stands above whatever is not the record itself. */
export function RecordState({
  id,
  heading,
  children,
}: {
  id: string;
  heading?: ReactNode;
  /** `reload` after the record was changed from here. */
  children: (detail: SessionDetail, reload: () => void) => ReactNode;
}) {
  const { resource, reload } = useSessionRecord(id);
  if (resource.standing === 'there') return children(resource.value, reload);
  return (
    <>
      {heading}
      {resource.standing === 'loading' ? (
        <Waiting label={t.log.recordLoading} />
      ) : (
        <NotLoaded problem={resource.problem} onAgain={reload} />
      )}
    </>
  );
}

/** For who may not read a session and for one that does not exist the same words: nobody learns which it is. */
const ABSENT: readonly Problem['code'][] = ['not-found', 'permission.missing', 'request.invalid'];

function NotLoaded({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  if (ABSENT.includes(problem.code))
    return <EmptyState title={t.log.notFoundTitle}>{t.log.notFound}</EmptyState>;
  return (
    <Notice
      kind="trouble"
      title={t.log.recordFailed}
      actions={<Button onPress={onAgain}>{t.tryAgain}</Button>}
    >
      {problem.message}
    </Notice>
  );
}
