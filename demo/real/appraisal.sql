-- Appraisal: three test vectors of the personnel system Frappe HR, where a
-- part that is missing counts as 0.

CREATE TABLE appraisal_line (
    line_no int GENERATED ALWAYS AS IDENTITY,
    line    text
);
-- The file is JSON: as CSV without a header and with quotes and delimiters that
-- do not occur it is one column of lines.
\set path :real_data /frappe-appraisal-vectors/cases.json
\set line '\\copy appraisal_line (line) from ' :'path' ' with (format csv, delimiter E\'\\x02\', quote E\'\\x01\', encoding \'UTF8\')'
:line

CREATE VIEW appraisal_case AS
SELECT c ->> 'id' AS id, c -> 'inputs' AS inputs, c -> 'expected' AS expected
FROM (SELECT string_agg(line, E'\n' ORDER BY line_no)::jsonb FROM appraisal_line) AS f(doc)
CROSS JOIN LATERAL jsonb_array_elements(doc) AS c;

-- Each part is a weighted mean of marks from 0 to 5; ratings are shares of 5,
-- the completion of a goal a percentage.
CREATE VIEW appraisal_part AS
SELECT id, part,
       (SELECT perfeval.weighted_score(coalesce(i.score, 5 * i.rating, 5 * i.goal_completion / 100), i.weight)
        FROM jsonb_to_recordset(CASE jsonb_typeof(list) WHEN 'array' THEN list ELSE '[]' END)
             AS i(weight numeric, score numeric, rating numeric, goal_completion numeric)) AS mark
FROM appraisal_case
CROSS JOIN LATERAL (VALUES
    ('goals',    coalesce(inputs -> 'goals', inputs -> 'kra')),
    ('self',     inputs -> 'self'),
    ('feedback', inputs -> 'feedback')) AS p(part, list);

CREATE VIEW appraisal_score AS
SELECT id,
       round(max(mark) FILTER (WHERE part = 'goals'), 3) AS total_score,
       round(perfeval.weighted_score(mark, 1, 'zero'), 3) AS final_score
FROM appraisal_part
GROUP BY id;

CREATE VIEW appraisal_comparison AS
SELECT v.step, v.stage, id AS item, v.computed, (expected ->> v.key)::numeric AS published
FROM appraisal_score JOIN appraisal_case USING (id)
CROSS JOIN LATERAL (VALUES
    (1, 'goal scores',  'total_score', total_score),
    (2, 'final scores', 'final_score', final_score)) AS v(step, stage, key, computed)
WHERE expected ? v.key;
