type Data = Readonly<Record<string, unknown>>;

/** A message as a person reads it: one line for each line on the screen, buttons in brackets. */
export function transcript(message: { readonly blocks: readonly unknown[] }): string[] {
  return message.blocks.flatMap((block) => blockLines(block as Data));
}

function blockLines(block: Data): string[] {
  const elements = (block['elements'] ?? []) as readonly Data[];
  switch (block['type']) {
    case 'header':
      return lines(block['text']);
    case 'section':
      return [
        ...lines(block['text']),
        ...((block['fields'] ?? []) as unknown[]).flatMap((field) => lines(field)),
      ];
    case 'actions':
      return elements.map((element) => `[${lines(element['text']).join()}](${String(element['url'])})`);
    default:
      return elements.flatMap((element) => lines(element));
  }
}

function lines(object: unknown): string[] {
  const text = String((object as Data)['text']);
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').split('\n');
}
