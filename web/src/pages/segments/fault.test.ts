import { expect, test } from "vitest";

import { ApiError } from "../../api/client";
import { faultOf } from "./fault";

test("A refusal of a definition tells the place and what was expected there.", () => {
  const message = "definition.condition.of[1].count.value: expected a whole number from 0 to 10";
  expect(faultOf(new ApiError(400, "invalid_parameter", message))).toEqual({
    place: "condition.of[1].count.value",
    message: "Expected a whole number from 0 to 10",
  });
});

test("Other refusals are about no place.", () => {
  expect(faultOf(new ApiError(400, "invalid_parameter", "name is missing"))).toBeNull();
  expect(faultOf(new ApiError(503, "unavailable", "definition.a: expected b"))).toBeNull();
  expect(faultOf(null)).toBeNull();
});
