/**
 * What Slack says of the blocks of a message, written down from its reference and apart from the sources:
 * https://docs.slack.dev/reference/block-kit/blocks and …/block-kit/composition-objects/text-object.
 * No package checks these lengths.
 */

type Data = Readonly<Record<string, unknown>>;

/** Every rule that a message breaks, with its path; empty for a message that Slack takes. */
export function brokenLimits(message: { readonly text?: unknown; readonly blocks?: unknown }): string[] {
  const broken: string[] = [];
  const rule = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what);
  };
  text(message.text, 'text', 3000, rule);
  const { blocks } = message;
  if (!Array.isArray(blocks)) return [...broken, 'blocks: not a list'];
  rule(blocks.length >= 1 && blocks.length <= 50, `blocks: ${blocks.length}, not 1 to 50`);
  const json = JSON.stringify(blocks);
  rule(json.length <= 10_000, `blocks: ${json.length} characters in all`);
  blocks.forEach((block: Data, index) => checkBlock(block, `blocks[${index}]`, rule));
  return broken;
}

type Rule = (holds: boolean, what: string) => void;

const blockKeys: Readonly<Record<string, readonly string[]>> = {
  header: ['type', 'text'],
  section: ['type', 'text', 'fields'],
  context: ['type', 'elements'],
  actions: ['type', 'elements'],
};

function checkBlock(block: Data, path: string, rule: Rule): void {
  const type = String(block['type']);
  const keys = blockKeys[type];
  if (keys === undefined) return rule(false, `${path}: unknown type ${type}`);
  for (const key of Object.keys(block)) rule(keys.includes(key), `${path}.${key}: not a field of ${type}`);
  if (type === 'header') return textObject(block['text'], `${path}.text`, 150, ['plain_text'], rule);
  if (type === 'section') return section(block, path, rule);
  const elements = Array.isArray(block['elements']) ? (block['elements'] as Data[]) : [];
  const most = type === 'context' ? 10 : 25;
  rule(elements.length >= 1 && elements.length <= most, `${path}.elements: ${elements.length}`);
  elements.forEach((element, index) => {
    const at = `${path}.elements[${index}]`;
    if (type === 'context') textObject(element, at, 2000, ['plain_text', 'mrkdwn'], rule);
    else button(element, at, rule);
  });
  const ids = elements.map((element) => element['action_id']).filter((id) => id !== undefined);
  rule(new Set(ids).size === ids.length, `${path}: an action_id twice`);
}

function section(block: Data, path: string, rule: Rule): void {
  const { text: body, fields } = block;
  rule(body !== undefined || fields !== undefined, `${path}: neither text nor fields`);
  if (body !== undefined) textObject(body, `${path}.text`, 3000, ['plain_text', 'mrkdwn'], rule);
  if (fields === undefined) return;
  if (!Array.isArray(fields)) return rule(false, `${path}.fields: not a list`);
  rule(fields.length >= 1 && fields.length <= 10, `${path}.fields: ${fields.length}`);
  fields.forEach((field, index) =>
    textObject(field, `${path}.fields[${index}]`, 2000, ['plain_text', 'mrkdwn'], rule),
  );
}

function button(element: Data, path: string, rule: Rule): void {
  rule(element['type'] === 'button', `${path}: not a button`);
  textObject(element['text'], `${path}.text`, 75, ['plain_text'], rule);
  const { url, action_id: id } = element;
  rule(typeof url === 'string' && url.length <= 3000 && URL.canParse(url), `${path}.url`);
  rule(typeof id === 'string' && id.length >= 1 && id.length <= 255, `${path}.action_id`);
}

function textObject(value: unknown, path: string, max: number, types: readonly string[], rule: Rule): void {
  if (typeof value !== 'object' || value === null) return rule(false, `${path}: no text object`);
  const object = value as Data;
  const type = String(object['type']);
  rule(types.includes(type), `${path}: ${type}`);
  const allowed = type === 'mrkdwn' ? ['type', 'text', 'verbatim'] : ['type', 'text', 'emoji'];
  for (const key of Object.keys(object)) rule(allowed.includes(key), `${path}.${key}: not of ${type}`);
  text(object['text'], path, max, rule);
  if (type === 'mrkdwn' && typeof object['text'] === 'string') mrkdwn(object['text'], path, rule);
}

function text(value: unknown, path: string, max: number, rule: Rule): void {
  if (typeof value !== 'string') return rule(false, `${path}: no string`);
  rule(value.trim().length >= 1, `${path}: empty`);
  rule(value.length <= max, `${path}: ${value.length} of ${max} characters`);
  rule(value.isWellFormed(), `${path}: half a surrogate pair`);
  rule(!/[<>]/.test(value), `${path}: markup that Slack would follow`);
  rule(!/&(?!(amp|lt|gt);)/.test(value), `${path}: a bare or cut entity`);
  // oxlint-disable-next-line no-control-regex
  rule(!/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/.test(value), `${path}: unseen characters`);
}

/** Outside of code there may be words of ours alone: no backtick is left open. */
function mrkdwn(value: string, path: string, rule: Rule): void {
  const outside = value.replaceAll(/```[^`]*```/g, '').replaceAll(/`[^`\n]+`/g, '');
  rule(!outside.includes('`'), `${path}: code that is not closed`);
  rule(!outside.includes('@'), `${path}: user text outside of code`);
}
