/** Errands that wait for a place at one service. Alerts go before updates, which also leave one place free for them. */
export class WaitingLine {
  private readonly alerts: (() => void)[] = [];
  private readonly updates: (() => void)[] = [];
  private running = 0;

  /** @param places Errands at the service at one time. */
  constructor(private readonly places: number) {}

  /** How many wait. */
  waiting(urgent: boolean): number {
    return (urgent ? this.alerts : this.updates).length;
  }

  /** Resolves when there is a place, which {@link leave} gives back. */
  enter(urgent: boolean): Promise<void> {
    return new Promise((resolve) => {
      (urgent ? this.alerts : this.updates).push(resolve);
      this.admit();
    });
  }

  leave(): void {
    this.running -= 1;
    this.admit();
  }

  private admit(): void {
    for (;;) {
      const next = this.nextAlert() ?? this.nextUpdate();
      if (next === undefined) return;
      this.running += 1;
      next();
    }
  }

  private nextAlert(): (() => void) | undefined {
    return this.running < this.places ? this.alerts.shift() : undefined;
  }

  private nextUpdate(): (() => void) | undefined {
    return this.running < Math.max(1, this.places - 1) ? this.updates.shift() : undefined;
  }
}
