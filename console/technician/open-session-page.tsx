import { useState } from 'react';
import { Form } from 'react-aria-components';
import { OpenSession, SessionOpened } from '../../protocol/session.ts';
import { needsView, TOOLS, type Tool } from '../../protocol/tool.ts';
import { cx } from '../shared/class-names.ts';
import { navigate } from '../shared/router.tsx';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Checkbox } from '../shared/ui/checkbox.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Select } from '../shared/ui/select.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { useCheckedForm } from '../shared/use-checked-form.ts';
import styles from './open-session-page.module.css';
import { emptyDraft, rememberTools, type SessionDraft, takeDraft } from './session-draft.ts';

const text = t.technician.open;

/** Writes down who called and why, and gets the code. */
export function OpenSessionPage() {
  const { api, me } = useSignedIn();
  const { teams } = me.user;
  const [{ draft, isAgain }, setForm] = useState(() => {
    const again = takeDraft();
    return { draft: again ?? emptyDraft(teams[0] ?? ''), isAgain: again !== undefined };
  });
  const { team, ...rest } = draft;
  const wish = { ...rest, ...(team === '' ? {} : { team }) };
  const { form, faults, problem, isPending, submit } = useCheckedForm({
    schema: OpenSession,
    value: wish,
    needed: text.needed,
    async send() {
      const opened = await api.post('/sessions', wish, SessionOpened);
      rememberTools(draft.tools);
      navigate(`/sessions/${opened.id}`);
    },
  });

  const set = (change: Partial<SessionDraft>) => setForm({ draft: { ...draft, ...change }, isAgain });
  const contactField = (field: keyof SessionDraft['contact']) => ({
    label: text[field],
    value: draft.contact[field],
    onChange: (value: string) => set({ contact: { ...draft.contact, [field]: value } }),
    error: faults[`contact.${field}`],
  });

  return (
    <>
      <PageHead title={text.title} lead={text.lead} />
      {isAgain && <Notice>{text.again}</Notice>}
      <Form ref={form} onSubmit={submit} validationBehavior="aria" className={styles.form ?? ''}>
        <div className={styles.column}>
          <fieldset className={styles.group}>
            <legend>{text.customer}</legend>
            <div className={styles.wide}>
              <TextField
                {...contactField('name')}
                placeholder={text.namePlaceholder}
                isRequired
                markRequired
                autoFocus
                autoComplete="off"
              />
            </div>
            <TextField {...contactField('company')} autoComplete="off" />
            <TextField {...contactField('contactName')} hint={text.contactNameHint} autoComplete="off" />
            <TextField {...contactField('phone')} type="tel" autoComplete="off" />
            <TextField {...contactField('email')} type="email" autoComplete="off" />
          </fieldset>
          <fieldset className={styles.group}>
            <legend>{text.about}</legend>
            <TextField
              label={text.reference}
              placeholder={text.referencePlaceholder}
              autoComplete="off"
              value={draft.reference}
              onChange={(reference) => set({ reference })}
              error={faults.reference}
            />
            {teams.length > 1 && (
              <Select
                label={text.team}
                options={teams.map((team) => ({ value: team, label: team }))}
                value={draft.team}
                onChange={(team) => set({ team })}
              />
            )}
            <div className={styles.wide}>
              <TextField
                label={text.reason}
                hint={text.reasonHint}
                isRequired
                markRequired
                maxLength={300}
                autoComplete="off"
                value={draft.reason}
                onChange={(reason) => set({ reason })}
                error={faults.reason}
              />
            </div>
          </fieldset>
        </div>
        <div className={styles.column}>
          <ToolChoice tools={draft.tools} onChange={(tools) => set({ tools })} />
          {problem && <Notice kind="trouble">{problem.message}</Notice>}
          <div className={styles.buttons}>
            <Button onPress={() => navigate('/')}>{t.cancel}</Button>
            <Button type="submit" kind="primary" isPending={isPending} isDisabled={draft.tools.length === 0}>
              {text.action}
            </Button>
          </div>
        </div>
      </Form>
    </>
  );
}

function ToolChoice({ tools, onChange }: { tools: readonly Tool[]; onChange: (tools: Tool[]) => void }) {
  const { media } = useSignedIn().me;
  const choose = (tool: Tool, isChosen: boolean) => {
    const wanted = new Set(tools);
    if (isChosen) wanted.add(tool);
    else wanted.delete(tool);
    // Control and clipboard live inside the picture: they come with it and go with it.
    if (isChosen && needsView(tool)) wanted.add('view');
    if (!isChosen && tool === 'view') for (const one of TOOLS.filter(needsView)) wanted.delete(one);
    onChange(TOOLS.filter((one) => wanted.has(one)));
  };
  return (
    <fieldset className={cx(styles.group, styles.tools)}>
      <legend>{text.tools}</legend>
      <p className={styles.hint}>{tools.length === 0 ? text.oneTool : text.toolsHint}</p>
      {TOOLS.map((tool) => (
        <Checkbox
          key={tool}
          isSelected={tools.includes(tool)}
          onChange={(isChosen) => choose(tool, isChosen)}
          hint={tool === 'voice' && media === 'none' ? text.noVoice : t.tools.meaning[tool]}
        >
          {t.tools.name[tool]}
        </Checkbox>
      ))}
    </fieldset>
  );
}
