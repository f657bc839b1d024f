-- Hospitals, CMS value-based purchasing: from the rates to the total in one
-- call a hospital.  hvbp.json is the scheme as one would write it, with the
-- rule made for it; hvbp_stages.json takes each published step apart.
CREATE TEMP TABLE measure (
	n         int GENERATED ALWAYS AS IDENTITY,
	domain    text,
	measure   text PRIMARY KEY,
	threshold numeric,
	benchmark numeric,
	floor     numeric,
	better    text
);
CREATE TEMP TABLE rate (
	facility_id text,
	measure     text,
	baseline    numeric,
	performance numeric,
	achievement numeric,
	improvement numeric,
	score       numeric
);
CREATE TEMP TABLE hospital (
	facility_id          text PRIMARY KEY,
	state                text,
	ssi                  numeric,
	base                 numeric,
	consistency          numeric,
	clinical             numeric,
	clinical_weighted    numeric,
	person               numeric,
	person_weighted      numeric,
	safety               numeric,
	safety_weighted      numeric,
	efficiency           numeric,
	efficiency_weighted  numeric,
	total                numeric
);
\set into 'measure (domain, measure, threshold, benchmark, floor, better)'
\set file cms-hvbp-fy2024/measures.csv
\ir ../../demo/real/load.sql
\set into rate
\set file cms-hvbp-fy2024/points_clinical_outcomes.csv
\ir ../../demo/real/load.sql
\set file cms-hvbp-fy2024/points_person_community.csv
\ir ../../demo/real/load.sql
\set file cms-hvbp-fy2024/points_safety.csv
\ir ../../demo/real/load.sql
\set file cms-hvbp-fy2024/points_efficiency.csv
\ir ../../demo/real/load.sql
\set into hospital
\set file cms-hvbp-fy2024/tps.csv
\ir ../../demo/real/load.sql

-- Items: 101 to 121 performance, 201 to 221 baseline, 301 the combined score of
-- the two surgical site infections, whose volumes are not published.
CREATE TEMP TABLE card AS
SELECT facility_id, scorecard_agg(item, value) AS card
FROM (SELECT facility_id, 100 + n, performance FROM rate JOIN measure USING (measure)
      UNION ALL
      SELECT facility_id, 200 + n, baseline FROM rate JOIN measure USING (measure)
      UNION ALL
      SELECT facility_id, 301, ssi FROM hospital) AS reading (facility_id, item, value)
GROUP BY facility_id;

\set name hvbp_stages
\ir read.sql
CREATE TEMP TABLE stages AS SELECT facility_id, evaluate(card, :'text'::rubric) AS result FROM card;

\set stages :text
\set name hvbp
\ir read.sql
CREATE TEMP TABLE plain AS SELECT facility_id, evaluate(card, :'text'::rubric) AS result FROM card;

-- The standards stand in the rubrics; they are those of the data.
SELECT set, count(*) FILTER (WHERE stated = published), count(*)
FROM (VALUES ('standards as published', :'text'::jsonb), ('standards as published, stages', :'stages'::jsonb)) AS t (set, text)
CROSS JOIN LATERAL jsonb_path_query(text, 'strict $.** ? (@.rule == "achievement" || @.rule == "proportional")') AS node
JOIN measure ON (node ->> 'item')::int = 100 + n
CROSS JOIN LATERAL (VALUES
	('achievement', ARRAY[(node ->> 'threshold')::numeric, (node ->> 'benchmark')::numeric], ARRAY[threshold, benchmark]),
	('proportional', ARRAY[(node ->> 'start')::numeric, (node ->> 'target')::numeric], ARRAY[floor, threshold])
) AS v (rule, stated, published)
WHERE rule = node ->> 'rule'
GROUP BY set;

SELECT stage, count(*) FILTER (WHERE computed IS NOT DISTINCT FROM published), count(*)
FROM rate
JOIN measure USING (measure)
JOIN stages AS s USING (facility_id)
JOIN plain AS p USING (facility_id)
CROSS JOIN LATERAL (VALUES
	('achievement points', s.result -> (100 + n), achievement),
	('improvement points', s.result -> (200 + n), improvement),
	('measure scores', s.result -> (300 + n), score),
	('measure scores, by one rule', CASE WHEN measure NOT IN ('HAI-3', 'HAI-4') THEN p.result -> (300 + n) END,
		CASE WHEN measure NOT IN ('HAI-3', 'HAI-4') THEN score END)) AS v (stage, computed, published)
WHERE coalesce(computed, published) IS NOT NULL
GROUP BY stage;

SELECT stage, count(*) FILTER (WHERE computed IS NOT DISTINCT FROM published), count(*)
FROM hospital
JOIN stages AS s USING (facility_id)
JOIN plain AS p USING (facility_id)
CROSS JOIN LATERAL (VALUES
	('survey base', s.result -> 21, base),
	('survey consistency', s.result -> 22, consistency)) AS v (stage, computed, published)
WHERE coalesce(computed, published) IS NOT NULL
GROUP BY stage;

-- A hospital without a score of the domain on both sides agrees too.
SELECT stage, count(*) FILTER (WHERE computed IS NOT DISTINCT FROM published), count(*)
FROM hospital
JOIN card USING (facility_id)
JOIN stages AS s USING (facility_id)
JOIN plain AS p USING (facility_id)
CROSS JOIN LATERAL (VALUES
	('combined infections', s.result -> 31, ssi),
	('clinical domain scores', s.result -> 1, clinical),
	('person domain scores', s.result -> 2, person),
	('safety domain scores', s.result -> 3, safety),
	('efficiency domain scores', s.result -> 4, efficiency),
	('weighted clinical domain scores', s.result -> 51, clinical_weighted),
	('weighted person domain scores', s.result -> 52, person_weighted),
	('weighted safety domain scores', s.result -> 53, safety_weighted),
	('weighted efficiency domain scores', s.result -> 54, efficiency_weighted),
	('total performance scores', s.result -> 0, total),
	('clinical domain scores, by one rule', p.result -> 1, clinical),
	('person domain scores, by one rule', p.result -> 2, person),
	('safety domain scores, by one rule', p.result -> 3, safety),
	('efficiency domain scores, by one rule', p.result -> 4, efficiency),
	('total performance scores, by one rule', score(p.result), total),
	('totals straight from the card', score(card, :'text'::rubric), total)) AS v (stage, computed, published)
GROUP BY stage;

-- Both rubrics rank by the same exact total.
SELECT 'rank bases of both rubrics', count(*) FILTER (WHERE rank_basis(s.result) IS NOT DISTINCT FROM rank_basis(p.result)), count(*)
FROM stages AS s JOIN plain AS p USING (facility_id);

-- Two domains are too few: with one more taken away there is no total.
SELECT 'no total with two domains', count(*) FILTER (WHERE result -> 0 IS NULL), count(*)
FROM hospital
JOIN card USING (facility_id)
CROSS JOIN LATERAL (SELECT evaluate(card || '{"121": "missing"}', :'text'::rubric)) AS e (result)
WHERE efficiency IS NOT NULL AND (clinical IS NULL OR person IS NULL OR safety IS NULL);

-- Rounded too early: the domains, in the one rubric, their weighted scores in
-- the other.
SELECT stage, count(*) FILTER (WHERE score(card, rubric) = total), count(*)
FROM hospital
JOIN card USING (facility_id)
CROSS JOIN (SELECT stage, jsonb_set(jsonb_set(jsonb_set(jsonb_set(text,
                       '{root,children,0,round}', '{"digits": 12}'), '{root,children,1,round}', '{"digits": 12}'),
                       '{root,children,2,round}', '{"digits": 12}'), '{root,children,3,round}', '{"digits": 12}')::text::rubric
            FROM (VALUES ('domains rounded first', :'text'::jsonb),
                         ('weighted domains rounded first', :'stages'::jsonb)) AS t (stage, text)) AS r (stage, rubric)
GROUP BY stage;
