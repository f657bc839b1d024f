-- ASEM Sustainable Connectivity (COINr): from the treated indicators, with worst
-- and best of the group as parameters, over three levels to the index.
CREATE TEMP TABLE cell (stage text, unit text, name text, value numeric);

-- Each stage is one wide file, a column an indicator or aggregate: made long,
-- whatever the columns are.
\set stage treated
\set file coinr-asem/stage_treated.csv
\ir connectivity_stage.sql
\set stage normalised
\set file coinr-asem/stage_normalised.csv
\ir connectivity_stage.sql
\set stage aggregated
\set file coinr-asem/stage_aggregated.csv
\ir connectivity_stage.sql
\set stage scores
\set file coinr-asem/result_scores.csv
\ir connectivity_stage.sql
\set stage ranks
\set file coinr-asem/result_ranks.csv
\ir connectivity_stage.sql

CREATE TEMP TABLE indicator (
	n int GENERATED ALWAYS AS IDENTITY, name text, code text, direction int, weight numeric, denominator text,
	unit text, target numeric, agg1 text, agg2 text, agg3 text
);
\set into 'indicator (name, code, direction, weight, denominator, unit, target, agg1, agg2, agg3)'
\set file coinr-asem/indicator_meta.csv
\ir ../../demo/real/load.sql

CREATE TEMP TABLE node (node, name) AS VALUES
	(101, 'ConEcFin'), (102, 'Instit'), (103, 'P2P'), (104, 'Physical'), (105, 'Political'),
	(106, 'Environ'), (107, 'Social'), (108, 'SusEcFin'), (201, 'Conn'), (202, 'Sust'), (0, 'Index');

\set name connectivity
\ir read.sql
SELECT :'text'::jsonb || jsonb_build_object('parameters', jsonb_object_agg(code || ' ' || which, value)) AS text
FROM (SELECT code, direction, min(value) AS low, max(value) AS high
      FROM cell JOIN indicator ON code = cell.name
      WHERE stage = 'treated'
      GROUP BY code, direction) AS i
CROSS JOIN LATERAL (VALUES
	('worst', CASE direction WHEN 1 THEN low ELSE high END),
	('best', CASE direction WHEN 1 THEN high ELSE low END)) AS v (which, value) \gset

CREATE TEMP TABLE result AS
SELECT unit, evaluate(card, :'text'::rubric) AS result
FROM (SELECT cell.unit, scorecard_agg(n, value) AS card
      FROM cell JOIN indicator ON code = cell.name
      WHERE stage = 'treated'
      GROUP BY cell.unit) AS c;

-- The files come from floating point.
SELECT 'normalised (within 0.000000001)', count(*) FILTER (WHERE abs((result -> n) - value) <= 0.000000001), count(*)
FROM cell JOIN indicator ON code = cell.name JOIN result ON result.unit = cell.unit
WHERE stage = 'normalised';

SELECT 'aggregated (within 0.000000001)', count(*) FILTER (WHERE abs((result -> node) - value) <= 0.000000001), count(*)
FROM cell JOIN node USING (name) JOIN result USING (unit)
WHERE stage = 'aggregated';

SELECT 'scores', count(*) FILTER (WHERE round(result -> node, 2) = value), count(*)
FROM cell JOIN node USING (name) JOIN result USING (unit)
WHERE stage = 'scores';

-- Two cells are ties that the package put into an order of its own.
SELECT 'ranks', count(*) FILTER (WHERE place = value), count(*)
FROM (SELECT unit, name, rank() OVER (PARTITION BY name ORDER BY result -> node DESC) AS place
      FROM result CROSS JOIN node) AS r
JOIN cell USING (unit, name)
WHERE stage = 'ranks';
