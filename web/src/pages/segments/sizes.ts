import type { Sizes } from "../../api/client";

/** Moments in seconds since the epoch, and how many members there were from each one on. */
export interface Course {
  moments: number[];
  values: number[];
}

/** Every stretch has its number of members, also where nobody entered or left. */
export function course({ start, end, step_seconds: step, size, moves }: Sizes): Course {
  const first = Date.parse(start) / 1000;
  const length = Math.max(1, Math.round((Date.parse(end) / 1000 - first) / step));
  const sizes = new Map(moves.map((move) => [Date.parse(move.start) / 1000, move.size]));
  const course: Course = { moments: [first], values: [size] };
  let now = size;
  for (let index = 0; index < length; index += 1) {
    now = sizes.get(first + index * step) ?? now;
    course.moments.push(first + (index + 1) * step);
    course.values.push(now);
  }
  return course;
}
