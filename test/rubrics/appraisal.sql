-- Appraisal: three test vectors of the personnel system Frappe HR, where a part
-- that is missing counts as 0.
\set file frappe-appraisal-vectors/cases.json
\ir lines.sql
CREATE TEMP TABLE vector AS
SELECT c ->> 'id' AS id, c -> 'inputs' AS inputs, c -> 'expected' AS expected
FROM jsonb_array_elements((SELECT string_agg(text, E'\n' ORDER BY no)::jsonb FROM line)) AS c;

\set name appraisal
\ir read.sql
-- Items: 11, 12 the marks of the goals and 21, 22 their percentages done; 31, 32
-- own ratings and 41, 42 those of others, as shares.
CREATE TEMP TABLE card AS
SELECT id, scorecard_agg(item, value) AS card
FROM vector
CROSS JOIN LATERAL (VALUES
	(10, coalesce(inputs -> 'goals', inputs -> 'kra'), 'score'),
	(20, coalesce(inputs -> 'goals', inputs -> 'kra'), 'goal_completion'),
	(30, inputs -> 'self', 'rating'),
	(40, inputs -> 'feedback', 'rating')) AS p (first, list, key)
CROSS JOIN LATERAL (SELECT first + line::int, (mark ->> key)::numeric
                    FROM jsonb_array_elements(CASE jsonb_typeof(list) WHEN 'array' THEN list ELSE '[]' END)
                         WITH ORDINALITY AS l (mark, line)) AS i (item, value)
GROUP BY id;

CREATE TEMP TABLE result AS SELECT id, evaluate(card, :'text'::rubric) AS result FROM card;

SELECT stage, count(*) FILTER (WHERE computed = published), count(*)
FROM vector JOIN result USING (id)
CROSS JOIN LATERAL (VALUES
	('goal scores', result -> 1, (expected ->> 'total_score')::numeric),
	('final scores', result -> 0, (expected ->> 'final_score')::numeric)) AS v (stage, computed, published)
WHERE published IS NOT NULL
GROUP BY stage;

SELECT 'missing parts left out', count(*) FILTER (WHERE score(card, jsonb_set(:'text'::jsonb, '{root,missing}', '"renormalize"')::text::rubric)
                                                        = (expected ->> 'final_score')::numeric), count(*)
FROM vector JOIN card USING (id);
