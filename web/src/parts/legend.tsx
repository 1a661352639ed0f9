import css from "./bars.module.css";
import type { Stacked } from "./stacked";

/** Which colour is which name, with its total. */
export function Legend({ series }: Pick<Stacked, "series">) {
  return (
    <ul className={css.legend}>
      {series.map(({ name, total }, index) => (
        <li key={name}>
          <span className={css.dot} data-series={index} aria-hidden />
          <span className="breakable">{name}</span>
          <span className="tabular">{total.toLocaleString()}</span>
        </li>
      ))}
    </ul>
  );
}
