import { describe, expect, it } from 'vitest';
import { decoderOf, encodingOf } from '../../../../packages/data/src/files/encodings.js';
import { guessEncoding } from '../../../../packages/data/src/files/guess-encoding.js';
import { randomNumbers } from '../../../random.js';

const languages: [language: string, label: string, words: string][] = [
  [
    'Portuguese',
    'windows-1252',
    'luminária cadeira de escritório sofá retrátil colchão casal ortopédico máquina de lavar fogão geladeira liquidificador ventilador de teto câmera segurança relógio calça jeans calção tênis sandália óculos sol chapéu proteção solar sabão pó café moído açúcar pão feijão maçã coração bebê mamadeira chão tapete cortina lençol almofada quadro decoração espelho estação bateria portátil cartão memória fone ouvido sem fio botão algodão não até três você informação impressora construção',
  ],
  [
    'Italian',
    'windows-1252',
    'lampada da scrivania caffè macchina per il tè più qualità città però perché così già libertà università bontà lunedì venerdì tivù menù gioventù virtù sarà verrà potrà giù là ciò può metà novità comodità velocità capacità elettricità umidità tappeto cuscino divano sedia tavolo cucina legno cassetto specchio forno frigorifero scarpe donna uomo borsa pelle orologio occhiali sole bambù papà è né sì lì',
  ],
  [
    'French',
    'windows-1252',
    'lampe bureau étagère bibliothèque fenêtre rideau canapé d’angle chaussures homme été forêt crème légère très élégant sèche cheveux téléphone portable écran câble réseau imprimante façade garçon français reçu noël hôtel gâteau pâte dîner théière cafetière bouilloire électrique poêle à frire',
  ],
  [
    'Spanish',
    'windows-1252',
    'lámpara escritorio sillón cómodo colchón niño niña baño cocina teléfono móvil pantalla ordenador portátil ratón inalámbrico cámara fotográfica batería cargador rápido camión juguete jardín césped árbol navidad año español corazón pantalón algodón camiseta',
  ],
  [
    'German',
    'windows-1252',
    'schreibtischlampe stühle bücherregal küche kühlschrank spülmaschine wäsche trockner größe weiß schön grün für mädchen jungen kopfhörer kabellos gehäuse schlüssel türgriff möbel wohnzimmer teppich kissen fußball laufschuhe gürtel',
  ],
  [
    'Dutch',
    'windows-1252',
    'bureaulamp stoel één ideeën coördinatie financiële cliënt België reünie geïsoleerd tafel kussen deken hé café crème creëren poëzie zoë efficiënt',
  ],
  [
    'Swedish',
    'windows-1252',
    'skrivbordslampa stol bord kök kylskåp tvättmaskin hörlurar trådlös väska skor för män kvinnor grön blå röd åka skidor höst vår sommar klänning tröja bälte',
  ],
  [
    'Polish',
    'windows-1250',
    'lampa biurkowa krzesło stół łóżko półka na książki żółty zielony mały duży średni płaszcz spódnica rękawiczki słuchawki bezprzewodowe myszka głośnik zegarek męski damski dziecięcy wózek rower górski',
  ],
  [
    'Czech',
    'windows-1250',
    'stolní lampa židle stůl postel skříň koberec záclona žlutý zelený malý velký kabát sukně rukavice sluchátka bezdrátová myš hodinky pánské dámské dětský kočárek kolo horské',
  ],
  [
    'Hungarian',
    'windows-1250',
    'asztali lámpa szék ágy szekrény könyvespolc szőnyeg függöny sárga zöld kicsi nagy kabát szoknya kesztyű fülhallgató vezeték nélküli egér óra férfi női gyerek babakocsi kerékpár',
  ],
  [
    'Romanian',
    'windows-1250',
    'lampă de birou scaun masă pat dulap covor perdea galben mică mare palton fustă mănuşi căşti fără fir ceas bărbaţi femei copii cărucior bicicletă munte în sân câine',
  ],
  [
    'Turkish',
    'windows-1254',
    'masa lambası sandalye yatak dolap halı perde sarı yeşil küçük büyük mont etek eldiven kulaklık kablosuz fare saat erkek kadın çocuk bebek arabası dağ bisikleti ışık güneş gözlüğü',
  ],
];
const plainWords = 'lamp cable usb desk black set pack hd 4k mini pro led box'.split(' ');
const draws = 20;

/** Bytes of a text in an encoding of one byte a character. */
function encoded(text: string, label: string): Buffer {
  const decoder = decoderOf(encodingOf(label));
  const byteOf = new Map<string, number>();
  for (let byte = 0; byte < 256; byte += 1) byteOf.set(decoder.decode(Uint8Array.of(byte)), byte);
  return Buffer.from([...text].map((character) => byteOf.get(character)!));
}

/** Ten rows of a log in which every third word or so is of the language. */
function logOf(words: readonly string[], random: () => number): string {
  const oneOf = (list: readonly string[]) => list[Math.floor(random() * list.length)]!;
  const word = () => oneOf(random() < 0.3 ? words : plainWords);
  const rows = Array.from(
    { length: 10 },
    (_, i) => `${word()} ${word()},${i},${word()} ${word()} ${word()}\n`,
  );
  return `query,id,title\n${rows.join('')}`;
}

describe('a guess of the encoding of ten rows', () => {
  it.each(languages)('reads no letter of %s wrongly, and seldom gives up', (_, label, list) => {
    const random = randomNumbers(7);
    const words = list.split(' ');
    let guessed = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      const text = logOf(words, random);
      const bytes = encoded(text, label);
      const guess = guessEncoding(bytes);
      if (guess === undefined) continue;
      guessed += 1;
      const decoder = decoderOf(guess);
      expect(decoder.decode(bytes) + decoder.end(), guess.label).toBe(text);
    }
    expect(guessed).toBeGreaterThanOrEqual(0.75 * draws);
  });
});
