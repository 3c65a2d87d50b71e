import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_FILE_NAME_BYTES, numberedFileName, safeFileName } from '../../protocol/file-name.ts';

const HOSTILE: [sent: string, kept: string][] = [
  ['report.pdf', 'report.pdf'],
  ['Ünïcödé 漢字 🙂.txt', 'Ünïcödé 漢字 🙂.txt'],
  ['../../etc/passwd', 'passwd'],
  ['/etc/shadow', 'shadow'],
  ['C:\\Windows\\System32\\cmd.exe', 'cmd.exe'],
  ['C:evil.exe', 'C_evil.exe'],
  ['file.txt:hidden-stream', 'file.txt_hidden-stream'],
  ['..', 'file'],
  ['.', 'file'],
  ['', 'file'],
  ['   ', 'file'],
  ['folder/', 'file'],
  ['.bashrc', 'bashrc'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['com1.tar.gz', '_com1.tar.gz'],
  ['LPT² .doc', '_LPT² .doc'],
  ['console.log', 'console.log'],
  ['a\u0000b\u001b[31m\n.txt', 'ab[31m.txt'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['a\u2066b\u2069\u200b\ufeff.txt', 'ab.txt'],
  ['name. . .', 'name'],
  ['lone\ud800surrogate', 'lone\ufffdsurrogate'],
  ['what?<now>|"*".txt', 'what__now_____.txt'],
  ['e\u0301.txt', 'é.txt'],
  ['e\u0000\u0301.txt', 'é.txt'],
  [`CON${' '.repeat(300)}x`, '_CON'],
  [`e${'\u0301'.repeat(200)}.docx`, 'file.docx'],
];

describe('a safe file name', () => {
  for (const [sent, kept] of HOSTILE)
    it(`makes ${JSON.stringify(kept)} of ${JSON.stringify(sent)}`, () => {
      assert.deepEqual(safeFileName(sent), { name: kept, changed: sent !== kept });
    });

  it('cuts 4,000 letters to what file systems take and keeps the extension', () => {
    for (const letter of ['a', 'é', '漢', '🙂', 'e\u0323']) {
      const { name } = safeFileName(`${letter.repeat(4000)}.docx`);
      assert.ok(Buffer.byteLength(name) <= MAX_FILE_NAME_BYTES);
      assert.ok(Buffer.byteLength(name) > MAX_FILE_NAME_BYTES - 12);
      assert.ok(name.endsWith('.docx'));
    }
  });

  it('never answers a name that a system reads as something else', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '../',
        '..\\',
        '/',
        'C:',
        'CON',
        'aux',
        '.',
        ' ',
        '\u202e',
        '\u0000',
        '.tar',
        '.gz',
        '~',
        '$',
        // What composes with a letter before it, also over something that is taken out between them.
        'e',
        '\u0301',
        '\u0338',
        ' '.repeat(100),
        '\u0301'.repeat(100),
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { name } = safeFileName(pieces.join(''));
        assert.ok(name.length > 0);
        assert.ok(Buffer.byteLength(name) <= MAX_FILE_NAME_BYTES);
        assert.match(name, /^[^/\\<>:"|?*\p{Cc}\p{Cf}\u2028\u2029]+$/u);
        assert.match(name, /^[^.\s]/u);
        assert.match(name, /[^.\s]$/u);
        assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        assert.ok(name.isWellFormed());
        assert.deepEqual(safeFileName(name), { name, changed: false });
      }),
      { numRuns: 500 },
    );
  });

  it('numbers a name before its extension, within the limit', () => {
    assert.equal(numberedFileName('report.pdf', 2), 'report (2).pdf');
    assert.equal(numberedFileName('site.tar.gz', 3), 'site (3).tar.gz');
    assert.equal(numberedFileName('Makefile', 2), 'Makefile (2)');
    const long = safeFileName(`${'ß'.repeat(4000)}.txt`).name;
    const numbered = numberedFileName(long, 12);
    assert.ok(Buffer.byteLength(numbered) <= MAX_FILE_NAME_BYTES);
    assert.ok(numbered.endsWith(' (12).txt'));
  });
});
