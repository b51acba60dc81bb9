import { guessLanguage, languageName } from '@attune/text';
import { describe, expect, it } from 'vitest';

/** A few titles of a small shop in each language. */
const shop: Record<string, string[]> = {
  en: [
    'oak desk lamp',
    'wooden chair with cushion',
    'blue cotton towel',
    'kitchen knife set',
    'garden hose, 10 m',
    'warm winter gloves',
  ],
  de: [
    'Schreibtischlampe aus Eiche',
    'Holzstuhl mit Kissen',
    'blaues Handtuch',
    'Messer für die Küche',
    'Gartenschlauch',
    'warme Handschuhe',
  ],
  fr: [
    'lampe de bureau en chêne',
    'chaise en bois avec coussin',
    'serviette bleue',
    'couteaux de cuisine',
    'tuyau d’arrosage',
    'gants chauds',
  ],
  es: [
    'lámpara de escritorio',
    'silla de madera con cojín',
    'toalla azul de algodón',
    'cuchillos de cocina',
    'manguera de jardín',
    'guantes',
  ],
  it: [
    'lampada da scrivania',
    'sedia di legno con cuscino',
    'asciugamano blu',
    'coltelli da cucina',
    'tubo da giardino',
    'guanti invernali',
  ],
  pt: [
    'candeeiro de mesa',
    'cadeira de madeira com almofada',
    'toalha azul de algodão',
    'facas de cozinha',
    'mangueira de jardim',
    'luvas quentes',
  ],
  nl: [
    'bureaulamp van eikenhout',
    'houten stoel met kussen',
    'blauwe handdoek',
    'keukenmessen',
    'tuinslang',
    'warme handschoenen',
  ],
  sv: [
    'skrivbordslampa i ek',
    'trästol med kudde',
    'blå handduk av bomull',
    'köksknivar',
    'trädgårdsslang',
    'varma vinterhandskar',
  ],
  fi: [
    'työpöytävalaisin tammea',
    'puinen tuoli ja tyyny',
    'sininen pyyhe',
    'keittiöveitset',
    'puutarhaletku',
    'lämpimät käsineet',
  ],
  hu: [
    'tölgyfa asztali lámpa',
    'fa szék párnával',
    'kék pamut törölköző',
    'konyhai kések',
    'kerti tömlő',
    'meleg téli kesztyű',
  ],
  pl: [
    'lampa biurkowa z dębu',
    'drewniane krzesło z poduszką',
    'niebieski ręcznik',
    'noże kuchenne',
    'wąż ogrodowy',
    'ciepłe rękawiczki',
  ],
  cs: [
    'dubová stolní lampa',
    'dřevěná židle s polštářem',
    'modrý ručník',
    'kuchyňské nože',
    'zahradní hadice',
    'teplé rukavice',
  ],
  tr: [
    'meşe masa lambası',
    'minderli ahşap sandalye',
    'mavi pamuklu havlu',
    'mutfak bıçakları',
    'bahçe hortumu',
    'kışlık sıcak eldiven',
  ],
  vi: [
    'đèn bàn gỗ sồi',
    'ghế gỗ có đệm',
    'khăn tắm màu xanh',
    'bộ dao nhà bếp',
    'ống nước vườn',
    'găng tay mùa đông',
  ],
  ru: [
    'настольная лампа из дуба',
    'деревянный стул с подушкой',
    'синее полотенце',
    'кухонные ножи',
    'садовый шланг',
    'тёплые перчатки',
  ],
  uk: [
    'настільна лампа з дуба',
    'дерев’яний стілець із подушкою',
    'синій рушник',
    'кухонні ножі',
    'садовий шланг',
    'теплі рукавички',
  ],
  bg: [
    'настолна лампа от дъб',
    'дървен стол с възглавница',
    'синя кърпа',
    'кухненски ножове',
    'градински маркуч',
    'топли ръкавици',
  ],
  ar: [
    'مصباح مكتب من خشب البلوط',
    'كرسي خشبي مع وسادة',
    'منشفة زرقاء',
    'سكاكين المطبخ',
    'خرطوم الحديقة',
    'قفازات شتوية',
  ],
  fa: [
    'چراغ میز چوبی',
    'صندلی چوبی با بالش',
    'حوله آبی پنبه‌ای',
    'چاقوهای آشپزخانه',
    'شلنگ باغ',
    'دستکش گرم زمستانی',
  ],
  hi: ['लकड़ी की मेज का लैंप', 'तकिये वाली कुर्सी', 'नीला तौलिया', 'रसोई के चाकू', 'बगीचे का पाइप', 'गर्म दस्ताने'],
  zh: ['橡木台灯', '带坐垫的木椅', '蓝色纯棉毛巾', '厨房刀具', '花园水管', '保暖手套'],
  ja: [
    'オーク材のデスクランプ',
    '座布団付きの木の椅子',
    '青い綿のタオル',
    '台所の包丁',
    '庭のホース',
    '暖かい手袋',
  ],
  ko: ['참나무 책상 스탠드', '방석이 있는 나무 의자', '파란 수건', '주방 칼', '정원 호스', '따뜻한 장갑'],
  th: ['โคมไฟตั้งโต๊ะไม้โอ๊ค', 'เก้าอี้ไม้', 'ผ้าขนหนูสีฟ้า', 'มีดทำครัว', 'สายยาง', 'ถุงมือกันหนาว'],
  el: [
    'φωτιστικό γραφείου',
    'ξύλινη καρέκλα',
    'μπλε πετσέτα',
    'μαχαίρια κουζίνας',
    'λάστιχο κήπου',
    'ζεστά γάντια',
  ],
  he: ['מנורת שולחן', 'כיסא עץ', 'מגבת כחולה', 'סכיני מטבח', 'צינור גינה', 'כפפות'],
  yi: ['אַ טישלאָמפּ', 'אַ בענקל פֿון האָלץ', 'אַ בלויער האַנטעך', 'קיך־מעסערס', 'וואַרעמע הענטשקעס'],
  ta: ['மேசை விளக்கு', 'மர நாற்காலி', 'நீல துண்டு'],
  hy: ['սեղանի լամպ', 'փայտե աթոռ', 'կապույտ սրբիչ'],
  ka: ['მაგიდის ლამპა', 'ხის სკამი', 'ლურჯი პირსახოცი'],
};

describe('guessLanguage', () => {
  it.each(Object.entries(shop))('knows %s by six titles', (language, titles) => {
    expect(guessLanguage(titles)).toEqual({ language, share: expect.closeTo(1, 1) });
  });

  it('takes titles of brands, numbers and English words for English, and short queries', () => {
    const titles = [
      'Bosch 18V Cordless Drill/Driver Kit GSR18V-190B22',
      'Samsung 55" QLED 4K Smart TV (QN55Q60CAFXZA)',
      'DEWALT DCK240C2 20v Lithium Drill Driver/Impact Combo Kit (1.3Ah)',
      'Kohler Cimarron 2-Piece 1.28 GPF Elongated Toilet in White',
      'Makita XT269M 18V LXT Lithium-Ion Brushless 2-Pc. Combo Kit',
      'Delta Foundations 4 in. Centerset 2-Handle Bathroom Faucet in Chrome',
    ];
    expect(guessLanguage(titles).language).toBe('en');
    const queries = [
      'usb c cable',
      'hdmi',
      'shower head',
      '2x4',
      'led bulb',
      'drill bits',
      'wifi router',
      'paint',
      'door knob',
    ];
    expect(guessLanguage(queries).language).toBe('en');
  });

  it('takes Chinese titles with long names of brands for Chinese', () => {
    const guess = guessLanguage([
      'Apple iPhone 15 Pro Max 手机壳',
      'Logitech MX Master 无线鼠标',
      'Philips 电动牙刷 HX6730',
    ]);
    expect(guess.language).toBe('zh');
    expect(guess.share).toBeGreaterThan(0.2);
    expect(guess.share).toBeLessThan(0.5);
  });

  it('takes a Chinese catalogue with a Japanese particle for Chinese, and one in Kana and Han for Japanese', () => {
    const chinese = Array.from({ length: 20 }, () => '日式风格橡木餐桌 简约现代');
    expect(guessLanguage([...chinese, '鲜の每日']).language).toBe('zh');
    expect(guessLanguage(['木製椅子', '青いタオル', '包丁']).language).toBe('ja');
  });

  it('is the language that most texts are in', () => {
    expect(
      guessLanguage([...shop['de']!, ...shop['de']!.map((title) => `${title} neu`), shop['en']![0]!])
        .language,
    ).toBe('de');
    expect(guessLanguage([...shop['ja']!, 'USB-C cable', 'LED']).language).toBe('ja');
  });

  it('does not guess where nothing tells', () => {
    expect(guessLanguage([])).toEqual({ language: undefined, share: 0 });
    expect(guessLanguage(['', '12 345', '§ 7 – 9'])).toEqual({ language: undefined, share: 0 });
    expect(guessLanguage(['hdmi']).language).toBe(undefined);
    const parts = ['XK-200 qzr7', 'BV-31 wpt12', 'ZQ-8 gkx4', 'RTW-77 jhf', 'QXZ-12 vbk9', 'KJD-4 pzx'];
    expect(guessLanguage(parts)).toEqual({ language: undefined, share: 1 });
    expect(guessLanguage(['xqzvk wjrpf', 'ktgbz qwvxh', 'zzfkp rtxqm', 'vhjkw bpqzt']).language).toBe(
      undefined,
    );
  });

  it('looks at evenly spaced texts of an array, and at the first of what can be read once', () => {
    const many = [
      ...Array<string>(5_000).fill(''),
      ...Array.from({ length: 5_000 }, (_, i) => shop['fr']![i % 6]!),
    ];
    expect(guessLanguage(many).language).toBe('fr');
    let read = 0;
    function* endless() {
      for (;;) {
        read += 1;
        yield shop['it']![read % 6]!;
      }
    }
    expect(guessLanguage(endless()).language).toBe('it');
    expect(read).toBeLessThanOrEqual(500);
  });

  it('looks at the beginning of a long text alone', () => {
    const text = `${shop['sv']!.join(' ')} ${'the quick brown fox jumps over the lazy dog '.repeat(100_000)}`;
    const started = performance.now();
    expect(guessLanguage([text]).language).toBe('sv');
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('languageName', () => {
  it('is English, and the tag itself where there is none', () => {
    expect(['en', 'pt', 'zh', 'no', 'pt-BR', 'not a tag'].map(languageName)).toEqual([
      'English',
      'Portuguese',
      'Chinese',
      'Norwegian',
      'Brazilian Portuguese',
      'not a tag',
    ]);
  });
});
