import Transport from 'winston-transport';

/** A line as a transport got it. */
export type Line = Readonly<Record<PropertyKey, unknown>>;

/** Keeps the lines as they are; while it is held, it does not say that it has done with one. */
export class KeepingTransport extends Transport {
  readonly lines: Line[] = [];
  #isHeld = false;
  #goOn: (() => void) | undefined;

  override log(info: object, callback: () => void): void {
    this.lines.push({ ...info });
    if (this.#isHeld) this.#goOn = callback;
    else callback();
  }

  get last(): Line {
    return this.lines.at(-1)!;
  }

  /** Lets lines wait from the next one on. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Goes on with those that wait, one after the other, and resolves when `count` lines have come. */
  async letGo(count: number): Promise<void> {
    this.#isHeld = false;
    this.#goOn?.();
    for (let turns = 0; this.lines.length < count && turns < 1_000; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
