/** Like the builders of knex, mongoose and drizzle: a thenable that runs its query at each `then`. */
export class LazyQuery<Row> implements PromiseLike<Row[]> {
  runs = 0;
  readonly #rows: Row[] | Error;

  constructor(rows: Row[] | Error) {
    this.#rows = rows;
  }

  // oxlint-disable-next-line no-thenable -- it is what this stands for
  then<A = Row[], B = never>(
    onRows?: ((rows: Row[]) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.runs += 1;
    const rows = this.#rows;
    return (rows instanceof Error ? Promise.reject(rows) : Promise.resolve(rows)).then(onRows, onError);
  }
}
