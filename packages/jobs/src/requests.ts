import { AttuneError } from '@attune/errors';
import { isName, isTier, type Tier, tierNames } from '@attune/schema';

/** What each kind of job is asked. */
export interface JobRequests {
  /** Checks a dataset; its report lies beside it. */
  validate: { dataset: string };
  /** Tunes a model on a dataset, and registers it as `name`. */
  train: {
    dataset: string;
    /** A registered model, one that is found by name, or `none`: made of the dataset; the tier's own unless set. */
    base?: string | undefined;
    /** Instead of a base: a registered model, or one that is found by name, of which a static base is made. */
    teacher?: string | undefined;
    /** `static` unless set. */
    tier?: Tier | undefined;
    name: string;
    seed?: number | undefined;
    epochs?: number | undefined;
    /** Plans a training of the tier `transformer` so that it ends in time. */
    minutes?: number | undefined;
    /** Learns from a dataset whose validation failed, without the rows that it rejected. */
    acceptErrors?: boolean | undefined;
    /** Learns from fewer than 100 pairs too. */
    few?: boolean | undefined;
    /** Learns although the base knows less than half of what documents or queries say. */
    anyway?: boolean | undefined;
  };
  /** Judges a registered model on a dataset, beside BM25, both fused, and `base`. */
  evaluate: {
    dataset: string;
    model: string;
    base?: string | undefined;
    /** Searches this collection's documents instead of the dataset's. */
    collection?: string | undefined;
  };
  /** Learns from a collection's events, and promotes what passes the gate. */
  cycle: {
    collection: string;
    seed?: number | undefined;
    /** Decides, and promotes nothing. */
    dryRun?: boolean | undefined;
  };
}

export type JobKind = keyof JobRequests;

interface Field {
  isRequired: boolean;
  expected: string;
  accepts: (value: unknown) => boolean;
}

const field = (isRequired: boolean, expected: string, accepts: (value: unknown) => boolean): Field => ({
  isRequired,
  expected,
  accepts,
});
const whole = (least: number, most: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
const name = (isRequired: boolean) => field(isRequired, 'a name (a-z, 0-9, ".", "_", "-")', isName);
/** Models that are found by name, such as all-MiniLM-L6-v2, may have capitals. Never a path. */
const base = field(
  false,
  'the name of a model',
  (value) => typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,95}$/.test(value),
);
const yesOrNo = field(false, 'true or false', (value) => typeof value === 'boolean');
const seed = field(false, 'a whole number from 0 to 2^32 - 1', whole(0, 2 ** 32 - 1));

const fields: { [Kind in JobKind]: Record<keyof JobRequests[Kind], Field> } = {
  validate: { dataset: name(true) },
  train: {
    dataset: name(true),
    base,
    teacher: base,
    tier: field(false, tierNames.map((name) => `"${name}"`).join(' or '), isTier),
    name: name(true),
    seed,
    epochs: field(false, 'a whole number from 1 to 1,000', whole(1, 1000)),
    minutes: field(false, 'a whole number from 1 to 10,080', whole(1, 10_080)),
    acceptErrors: yesOrNo,
    few: yesOrNo,
    anyway: yesOrNo,
  },
  evaluate: { dataset: name(true), model: name(true), base, collection: name(false) },
  cycle: { collection: name(true), seed, dryRun: yesOrNo },
};

export const jobKinds = Object.keys(fields) as JobKind[];

/** @throws {AttuneError} INVALID_ARGUMENT naming the field */
export function parseKind(kind: unknown): JobKind {
  if (jobKinds.includes(kind as JobKind)) return kind as JobKind;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected the kind of a job to be ${jobKinds.join(', ')}, but received ${JSON.stringify(kind)?.slice(0, 80)}.`,
  );
}

/** @throws {AttuneError} INVALID_ARGUMENT naming the field */
export function parseRequest<Kind extends JobKind>(kind: Kind, request: unknown): JobRequests[Kind] {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new AttuneError('INVALID_ARGUMENT', `Expected the request of a job to be an object.`);
  }
  const known = fields[kind] as Record<string, Field>;
  for (const key of Object.keys(request)) {
    if (Object.hasOwn(known, key)) continue;
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a ${kind} job to be given ${Object.keys(known).join(', ')}, but received ${JSON.stringify(key.slice(0, 80))}.`,
    );
  }
  const parsed: Record<string, unknown> = {};
  for (const [key, { isRequired, expected, accepts }] of Object.entries(known)) {
    const value = (request as Record<string, unknown>)[key];
    if (value === undefined && !isRequired) continue;
    if (!accepts(value)) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected ${key} of a ${kind} job to be ${expected}, but received ${JSON.stringify(value)?.slice(0, 80)}.`,
      );
    }
    parsed[key] = value;
  }
  return parsed as unknown as JobRequests[Kind];
}
