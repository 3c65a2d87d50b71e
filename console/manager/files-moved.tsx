import { FileDown, FileUp, TriangleAlert } from 'lucide-react';
import type { SessionRecord } from '../../protocol/session-record.ts';
import { cx } from '../shared/class-names.ts';
import { byteSize } from '../shared/figures.ts';
import { timeWithSecondsOf } from '../shared/moments.ts';
import { sidesOf } from '../shared/sides-of.ts';
import { t } from '../shared/strings.ts';
import { Deleted } from './deleted.tsx';
import styles from './files-moved.module.css';

/** Every file that was asked for or offered: which way, how large, its hash and what became of it. */
export function FilesMoved({ record }: { record: SessionRecord }) {
  const text = t.log.record;
  const { files, retention } = record;
  if (files.length === 0) return <p className={styles.none}>{text.noFiles}</p>;
  return (
    <ul className={styles.files}>
      {files.map((file) => (
        <li key={file.fileId}>
          {file.tool === 'file-upload' ? <FileUp aria-hidden="true" /> : <FileDown aria-hidden="true" />}
          <div className={styles.words}>
            {file.name === undefined ? (
              <Deleted kind="chat-and-file-names" retention={retention} />
            ) : (
              <bdi className={styles.name}>{file.name}</bdi>
            )}
            <span className={styles.facts}>
              {[
                text.directions[file.tool],
                file.size === undefined ? undefined : byteSize(file.size),
                timeWithSecondsOf(file.at),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
            <span className={cx(styles.facts, file.standing === 'failed' && styles.bad)}>
              {text.standing[file.standing]}
              {file.reason !== undefined && `: ${t.files.because(file.reason, sidesOf(record))}`}
              {file.bothSidesAgree === true && ` · ${text.agree}`}
            </span>
            {file.bothSidesAgree === false && (
              <span className={styles.bad}>
                <TriangleAlert aria-hidden="true" /> {text.disagree}
              </span>
            )}
            {file.renamed === true && <span className={styles.facts}>{text.renamed}</span>}
            {file.sha256 !== undefined && (
              <span className={styles.facts}>
                {text.hash} <code>{file.sha256}</code>
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
