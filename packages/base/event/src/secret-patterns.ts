import { isCardNumber } from './card-number.js';

/** What a secret is replaced with, everywhere. */
export const redacted = '[redacted]';

/** A kind of secret that is recognised by its own shape. */
export interface SecretPattern {
  /** One of these is in every text that holds the secret: a cheap look before the expression is run. */
  readonly hints: readonly string[];
  /** Linear: no quantifier inside another, and each run begins where the one before could not have (lookbehind). */
  readonly pattern: RegExp;
  readonly replace: (match: string, ...groups: string[]) => string;
}

const whole = (): string => redacted;
const afterFirstGroup = (_match: string, start: string): string => start + redacted;

/**
 * Sources: gitleaks (cmd/generate/config/rules: aws, slack, github, gitlab, stripe, gcp, npm, jwt, sendgrid,
 * shopify, …), Yelp/detect-secrets (plugins), and the services' own documentation of their token formats. Looser than theirs
 * in length and without an entropy test, since a missed secret costs more than a masked example.
 */
export const secretPatterns: readonly SecretPattern[] = [
  // The path is the secret; the host says which service it was.
  {
    hints: ['hooks.slack'],
    pattern: /(hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[\w/%+-]+/gi,
    replace: afterFirstGroup,
  },
  {
    hints: ['/webhooks/'],
    pattern: /(discord(?:app)?\.com\/api\/(?:v\d{1,3}\/)?webhooks\/)[\w/-]+/gi,
    replace: afterFirstGroup,
  },
  {
    hints: ['/webhook', '/workflows/'],
    pattern:
      /((?:outlook\.office(?:365)?\.com|webhook\.office\.com|logic\.azure\.com(?::\d{1,5})?|api\.powerplatform\.com(?::\d{1,5})?)\/)[^\s"'<>`]+/gi,
    replace: afterFirstGroup,
  },
  {
    hints: ['hooks.zapier.com'],
    pattern: /(hooks\.zapier\.com\/hooks\/)[\w/-]+/gi,
    replace: afterFirstGroup,
  },
  // Telegram: the token is in the path of every call.
  { hints: ['/bot'], pattern: /(\/bot)\d{6,12}:[\w-]{30,64}/g, replace: afterFirstGroup },

  // JWT and JWE: base64url of `{"` begins with eyJ.
  {
    hints: ['eyJ'],
    pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}/g,
    replace: whole,
  },
  // AWS access key ids (IAM guide, "Understanding unique ID prefixes").
  {
    hints: ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'A3T'],
    pattern: /(?<![A-Za-z0-9])(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
    replace: whole,
  },
  {
    hints: ['xox', 'xapp-', 'xwfp-'],
    pattern: /(?<![A-Za-z0-9])(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[A-Za-z0-9-]{8,}/g,
    replace: (match) => (/\d/.test(match) ? redacted : match),
  },
  {
    hints: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{22,})/g,
    replace: whole,
  },
  {
    hints: [
      'glpat-',
      'glptt-',
      'glrt-',
      'gldt-',
      'gloas-',
      'glft-',
      'glimt-',
      'glagent-',
      'glcbt-',
      'glsoat-',
      'glffct-',
    ],
    pattern: /(?<![A-Za-z0-9])gl(?:pat|ptt|rt|dt|oas|ft|imt|agent|cbt|soat|ffct)-[\w.-]{20,}/g,
    replace: whole,
  },
  // Stripe: secret and restricted keys, signing secrets of webhooks; publishable keys (pk_) are public.
  {
    hints: ['_live_', '_test_', '_prod_', 'whsec_'],
    pattern: /(?<![A-Za-z0-9])(?:[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,})/g,
    replace: whole,
  },
  {
    hints: ['AIza', 'ya29.', 'GOCSPX-'],
    pattern: /(?<![A-Za-z0-9])(?:AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})/g,
    replace: whole,
  },
  {
    hints: ['npm_', 'pypi-', 'hf_', 'doo_v1_', 'dop_v1_', 'dor_v1_', 'sq0', 'shp', 'dapi'],
    pattern:
      /(?<![A-Za-z0-9])(?:npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,}|hf_[A-Za-z0-9]{30,}|do[opr]_v1_[a-f0-9]{64}|sq0[a-z]{3}-[\w-]{22,}|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}|dapi[a-f0-9]{32})/g,
    replace: whole,
  },
  {
    hints: ['sk-', 'SG.', 'hvs.', 'hvb.', 'key-', 'AGE-SECRET-KEY-1'],
    pattern:
      /(?<![A-Za-z0-9])(?:sk-(?:ant|proj|svcacct|admin|or)-[\w-]{16,}|sk-[A-Za-z0-9]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|hv[bs]\.[\w-]{24,}|key-[0-9a-f]{32}|AGE-SECRET-KEY-1[A-Z0-9]{58})/g,
    replace: whole,
  },
  // Twilio API keys: SK and 32 hexadecimal digits.
  { hints: ['SK'], pattern: /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g, replace: whole },
  // A session cookie of express (`s:` signed, percent-encoded).
  { hints: ['s%3A'], pattern: /(?<![\w%])s%3A[\w-]{20,}\.[\w%+/=-]{20,}/g, replace: whole },
];

/** All hints in one expression, which is many times faster than asking for each. */
const anyHint = new RegExp(
  secretPatterns
    .flatMap(({ hints }) => hints)
    .map(escapeRegExp)
    .join('|'),
);

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Forty characters of base64 are an AWS secret key only beside an access key id; else they may be any digest. */
const awsSecret = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;
const awsId = /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/;

/** Replaces everything in the text that looks like a known kind of key or token. */
export function redactPatterns(text: string): string {
  if (!anyHint.test(text)) return text;
  let result = text;
  if ((text.includes('AKIA') || text.includes('ASIA')) && awsId.test(text)) {
    result = result.replace(awsSecret, redacted);
  }
  for (const { hints, pattern, replace } of secretPatterns) {
    if (hints.some((hint) => text.includes(hint))) result = result.replace(pattern, replace);
  }
  return result;
}

/** Digits with single spaces or hyphens between: at least as many as the shortest card has. */
const digits = /(?<![\d.])\d(?:[ -]?\d){12,}/g;

/** Replaces payment card numbers, also in groups and beside other numbers. */
export function redactCards(text: string): string {
  return text.replace(digits, (run) => {
    const groups = run.split(/([ -])/);
    for (let start = 0; start < groups.length; start += 2) {
      // Cards are printed in groups of four and more; single digits are counted, measured or voted.
      if (groups[start]!.length < 2) continue;
      let number = '';
      for (let end = start; end < groups.length && number.length < 20; end += 2) {
        number += groups[end]!;
        if (isCardNumber(number)) {
          groups.splice(start, end - start + 1, redacted);
          break;
        }
      }
    }
    return groups.join('');
  });
}
