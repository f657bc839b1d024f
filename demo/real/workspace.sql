-- The hospitals as a workspace: who is assessed, what is measured, the scheme,
-- the facts. From here on the standings are a view.
--
--   :workspace   its name; one that this file made before is dropped first
--   :real_data   the folder of the data sets
--   :rubrics     the folder with hvbp.json, the scheme as one document
--
-- Runs by itself, outside of a transaction.
\set label 'Hospital value-based purchasing, fiscal year 2024 医院按价值付费'
SELECT count(*) AS there FROM pg_namespace WHERE nspname = :'workspace' \gset
\if :there
SELECT count(*) AS ours FROM :"workspace".workspace WHERE label = :'label' \gset
\if :ours
\else
DO $$ BEGIN RAISE 'a workspace of the name is there and is not this demo''s'
	USING HINT = 'Run the demo in another database, or give the workspace another name.'; END $$;
\endif
CALL perfeval.drop_workspace(:'workspace', :'workspace', force => true);
\endif
CALL perfeval.create_workspace(:'workspace', :'label', 'America/New_York');

-- The published files, as they are.
CREATE TEMP TABLE file_measure (n int GENERATED ALWAYS AS IDENTITY, domain text, measure text PRIMARY KEY, threshold numeric,
	benchmark numeric, floor numeric, better text);
CREATE TEMP TABLE file_rate (facility_id text, measure text, baseline numeric, performance numeric, achievement numeric,
	improvement numeric, score numeric);
CREATE TEMP TABLE file_hospital (facility_id text PRIMARY KEY, state text, ssi numeric, base numeric, consistency numeric,
	clinical numeric, clinical_weighted numeric, person numeric, person_weighted numeric, safety numeric,
	safety_weighted numeric, efficiency numeric, efficiency_weighted numeric, total numeric);
\set into 'file_measure (domain, measure, threshold, benchmark, floor, better)'
\set file cms-hvbp-fy2024/measures.csv
\ir load.sql
\set into file_rate
\set file cms-hvbp-fy2024/points_clinical_outcomes.csv
\ir load.sql
\set file cms-hvbp-fy2024/points_person_community.csv
\ir load.sql
\set file cms-hvbp-fy2024/points_safety.csv
\ir load.sql
\set file cms-hvbp-fy2024/points_efficiency.csv
\ir load.sql
\set into file_hospital
\set file cms-hvbp-fy2024/tps.csv
\ir load.sql
\set path :rubrics /hvbp.json
\set rubric `cat :'path'`

SET search_path = :"workspace", pg_catalog, pg_temp;
CALL add_year(2024, 'year');

-- Hospitals, compared within their states.
INSERT INTO subject (code, name, name_zh, kind)
SELECT facility_id, 'Hospital ' || facility_id, '医院 ' || facility_id, 'facility' FROM file_hospital ORDER BY facility_id;
INSERT INTO grouping (code, label, label_zh) VALUES ('state', 'States', '州');
INSERT INTO subject_group (grouping_id, code, label)
SELECT (SELECT grouping_id FROM grouping), state, state FROM file_hospital GROUP BY state ORDER BY state;
INSERT INTO group_member (subject_id, grouping_id, group_id)
SELECT s.subject_id, g.grouping_id, g.group_id
FROM file_hospital AS h JOIN subject AS s ON s.code = h.facility_id JOIN subject_group AS g ON g.code = h.state;

-- Each measure in the performance period (101 on) and in the baseline period
-- (201 on), which its improvement is measured from. The two surgical site
-- infections come combined (301), as their volumes are not published.
INSERT INTO indicator (item, code, name, direction, roll_up, perspective)
SELECT 100 + n, measure, measure || ', performance period', better, 'none', domain FROM file_measure
UNION ALL
SELECT 200 + n, measure || ' baseline', measure || ', baseline period', better, 'none', domain FROM file_measure
UNION ALL
SELECT 301, 'SSI', 'surgical site infections, combined score', 'higher', 'none', 'safety';

INSERT INTO scheme (code, label, label_zh, grouping_id)
SELECT 'HVBP', 'Hospital value-based purchasing', '医院按价值付费', grouping_id FROM grouping;
INSERT INTO scheme_version (scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis,
	ties, tie_chain, note)
SELECT scheme_id, 1, '2024-01-01', '{year}', 'final', 12, 'half_up', 'unrounded', 'expand', '{}',
	'42 CFR 412.165; the tiers are an example of ours, nobody publishes any'
FROM scheme;
INSERT INTO node (version_id, node, parent, position, part, spec)
SELECT v.version_id, r.node, r.parent, coalesce(r.position, 1),
	CASE r.node WHEN 1 THEN 'clinical' WHEN 2 THEN 'person' WHEN 3 THEN 'safety' WHEN 4 THEN 'efficiency' END,
	r.spec - '{node,parent,position}'::text[]
FROM scheme_version AS v, perfeval.rubric_rows(:'rubric'::perfeval.rubric) AS r
WHERE r.node IS NOT NULL;
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference)
SELECT v.version_id, t.*
FROM scheme_version AS v, (VALUES (1, 'A', 'excellent', '优秀', 0.2, 'exact', 2), (2, 'B', 'good', '良好', 0.7, 'exact', 1),
	(3, 'C', 'fair', '一般', 0.1, 'exact', 3)) AS t;
CALL seal_version(find_version('HVBP'));

-- The raw rates, and nothing that was worked out from them. Those of the
-- baseline period are an old stock: load takes them, by codes, from a table or
-- view, looks at every row before it writes any, and puts them into the cards.
INSERT INTO source (code, label, kind) VALUES ('CMS', 'published rates', 'platform');
CREATE TEMP VIEW file_stock AS
SELECT facility_id AS subject, '2024' AS period, measure || ' baseline' AS indicator, baseline AS value
FROM file_rate WHERE baseline IS NOT NULL
UNION ALL
SELECT facility_id, '2024', 'SSI', ssi FROM file_hospital WHERE ssi IS NOT NULL;
CALL load('file_stock', source => 'CMS');
-- Those of the performance period come in as they would day by day: as rows.
INSERT INTO reading (subject_id, period_id, item, value, source_id)
SELECT s.subject_id, 2024000, 100 + m.n, r.performance, c.source_id
FROM file_rate AS r
	JOIN file_measure AS m USING (measure)
	JOIN subject AS s ON s.code = r.facility_id
	JOIN source AS c ON c.code = 'CMS'
WHERE r.performance IS NOT NULL;
-- So that plans fit; autovacuum would come too late.
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class
WHERE relnamespace = quote_ident(:'workspace')::regnamespace AND relkind = 'r' \gexec
