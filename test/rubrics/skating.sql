-- Figure skating 2018: from the grades of the nine judges to the segment total,
-- with the roundings where the rule has them.  One rubric for all programmes:
-- what a programme has fewer of than thirteen elements is not there.
CREATE TEMP TABLE performance (
	performance_id text PRIMARY KEY, competition text, program text, name text, nation text, rank int,
	starting_number int, total numeric, elements numeric, components numeric, deductions numeric
);
CREATE TEMP TABLE element (
	aspect_id text, performance_id text, n int, element text, base numeric,
	r1 numeric, r2 numeric, r3 numeric, r4 numeric, r5 numeric, r6 numeric, r7 numeric, r8 numeric, r9 numeric,
	j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric, j6 numeric, j7 numeric, j8 numeric, j9 numeric,
	grade numeric, score numeric
);
CREATE TEMP TABLE component (
	aspect_id text, performance_id text, component text, factor numeric,
	j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric, j6 numeric, j7 numeric, j8 numeric, j9 numeric,
	score numeric
);
\set into performance
\set file figure-skating-olympics-2018/performances.csv
\ir ../../demo/real/load.sql
\set into element
\set file figure-skating-olympics-2018/elements.csv
\ir ../../demo/real/load.sql
\set into component
\set file figure-skating-olympics-2018/components.csv
\ir ../../demo/real/load.sql

-- By name the five components stand in one order in every programme.
CREATE TEMP VIEW numbered AS
SELECT *, row_number() OVER (PARTITION BY performance_id ORDER BY component)::int AS n FROM component;

-- Items: 1 the deductions (published as negative numbers); 100 the base value of
-- element 1, 101 to 109 its grades, and so on; 2100 the factor of component 1,
-- 2101 to 2109 its marks.
CREATE TEMP TABLE card AS
SELECT performance_id, scorecard_agg(item::int, value) AS card
FROM (SELECT performance_id, 1, -deductions FROM performance
      UNION ALL
      SELECT performance_id, 100 * n + j - 1, value
      FROM element
      CROSS JOIN unnest(ARRAY[base, j1, j2, j3, j4, j5, j6, j7, j8, j9]) WITH ORDINALITY AS u (value, j)
      UNION ALL
      SELECT performance_id, 2000 + 100 * n + j - 1, value
      FROM numbered
      CROSS JOIN unnest(ARRAY[factor, j1, j2, j3, j4, j5, j6, j7, j8, j9]) WITH ORDINALITY AS u (value, j)
     ) AS reading (performance_id, item, value)
GROUP BY performance_id;

\set name skating
\ir read.sql
CREATE TEMP TABLE result AS SELECT performance_id, evaluate(card, :'text'::rubric) AS result FROM card;

SELECT 'grades of execution', count(*) FILTER (WHERE result -> (100 + n) = grade), count(*)
FROM element JOIN result USING (performance_id)
WHERE j1 IS NOT NULL;       -- where there are none, 0 is published

SELECT 'element scores', count(*) FILTER (WHERE result -> n = score), count(*)
FROM element JOIN result USING (performance_id);

SELECT 'component scores', count(*) FILTER (WHERE result -> (120 + n) = score), count(*)
FROM numbered JOIN result USING (performance_id);

SELECT stage, count(*) FILTER (WHERE computed = published), count(*)
FROM (SELECT *, rank() OVER (PARTITION BY competition, program
                             ORDER BY score(result) DESC,
                                      CASE WHEN program LIKE '%Short%' THEN result -> 50 ELSE result -> 60 END DESC) AS place
      FROM performance JOIN result USING (performance_id)) AS p
CROSS JOIN LATERAL (VALUES
	('element totals', result -> 50, elements),
	('component totals', result -> 60, components),
	('segment totals', result -> 0, total),
	('ranks', place, rank)) AS v (stage, computed, published)
GROUP BY stage;

-- Rounded too late: the components only after they are added, or nothing inside.
SELECT stage, count(*) FILTER (WHERE evaluate(card, rubric) -> 60 = components), count(*)
FROM performance
JOIN card USING (performance_id)
CROSS JOIN (SELECT 'components rounded after adding', text::text::rubric
            FROM (SELECT :'text'::jsonb #- '{root,children,1,children,0,round}' #- '{root,children,1,children,1,round}'
                         #- '{root,children,1,children,2,round}' #- '{root,children,1,children,3,round}'
                         #- '{root,children,1,children,4,round}') AS t (text)
            UNION ALL
            SELECT 'no rounding inside', replace(:'text', '"round": {"digits": 2}, ', '')::rubric) AS r (stage, rubric)
GROUP BY stage;
