import type { Service } from '@attune/service';

const drawing = (colour: string) =>
  `<svg viewBox="0 0 4 4"><circle cx="2" cy="2" r="2" fill="${colour}"/></svg>`;

/** What is written in many ways: scripts, markup that is text here, pictures, attributes to filter by. */
export const documents = [
  ...[
    'Oak',
    'Steel',
    'Brass',
    'Paper',
    'Glass',
    'Clay',
    'Wicker',
    'Marble',
    'Copper',
    'Linen',
    'Cork',
    'Bamboo',
  ].map((material, i) => ({
    id: `lamp-${i + 1}`,
    fields: {
      title: `${material} lamp`,
      text: `A lamp made of ${material.toLowerCase()}, with a plug and a switch, for the desk or beside the bed.`,
    },
    attributes: { price: 20 + 5 * i, room: i % 2 === 0 ? 'office' : 'bedroom', picture: drawing('#b58900') },
  })),
  {
    id: 'zh',
    fields: { title: '橡木台灯', text: '适合书桌使用的橡木台灯，带亚麻灯罩和开关，可以调节亮度。' },
    attributes: { price: 48, room: 'office', picture: drawing('#2aa198') },
  },
  {
    id: 'ar',
    fields: { title: 'مصباح مكتب', text: 'مصباح مكتب من خشب البلوط مع مفتاح وقابس للقراءة في المساء.' },
    attributes: { price: 52, room: 'office', picture: drawing('#268bd2') },
  },
  {
    id: 'markup',
    fields: {
      title: '<img src=x onerror="document.title=1"> lamp of markup',
      text: '<script>document.title = 1</script> A lamp whose texts are full of <b>markup</b>, shown as it is written.',
    },
    attributes: {
      price: 5,
      room: 'bedroom',
      picture: '<svg onload="document.title=1"><script>document.title=1</script></svg>',
    },
  },
];

/** `shop` under one model, `shop-base` under another, and a decision of the gate. */
export async function fillShop(service: Service, { model }: { model: string }): Promise<void> {
  await service.createCollection('shop', { bundle: model });
  await service.createCollection('shop-base');
  for (const name of ['shop', 'shop-base']) {
    const writes = documents.map((each) => ({ op: 'upsert' as const, ...each }));
    await service.write(name, writes, { refresh: true });
  }
  const report = {
    checks: [
      {
        name: 'golden set',
        passed: false,
        said: 'NDCG@10 −0.012 on 812 queries; at least 0 was wanted.',
        numbers: {},
      },
      { name: 'latency', passed: true, said: '1.02 times; at most 1.1.', numbers: {} },
      { name: 'newest', passed: null, said: '12 judged queries are too few to tell.', numbers: {} },
    ],
    reasons: ['The candidate is worse on the golden set.'],
  };
  await service.store.change([
    {
      kind: 'decision',
      name: 'shop/first',
      put: { createdAt: Date.now(), job: 'job', candidate: 'shop-2', verdict: 'refuse', report },
    },
  ]);
}
