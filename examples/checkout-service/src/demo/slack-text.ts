import type { EmulatedMessage } from '../../../../test/services/emulator.js';

interface Text {
  readonly text?: string | Text;
}

interface Block extends Text {
  readonly type?: string;
  readonly fields?: readonly Text[];
  readonly elements?: readonly (Text & { readonly url?: string })[];
}

/** The blocks of a Slack message as the lines that a person reads. */
export function slackText(message: EmulatedMessage): string {
  return ((message.blocks ?? []) as readonly Block[]).map(blockText).join('\n');
}

function blockText(block: Block): string {
  if (block.type === 'divider') return '─'.repeat(40);
  const parts: string[] = [];
  if (block.text !== undefined) parts.push(plain(block));
  for (const field of block.fields ?? []) parts.push(plain(field));
  if (block.type === 'actions') {
    parts.push(
      (block.elements ?? []).map((button) => `[ ${plain(button)} ] ${button.url ?? ''}`).join('   '),
    );
  } else if (block.elements !== undefined) {
    parts.push(block.elements.map(plain).join('  '));
  }
  return parts.join('\n');
}

/** Slack's mrkdwn without its marks. */
function plain({ text }: Text): string {
  if (text === undefined) return '';
  if (typeof text !== 'string') return plain(text);
  return text
    .replace(/<([^|>]+)\|([^>]+)>/g, '$2')
    .replace(/[*`]/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
