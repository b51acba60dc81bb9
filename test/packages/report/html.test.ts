import {
  escapeHtml,
  evaluationCard,
  evaluationSection,
  gateSection,
  page,
  sanitiseSvg,
  searchesSection,
  trainingSection,
  validationSection,
} from '@attune/report';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastRatioOfTimes } from '../../ratio-of-times.js';
import { sampleEvaluation, sampleTraining, sampleValidation } from './sample.js';

const attack = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;

/** Every tag of a page must be one that this package writes. */
const ownTags = new Set(
  (
    '!doctype html head meta title style body header h1 h2 h3 nav ul ol li a main section p strong small code pre details ' +
    'summary div table caption thead tbody tr th td figure figcaption span svg g path circle rect line polyline polygon ellipse text'
  ).split(' '),
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what HTML cannot hold
const notInHtml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/gu;

function tagsOf(html: string): string[] {
  return [...html.matchAll(/<\/?([!a-zA-Z][^\s/>]*)/g)].map(([, name]) => name!.toLowerCase());
}

describe('the page', () => {
  const evaluation = sampleEvaluation();
  const sections = [
    validationSection(sampleValidation),
    trainingSection(sampleTraining),
    evaluationSection(evaluation, {
      picture: () => ({ svg: '<svg viewBox="0 0 24 24"><path d="M1 1h22"/></svg>' }),
    }),
    searchesSection([
      { query: 'throw away', legs: [{ name: 'tuned', results: [{ title: 'trash', relevant: true }] }] },
    ]),
  ];
  const html = page('Icons & more', sections, evaluationCard(evaluation, sampleValidation));

  it('loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<iframe|<object|\son\w+=|javascript:/i);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|url\(|@import/i);
    expect(html).toContain(`default-src 'none'`);
    for (const tag of tagsOf(html)) expect(ownTags, tag).toContain(tag);
  });

  it('closes every tag that it opens', () => {
    const open: string[] = [];
    const empty = new Set(['!doctype', 'meta']);
    for (const [, closing, name, , closed] of html.matchAll(
      /<(\/?)([!a-zA-Z][^\s/>]*)((?:[^<>"]|"[^"]*")*?)(\/?)>/g,
    )) {
      if (empty.has(name!) || closed) continue;
      if (closing) expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('can be found through: headings, captions, labels, anchors, and both colour schemes', () => {
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<table>/g)!.length).toBe(html.match(/<table><caption>[^<]/g)!.length);
    expect(html.match(/<svg class="plot"/g)!.length).toBe(
      html.match(/<svg class="plot"[^>]*role="img" aria-label="[^"]+"/g)!.length,
    );
    for (const id of ['data', 'training', 'evaluation', 'searches']) {
      expect(html).toContain(`href="#${id}"`);
      expect(html).toContain(`<section id="${id}"`);
    }
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('@media print');
  });

  it('says which language Chinese, Japanese and Korean are of, and of nothing else', () => {
    const of = (title: string) =>
      searchesSection([{ query: 'lamp', legs: [{ name: 'tuned', results: [{ title }] }] }]).html;
    expect(of('USB 台灯，12 V')).toContain('USB <span lang="zh">台灯，</span>12 V');
    expect(of('デスクライト 机')).toContain('<span lang="ja">デスクライト</span> <span lang="ja">机</span>');
    expect(of('책상 램프')).toContain('<span lang="ko">책상</span> <span lang="ko">램프</span>');
    expect(of('lampe à poser – лампа')).not.toContain('lang=');
    expect(of('<b>灯</b>')).toContain('&lt;b&gt;<span lang="zh">灯</span>&lt;/b&gt;');
    expect(searchesSection([{ query: '台灯', legs: [] }]).html).toContain(
      '<h3>“<span lang="zh">台灯</span>”</h3>',
    );
    for (const language of ['zh', 'ja', 'ko']) expect(html).toContain(`:lang(${language}) { font-family:`);
  });

  it('holds every figure of the evaluation', () => {
    const sets = [evaluation.main, ...evaluation.quadrants];
    for (const set of sets) {
      for (const { metrics } of set.legs) {
        for (const { mean, low, high, queryCount } of Object.values(metrics)) {
          for (const figure of [mean, low, high]) expect(html).toContain(figure.toFixed(4));
          expect(html).toContain(`>${queryCount}<`);
        }
      }
      for (const c of set.comparisons) {
        for (const figure of [c.mean, c.low, c.high]) expect(html).toContain(Math.abs(figure).toFixed(4));
        for (const figure of [c.p, c.pHolm, c.minimumDetectable!]) expect(html).toContain(figure.toFixed(4));
        for (const figure of [c.wins, c.ties, c.losses]) expect(html).toContain(`>${figure}<`);
      }
    }
    for (const slice of evaluation.main.slices) expect(html).toContain(slice.difference!.pHolm.toFixed(4));
    for (const change of [...evaluation.main.helped, ...evaluation.main.harmed]) {
      for (const figure of [change.baseline, change.candidate, Math.abs(change.difference)]) {
        expect(html).toContain(figure.toFixed(4));
      }
      expect(html).toContain(escapeHtml(change.query));
    }
    // What was chosen and of how many; not the hundred settings that lost.
    expect(html).toContain('English stems, k1 0.9, b 0.4, the best of 2 settings by ndcg@10');
    expect(html).not.toContain('0.3335');
  });

  it('holds every figure of the validation and of the training', () => {
    for (const figure of ['88,128', '71,885', '16,243', '12,345', '>37<', '0.05 %', 'log.jsonl:4711']) {
      expect(html).toContain(figure);
    }
    for (const { score } of sampleTraining.epochs) expect(html).toContain(score.toFixed(4));
    expect(html).toContain('epoch 2 was kept');
  });

  it('draws plots whose every number is one', () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the card on top of a page', () => {
  const evaluation = sampleEvaluation();
  evaluation.main.legs.forEach((leg) => {
    leg.name += ' <b>';
  });
  const folded = page('Shop', [evaluationSection(evaluation)], evaluationCard(evaluation, sampleValidation));

  it('says what was better, by how much, and how many rows were left out, before anything else', () => {
    const card = folded.slice(folded.indexOf('class="card"'), folded.indexOf('<details'));
    expect(card).toContain('<strong>tuned is better than base.</strong>');
    expect(card).toContain(escapeHtml(evaluation.verdict.reason));
    for (const { name, metrics } of evaluation.main.legs) {
      expect(card).toContain(escapeHtml(name));
      expect(card).toContain(metrics['ndcg@10']!.mean.toFixed(4));
    }
    expect(card).toContain('88,128 rows were read; 37 with faults were left out of training.');
    expect(card).not.toMatch(/<b>|FAIL/);
  });

  it('says what to do where the evaluation does', () => {
    const sentence = 'Serve words alone & come back.';
    const { verdict } = evaluation;
    const advised = { ...evaluation, verdict: { ...verdict, advice: { sentence } as never } };
    expect(evaluationCard(advised)).toContain('Serve words alone &amp; come back.');
    expect(evaluationCard(evaluation)).not.toContain('What to do');
  });

  it('folds the sections below it; a page without a card shows them', () => {
    expect(folded).toContain('<details><summary><h2 id="evaluation-title">');
    expect(page('Shop', [evaluationSection(evaluation)])).toContain(
      '<details open><summary><h2 id="evaluation-title">',
    );
  });

  it('shows no failure of rows that training was asked to go on without', () => {
    const failed = { ...sampleValidation, verdict: 'fail' as const };
    expect(validationSection(failed).html).toContain('class="verdict bad"');
    const { html } = validationSection(failed, { accepted: true });
    expect(html).toContain('<strong>37 ROWS LEFT OUT</strong>');
    expect(html).not.toMatch(/class="verdict bad"|FAIL/);
  });
});

describe("the gate's section", () => {
  it('shows every check in words, and nothing that was said as HTML', () => {
    const html = page('Gate', [
      gateSection({
        verdict: 'refuse',
        candidate: attack,
        golden: { name: attack },
        checks: [
          { name: 'latency', passed: false, said: attack },
          { name: 'golden vectors', passed: true, said: 'They come out.' },
          { name: attack, passed: null, said: 'Not measured.' },
        ],
        reasons: [attack],
      }),
    ]);
    for (const tag of tagsOf(html)) expect(ownTags, tag).toContain(tag);
    expect(html).toMatch(/<strong>REFUSE<\/strong>/);
    expect(html).toMatch(/<td>golden vectors<\/td><td>yes<\/td><td>They come out\.<\/td>/);
    expect(html).toContain('<td>not known</td>');
  });
});

describe('foreign text', () => {
  it('is escaped wherever it stands', () => {
    const evaluation = sampleEvaluation(60);
    const everywhere = JSON.parse(JSON.stringify(evaluation), (key, value) =>
      typeof value === 'string' &&
      !['schema', 'decision', 'withoutRelevant', 'primary', 'candidate', 'baseline', 'metric'].includes(key)
        ? value + attack
        : value,
    );
    const html = page(attack, [
      validationSection(
        JSON.parse(JSON.stringify(sampleValidation), (key, value) =>
          typeof value === 'string' && !['verdict', 'severity', 'schema'].includes(key)
            ? value + attack
            : value,
        ),
        { id: attack, title: attack },
      ),
      trainingSection({
        ...sampleTraining,
        recipe: attack,
        reason: attack,
        metric: attack,
        facts: [[attack, attack]],
      }),
      evaluationSection(everywhere, { picture: () => ({ symbol: attack }) }),
      searchesSection([
        {
          query: attack,
          legs: [{ name: attack, results: [{ title: attack, detail: attack, picture: { svg: attack } }] }],
        },
      ]),
    ]);
    expect(html).not.toMatch(/<script|<img/i);
    for (const tag of tagsOf(html)) expect(ownTags, tag).toContain(tag);
    expect(html.split('&lt;script&gt;').length).toBeGreaterThan(50);
  });

  it('comes back from HTML as it was, but for what HTML cannot hold', () => {
    const names: Record<string, string> = {
      '&amp;': '&',
      '&lt;': '<',
      '&gt;': '>',
      '&quot;': '"',
      '&#39;': "'",
    };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        const back = escaped.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => names[entity]!);
        expect(back).toBe(text.replace(notInHtml, '\ufffd'));
      }),
    );
    expect(escapeHtml('a\ud800b\u0000')).toBe('a\ufffdb\ufffd');
  });
});

describe('foreign pictures', () => {
  const root = ' class="picture" aria-hidden="true" focusable="false"';

  it('keep shapes and plain attributes', () => {
    expect(
      sanitiseSvg(
        '<?xml version="1.0"?><!-- licence --><svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" ' +
          'class="lucide" stroke="currentColor"><path d="M3 6h18"/>\n<g fill=\'none\'><circle cx="1" cy="2" r="3" /></g></svg>',
      ),
    ).toBe(
      `<svg viewBox="0 0 24 24" stroke="currentColor"${root}><path d="M3 6h18"/><g fill="none"><circle cx="1" cy="2" r="3"/></g></svg>`,
    );
  });

  it('is looked through in proportion to its length, whatever its attributes are called', () => {
    const source = (count: number) => `<svg ${'a'.repeat(count)}></svg>`;
    const many = (count: number) => {
      for (let i = 0; i < 200; ++i) sanitiseSvg(source(count));
    };
    expect(leastRatioOfTimes(20_000, many)).toBeLessThan(3);
  });

  it('get a box from their size where they have none', () => {
    expect(sanitiseSvg('<svg width="16" height="12"></svg>')).toBe(`<svg viewBox="0 0 16 12"${root}></svg>`);
  });

  it.each([
    ['a script', '<svg><script>alert(1)</script></svg>'],
    ['shapes within what is not allowed', '<svg><foreignObject><path d="M0 0"/></foreignObject></svg>'],
    ['an image', '<svg><image href="https://example.org/x.png"/></svg>'],
    ['a use', '<svg><use href="#x"/></svg>'],
    ['an animation', '<svg><animate attributeName="href" values="javascript:alert(1)"/></svg>'],
    ['a style', '<svg><style>*{background:url(https://example.org)}</style></svg>'],
    ['text', '<svg>hello<title>hi</title></svg>'],
    ['an upper-case script', '<svg><SCRIPT>alert(1)</SCRIPT></svg>'],
    ['a comment that hides a tag', '<svg><!-- > <script>alert(1)</script> --></svg>'],
    ['CDATA', '<svg><![CDATA[<script>alert(1)</script>]]></svg>'],
  ])('lose %s', (_, source) => {
    expect(sanitiseSvg(source)).toBe(`<svg${root}></svg>`);
  });

  it.each([
    ['an event handler', 'onload="alert(1)"'],
    ['a link', 'xlink:href="javascript:alert(1)"'],
    ['a style', 'style="background:url(//example.org)"'],
    ['an id', 'id="verdict"'],
    ['a class', 'class="verdict"'],
    ['a paint from elsewhere', 'fill="url(https://example.org#x)"'],
    ['an entity', 'fill="&#106;"'],
    ['an attribute without a value', 'onload'],
  ])('lose %s', (_, attribute) => {
    expect(sanitiseSvg(`<svg><path ${attribute} d="M0 0"/></svg>`)).toBe(
      `<svg${root}><path d="M0 0"/></svg>`,
    );
  });

  it.each([
    ['unclosed', '<svg><path d="M0 0">'],
    ['crossed', '<svg><g><path></g></path></svg>'],
    ['not an SVG', '<p>hello</p>'],
    ['two pictures', '<svg></svg><svg></svg>'],
    ['a quote left open', '<svg><path d="M0 0/></svg>'],
    ['a < in an attribute', '<svg><path d="<script>"/></svg>'],
    ['a declaration with entities', '<!DOCTYPE svg [<!ENTITY a "b">]><svg></svg>'],
    ['too deep', `<svg>${'<g>'.repeat(40)}${'</g>'.repeat(40)}</svg>`],
    ['too large', `<svg><path d="${'M0 0'.repeat(50_000)}"/></svg>`],
    ['empty', ''],
  ])('are left out when %s', (_, source) => {
    expect(sanitiseSvg(source)).toBe('');
  });

  it('never let anything else through, whatever they are made of', () => {
    const part = fc.constantFrom(
      ...[
        '<svg',
        '<svg>',
        '</svg>',
        '<script>',
        '</script>',
        '<path ',
        'd="',
        'onload=',
        '"',
        "'",
        '>',
        '/>',
        '<!--',
        '-->',
        'alert(1)',
        ' ',
        '<g>',
        '</g>',
        'style="x:y"',
        'fill=',
        'url(#x)',
        '<',
        '=',
        '<![CDATA[',
        ']]>',
      ],
    );
    const allowed =
      /^(?:<(?:svg|g|path|circle|rect|line|polyline|polygon|ellipse)(?: [\w-]+="[\w\s.,#%()+-]*")*\/?>|<\/(?:svg|g|path)>)*$/;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const result = sanitiseSvg(`<svg>${parts.join('')}</svg>`);
        expect(result).toMatch(allowed);
        expect(result).not.toMatch(/onload|style=|url|script/i);
      }),
      { numRuns: 2_000 },
    );
  });

  it('take no longer for nasty input', () => {
    const started = performance.now();
    for (const nasty of [
      ' a'.repeat(45_000),
      ' '.repeat(90_000),
      ' a=""'.repeat(18_000),
      '<!--'.repeat(20_000),
    ]) {
      sanitiseSvg(`<svg${nasty}`);
      sanitiseSvg(`<svg><path${nasty}!></svg>`);
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
