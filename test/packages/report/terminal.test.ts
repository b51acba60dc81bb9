import {
  ansiPaint,
  displayWidth,
  evaluationText,
  type GateReport,
  gateText,
  printable,
  searchesText,
  textTable,
  validationText,
} from '@attune/report';
import { describe, expect, it } from 'vitest';
import { sampleEvaluation, sampleValidation } from './sample.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is looked for
const colourCodes = /\u001b\[\d+m/g;

describe('text tables', () => {
  it('align every column, whatever the width of its characters', () => {
    const [titles, rule, ...rows] = textTable(
      [{ title: 'name' }, { title: 'score', align: 'right' }],
      [
        ['plain', '1.5'],
        ['日本', '22.25'],
        ['cafe\u0301', '3'],
        ['🚀🚀🚀', ''],
      ],
    );
    expect(titles).toBe('name    score');
    expect(displayWidth(rule!)).toBe(13);
    for (const row of rows.slice(0, 3)) expect(displayWidth(row)).toBe(13);
    expect(rows[3]).toBe('🚀🚀🚀');
  });

  it('cut what is wider than its column', () => {
    const rows = textTable([{ title: '', most: 6 }], [['abcdefgh'], ['日本語日本語'], ['abcdef']]).slice(2);
    expect(rows).toEqual(['abcde…', '日本…', 'abcdef']);
  });

  it.each([
    ['猫咪，你好。', 12],
    ['ｶﾀｶﾅ', 4],
    ['ＡＢＣ', 6],
    ['한국어', 6],
    ['ไทย', 3],
    ['\u{20bb7}野家', 6],
    ['e\u0301', 1],
    ['“x” …', 5],
    ['⛹', 1],
    ['👩🏽‍🚀', 2],
    ['🇨🇳', 2],
    ['❤\ufe0f', 2],
    ['1\ufe0f\u20e3', 2],
  ])('count %s as a terminal draws it: %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it('cut no character in two, such as a flag or an emoji that is made of several', () => {
    const cut = (text: string) => textTable([{ title: '', most: 4 }], [[text]]).at(-1);
    expect(cut('🇨🇳🇨🇳🇨🇳')).toBe('🇨🇳…');
    expect(cut('猫👩🏽‍🚀狗')).toBe('猫…');
    expect(cut('ae\u0301e\u0301e\u0301e\u0301')).toBe('ae\u0301e\u0301…');
  });

  it('start every column of Chinese beside the one above', () => {
    const lines = textTable(
      [{ title: 'query' }, { title: 'first' }],
      [
        ['借记卡', '💳 信用卡 (emoji/1f4b3)'],
        ['wifi', '无线网络'],
        ['维他命 C', '药丸'],
      ],
    );
    const starts = lines.map((line) => displayWidth(/^(?:\S| (?! ))+ {2,}/.exec(line)![0]));
    expect(starts).toEqual([10, 10, 10, 10, 10]);
  });

  it('show nothing that a terminal would obey', () => {
    expect(printable('a\u001b[31mred\nnext\u202eturned\u009b2J')).toBe(
      'a\ufffd[31mred next\ufffdturned\ufffd2J',
    );
  });
});

describe('validation text', () => {
  it('gives verdict, counts, the first example with file and line, and the fix', () => {
    const text = validationText(sampleValidation);
    expect(text).toMatch(/^WARN {2}data\/icons: 88,128 rows of 2 files in 1\.2 s/);
    expect(text).toContain('log.jsonl:4711: ');
    expect(text).toContain('Fix: Leave the row out, or mask the field.');
    expect(text).toMatch(/error +37 +0\.05 % +BLANK_TEXT +Blank text/);
    expect(text).toMatch(/corpus\.jsonl +description +12,345 +16,243/);
    expect(text).not.toContain('\u001b');
  });

  it('says so where nothing was found', () => {
    expect(validationText({ ...sampleValidation, verdict: 'pass', findings: [] })).toContain('Nothing found');
  });

  it('has the same words with and without colour', () => {
    const coloured = validationText(sampleValidation, { paint: ansiPaint });
    expect(coloured).toMatch(colourCodes);
    expect(coloured.replace(colourCodes, '')).toBe(validationText(sampleValidation));
  });
});

describe('evaluation text', () => {
  const report = sampleEvaluation();
  const text = evaluationText(report, { width: 110 });

  it('gives every leg a column and every metric its mean and interval', () => {
    expect(text).toMatch(/bm25 +base +tuned/);
    for (const { metrics } of report.main.legs) {
      for (const { mean, low, high } of Object.values(metrics)) {
        expect(text).toContain(mean.toFixed(4));
        expect(text).toContain(`${low.toFixed(4)} to ${high.toFixed(4)}`);
      }
    }
  });

  it('gives every pair its difference, p, wins, ties and losses', () => {
    for (const { candidate, baseline, mean, wins, ties, losses } of report.main.comparisons) {
      expect(text).toContain(`${candidate} - ${baseline}`);
      expect(text).toContain(`${mean < 0 ? '-' : '+'}${Math.abs(mean).toFixed(4)}`);
      expect(text).toContain(`${wins}/${ties}/${losses}`);
    }
    expect(text).toMatch(/p \(Holm\)/);
  });

  it('ends in the verdict and its reason', () => {
    expect(text.trimEnd().split('\n').slice(-3).join(' ')).toContain('BETTER');
    expect(text.replace(/\s+/g, ' ')).toContain(report.verdict.reason);
  });

  it('lists quadrants, choices, notes and the queries helped and harmed', () => {
    for (const part of [
      'dev-zero-shot: 300 queries',
      'Most helped',
      'Most harmed',
      'BM25: English stems',
      'words: 1 word',
      '98 %',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain(report.main.helped[0]!.query);
    expect(text).toContain('The <right> one (2)');
  });

  it('keeps its colours out of the widths', () => {
    const coloured = evaluationText(report, { width: 110, paint: ansiPaint });
    expect(coloured.replace(colourCodes, '')).toBe(text);
  });
});

describe('searches text', () => {
  it('puts the legs side by side and marks right answers', () => {
    const text = searchesText([
      {
        query: 'throw away',
        legs: [
          { name: 'base', results: [{ title: 'ball', detail: 'sport' }] },
          {
            name: 'tuned',
            results: [{ title: 'trash', relevant: true, picture: { symbol: '🗑' } }, { title: 'bin' }],
          },
        ],
      },
    ]);
    expect(text.split('\n')).toEqual([
      '“throw away”',
      '   base          tuned',
      '─  ────────────  ─────────',
      '1  ball (sport)  ✓ 🗑 trash',
      '2                bin',
      '',
    ]);
  });
});

describe('gate text', () => {
  const report: GateReport = {
    verdict: 'no decision',
    candidate: 'icons-2',
    serving: 'icons-1',
    golden: { name: 'icons/dev', queries: 1355 },
    checks: [
      { name: 'validation', passed: true, said: 'Validation left out 0 of 10 rows.' },
      {
        name: 'golden set: NDCG@10',
        passed: false,
        said: 'On the golden set the candidate is 0.01 below. '.repeat(4),
      },
      { name: 'latency', passed: null, said: 'The time of a search was not measured.' },
    ],
    reasons: ['The time of a search was not measured.'],
  };
  const text = gateText(report, { width: 80 });

  it('gives the verdict, the golden set, each check with all that was said, and the reasons', () => {
    expect(text).toMatch(
      /^NO DECISION {2}icons-2 against icons-1\nGolden set: icons\/dev, 1,355 judged queries\.\n/,
    );
    expect(text).toMatch(/validation +yes +Validation left out 0 of 10 rows\./);
    expect(text).toMatch(/latency +not known/);
    expect(text.split('0.01 below')).toHaveLength(5); // nothing is cut
    expect(text.trimEnd().split('\n').at(-1)).toBe('The time of a search was not measured.');
  });

  it('keeps to its width, and says of the golden set only what is known', () => {
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(82);
    expect(gateText({ ...report, golden: undefined })).not.toContain('Golden set');
    expect(gateText({ ...report, golden: null })).toContain('No golden set was named.');
  });
});
