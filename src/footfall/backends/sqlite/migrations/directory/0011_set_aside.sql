-- What was set aside is found without reading every verdict.

CREATE INDEX verdicts_set_aside ON verdicts (position) WHERE verdict ->> '$.verdict' = 'set_aside';
