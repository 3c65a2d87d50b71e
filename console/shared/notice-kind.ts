/** What a sentence in the page means to its reader: its colour and icon. */
export type NoticeKind = 'info' | 'done' | 'warning' | 'trouble';
