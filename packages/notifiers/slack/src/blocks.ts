import type { ActionsBlock, ContextBlock, HeaderBlock, MrkdwnElement, SectionBlock } from '@slack/types';

/**
 * Slack's limits (https://docs.slack.dev/reference/block-kit/blocks), after escaping. All lengths are
 * counted in UTF-16 units, which are never fewer than Slack's characters.
 */
export const limits = {
  header: 150,
  sectionText: 3000,
  fields: 10,
  fieldText: 2000,
  contextElements: 10,
  buttons: 5,
  buttonText: 75,
  buttonUrl: 3000,
  fallbackText: 3000,
  blocks: 50,
  /**
   * All blocks as JSON, in bytes. Slack refuses a message of about 13,000 characters with
   * `msg_blocks_too_long`, a limit that is not documented (https://github.com/slackapi/bolt-js/issues/2509).
   */
  blocksBytes: 10_000,
} as const;

/** `text` is already escaped, here and below. Never empty: Slack refuses empty text objects. */
export function header(text: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text, emoji: false } };
}

/** A section in mrkdwn. User text belongs into code spans and code blocks alone, where no markup is read. */
export function section(text: string, fields: readonly string[] = []): SectionBlock {
  const block: SectionBlock = { type: 'section', text: mrkdwn(text) };
  return fields.length === 0 ? block : { ...block, fields: fields.map(mrkdwn) };
}

/** Small grey lines, as plain text. */
export function smallPrint(lines: readonly string[]): ContextBlock {
  return {
    type: 'context',
    elements: lines.map((text) => ({ type: 'plain_text', text, emoji: false })),
  };
}

export function linkButtons(links: readonly { readonly text: string; readonly url: string }[]): ActionsBlock {
  return {
    type: 'actions',
    elements: links.map(({ text, url }, index) => ({
      type: 'button',
      text: { type: 'plain_text', text, emoji: false },
      url,
      action_id: `tocsin-link-${index}`,
    })),
  };
}

function mrkdwn(text: string): MrkdwnElement {
  // verbatim: Slack makes no links and mentions out of what only looks like them.
  return { type: 'mrkdwn', text, verbatim: true };
}
