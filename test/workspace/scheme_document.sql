-- Schemes as documents and as parts of each other: panels, 1 + N, proposed
-- weights, differences, export and import.
\set QUIET on
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS "文档 ""it's"" 50%" CASCADE;
DROP SCHEMA IF EXISTS "文档 another" CASCADE;
CALL perfeval.create_workspace('文档 "it''s" 50%', time_zone => 'Asia/Shanghai');
CALL perfeval.create_workspace('文档 another', time_zone => 'UTC');
SET search_path = "文档 ""it's"" 50%", perfeval, public;
SELECT plan(55);

CALL add_year(2025, 'quarter');
INSERT INTO "grouping" VALUES (1, 'service', 'By service', '按服务属性'), (2, 'size', 'By size', NULL);
INSERT INTO subject_group VALUES (1, 1, 'head', 'Heads of sections', '科室负责人'), (2, 1, 'staff', 'Staff', '工作人员');
INSERT INTO subject (subject_id, code, name, kind) VALUES (1, 'P1', 'Li', 'person'), (2, 'P2', 'Wang', 'person'),
	(11, 'R1', 'Rater 1', 'person'), (12, 'R2', 'Rater 2', 'person'), (13, 'R3', 'Rater 3', 'person'), (91, 'ORG', 'Organisation', 'department');
INSERT INTO group_member (subject_id, grouping_id, group_id) VALUES (1, 1, 1), (2, 1, 2);
INSERT INTO source (source_id, code, label, kind) VALUES (1, 'oa', 'Office system', 'platform');
INSERT INTO standard (standard_id, code, title, edition) VALUES (1, 'DB37/T 1', 'Service', '2021');
INSERT INTO indicator (item, code, name, name_zh, fact, criterion, rater_role) VALUES
	(21, 'H-SUP', 'by superior', '上级', 'rating', 'head', 'superior'), (22, 'H-LDR', 'by leader', '分管领导', 'rating', 'head', 'leader'),
	(23, 'H-TEAM', 'by team', '领导班子', 'rating', 'head', 'team'), (24, 'S-LDR', 'by leader of staff', '分管领导评', 'rating', 'staff', 'leader'),
	(25, 'S-HEAD', 'by head', '科室负责人评', 'rating', 'staff', 'head');
INSERT INTO indicator (item, code, name, name_zh, unit, source_id, perspective) VALUES (1, 'DUTY', 'Duty fulfilment', '职责履行率', '%', 1, 'process'),
	(2, 'KEY', 'Key work', '重点工作', NULL, NULL, NULL), (3, 'SAVE', 'Savings', '节约', NULL, NULL, 'finance');
INSERT INTO indicator (item, code, name, fact, owner_id, negative_list) VALUES (31, 'BAD', 'Violations', 'event', 91, true), (32, 'BAD?', 'open', 'event', 91, true);
UPDATE indicator SET pending_of = 31, negative_list = false WHERE item = 32;
INSERT INTO posting_right VALUES (31, 91);
INSERT INTO indicator_standard VALUES (1, 1);
INSERT INTO indicator_tag VALUES (1, 'common'), (1, 'annual');
INSERT INTO scheme (scheme_id, code, label, label_zh, grouping_id) VALUES (1, 'people', 'People', '个人考核', 1), (2, 'outline', 'Outline', '总则', 1),
	(3, 'cars', 'Vehicles', '公务用车', 1), (4, 'rooms', 'Offices', '办公用房', 1), (5, 'whole', 'Whole', '1+N', 1), (6, 'other', 'Other', NULL, 2);

-- Panels: 40/40/20 and 60/40, whatever the number of raters.
CALL new_version('people', in_force_from => '2025-01-01') \gset
UPDATE scheme_version SET round_at = 'final', round_digits = 2, round_mode = 'half_up', rank_basis = 'unrounded', tie_chain = '{}', ties = 'contract';
INSERT INTO node (version_id, group_id, node, parent, spec) VALUES
	(1, 1, 0, NULL, '{"rule": "panel", "criterion": "head", "missing": "strict", "min": 0, "max": 100}'),
	(1, 2, 0, NULL, '{"rule": "weighted_mean", "missing": "strict"}'),
	(1, 2, 5, 0, '{"rule": "panel", "criterion": "staff", "missing": "renormalize", "min": 0, "max": null, "weight": 1, "label": "Ratings 评价"}');
SELECT is((SELECT string_agg(message, E'\n' ORDER BY message) FROM version_lint(1) WHERE code = 'panel_empty'),
	E'node 0 is a panel of criterion "head", which has no rater roles\nnode 5 is a panel of criterion "staff", which has no rater roles', 'panels need raters');
INSERT INTO rater_role (version_id, criterion, role, weight, position, label) VALUES (1, 'head', 'superior', 0.4, 1, 'Superior 上级'), (1, 'head', 'leader', 0.4, 2, NULL),
	(1, 'head', 'team', 0.2, 3, NULL), (1, 'staff', 'leader', 0.6, 1, NULL), (1, 'staff', 'head', 0.4, 2, NULL), (1, 'staff', 'peer', 0, 3, NULL), (1, 'idle', 'peer', 1, 1, NULL);
SELECT is((SELECT string_agg(severity || ' ' || message, E'\n' ORDER BY message COLLATE "C") FROM version_lint(1) WHERE code IN ('panel_indicator', 'idle_raters')),
	E'error no indicator takes the ratings of criterion "staff" by role "peer"\nwarning no node is a panel of criterion "idle"',
	'each role of a panel has an indicator, each criterion a panel');
DELETE FROM rater_role WHERE role = 'peer';
SELECT is(jsonb_path_query_array(draft_rubric(1, 2)::jsonb, '$.root.children[0].children[*].node'), '[501, 502]', 'roles are nodes below the panel''s');
CALL seal_version(1);
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value) VALUES
	(1, 2025000, 'head', 'superior', 11, 90), (1, 2025000, 'head', 'leader', 12, 75), (1, 2025000, 'head', 'leader', 13, 85), (1, 2025000, 'head', 'team', 11, 70),
	(2, 2025000, 'staff', 'leader', 11, 88), (2, 2025000, 'staff', 'head', 12, 92);
SELECT is((SELECT score FROM standing WHERE period_id = 2025000 AND subject_id = 1), 82::numeric, 'section heads 40/40/20 (S3.05)');
SELECT is((SELECT score FROM standing WHERE period_id = 2025000 AND subject_id = 2), 89.6, 'staff 60/40 (S3.06)');
SELECT is((SELECT string_agg(label || ' ' || raw_points, ', ' ORDER BY line_no) FROM standing_line WHERE period_id = 2025000 AND subject_id = 1 AND label IS NOT NULL),
	'Superior 上级 90, leader 80, team 70', 'a line for each role');
CALL new_version('people', 1) \gset
UPDATE rater_role SET weight = CASE role WHEN 'leader' THEN 0.3 ELSE 0.7 END WHERE version_id = :version_id AND criterion = 'staff';
SELECT is(score('{"24": 95, "25": 80}'::scorecard, draft_rubric(:version_id, 2)), 84.5, '30/70 (S3.07)');
SELECT is((SELECT string_agg(concat_ws(' ', group_code, path, key, before, after), E'\n') FROM version_diff(1, :version_id)),
	E'/raters/staff/head weight 0.4 0.7\n/raters/staff/leader weight 0.6 0.3\nstaff /1/1 weight 0.6 0.3\nstaff /1/2 weight 0.4 0.7', 'the difference says what people changed, and what it comes to');

-- Section 50 to 60 %, individual 40 to 50 %, each of three parts.
CALL new_version('people', in_force_from => '2026-01-01') \gset
INSERT INTO node (version_id, node, parent, position, spec, weight_min, weight_max) VALUES
	(:version_id, 0, NULL, 1, '{"rule": "weighted_mean", "missing": "strict"}', NULL, NULL),
	(:version_id, 1, 0, 1, '{"rule": "weighted_mean", "weight": 0.55, "missing": "strict"}', 0.5, 0.6),
	(:version_id, 2, 0, 2, '{"rule": "weighted_mean", "weight": 0.45, "missing": "strict"}', 0.4, 0.5);
INSERT INTO node (version_id, node, parent, position, spec)
SELECT :version_id, parent * 10 + n, parent, n, jsonb_build_object('rule', 'given', 'item', 100 * parent + n, 'weight', weight, 'min', 0, 'max', 100)
FROM (VALUES (1, '{0.4,0.3,0.3}'::numeric[]), (2, '{0.6,0.2,0.2}')) AS p (parent, weights), unnest(weights) WITH ORDINALITY AS w (weight, n);
SELECT is(score(card, draft_rubric(:version_id, 1)), total, 'sections 40/30/30 (S3.02), people 60/20/20 (S3.03), 55/45 (S3.01)')
FROM (VALUES ('{"101": 90, "102": 80, "103": 70, "201": 85, "202": 95, "203": 60}'::scorecard, 81.45)) AS v (card, total);
UPDATE node SET spec = spec || jsonb_build_object('weight', CASE node WHEN 1 THEN 0.65 ELSE 0.35 END) WHERE version_id = :version_id AND parent = 0;
SELECT is((SELECT string_agg(message, E'\n' ORDER BY message) FROM version_lint(:version_id) WHERE code = 'weight_range'),
	E'node 1 weighs 0.65; allowed is 0.5 or more and 0.6 or less\nnode 2 weighs 0.35; allowed is 0.4 or more and 0.5 or less', 'within the range that is allowed (S3.01)');

-- 1 + N: an outline and two sets of special rules.
CALL new_version('outline', in_force_from => '2025-01-01') \gset
\set outline :version_id
UPDATE scheme_version SET round_at = 'final', round_digits = 2, round_mode = 'half_up', rank_basis = 'unrounded', tie_chain = '{}', quorum = 0, ties = 'expand', capped_seat = 'kept', parameters = '{"full": 100}'
WHERE version_id = :outline;
INSERT INTO tier (version_id, tier, code, label, share, bound) VALUES (:outline, 1, 'A', 'a', 0.5, 'exact'), (:outline, 2, 'B', 'b', 0.5, 'at_most');
INSERT INTO node (version_id, node, parent, position, part, slot, spec) VALUES
	(:outline, 0, NULL, 1, NULL, NULL, '{"rule": "weighted_mean", "missing": "strict"}'),
	(:outline, 1, 0, 1, NULL, NULL, '{"rule": "given", "item": 1, "weight": 0.4, "min": 0, "max": 100}'),
	(:outline, 2, 0, 2, 'cars', 'cars', '{"weight": 0.3, "label": "Vehicles 公务用车"}'),
	(:outline, 3, 0, 3, NULL, 'rooms', '{"weight": 0.3}');
CALL new_version('cars', in_force_from => '2025-01-01') \gset
\set cars :version_id
INSERT INTO node (version_id, node, parent, position, slot, spec) VALUES
	(:cars, 0, NULL, 1, 'cars', '{"rule": "weighted_mean", "missing": "zero", "label": "cars", "weight": 7}'),
	(:cars, 11, 0, 1, NULL, '{"rule": "given", "item": 2, "weight": 0.5, "min": 0, "max": {"parameter": "full"}}'),
	(:cars, 12, 0, 2, NULL, '{"rule": "given", "item": 3, "weight": 0.5, "min": 0, "max": 100}'),
	(:cars, 91, NULL, 1, NULL, '{"rule": "limit", "item": 31, "ge": 1, "effect": "cap_tier", "tier": 2}');
UPDATE scheme_version SET parameters = '{"full": 100}' WHERE version_id = :cars;
CALL new_version('rooms', in_force_from => '2025-01-01') \gset
\set rooms :version_id
INSERT INTO node (version_id, group_id, node, parent, position, slot, spec) VALUES
	(:rooms, 1, 0, NULL, 1, 'rooms', '{"rule": "given", "item": 2, "min": 0, "max": 100}'),
	(:rooms, 2, 0, NULL, 1, 'rooms', '{"rule": "panel", "criterion": "rooms", "missing": "strict", "min": 0, "max": 100}');
INSERT INTO rater_role VALUES (:rooms, 'rooms', 'self', 1);
INSERT INTO indicator (item, code, name, fact, criterion, rater_role) VALUES (26, 'R-SELF', 'self', 'rating', 'rooms', 'self');
SELECT is((SELECT string_agg(message, E'\n' ORDER BY message) FROM version_lint(:outline) WHERE code = 'empty_slot'),
	E'nothing fills the slot "cars" of node 2\nnothing fills the slot "rooms" of node 3', 'an outline alone has empty slots');
SELECT throws_ok(format('CALL compose_version(%s, %L, ARRAY[%s])', :outline, 'other', :cars), '22023', NULL, 'of one grouping');
SELECT throws_ok(format('CALL compose_version(%s, %L, ARRAY[%s])', :outline, 'whole', 1), '22023',
	'version 1 of scheme "people" has no root that names the slot it is made for', 'special rules name their slot');
UPDATE node SET node = 1 WHERE version_id = :cars AND node = 11;
SELECT throws_ok(format('CALL compose_version(%s, %L, ARRAY[%s, %s])', :outline, 'whole', :cars, :rooms), '23505',
	'node 1 stands in version 1 of scheme "outline" and in version 1 of scheme "cars"', 'a number stands for one node: both are named');
UPDATE node SET node = 11 WHERE version_id = :cars AND node = 1;
SELECT throws_ok(format('CALL compose_version(%s, %L, ARRAY[%s, %s])', :outline, 'whole', :cars, :cars), '22023', 'no slot "cars" is free in version 1 of scheme "outline"', 'a slot is filled once');
CALL compose_version(:outline, 'whole', ARRAY[:cars, :rooms]) \gset
\set whole :version_id
SELECT is((SELECT string_agg(concat_ws(' ', n.node, g.code, n.parent, n.part, n.slot, n.spec), E'\n' ORDER BY n.node, g.code NULLS FIRST)
           FROM node AS n LEFT JOIN subject_group AS g USING (group_id) WHERE version_id = :whole),
'0 {"rule": "weighted_mean", "missing": "strict"}
1 0 {"max": 100, "min": 0, "item": 1, "rule": "given", "weight": 0.4}
2 0 cars {"rule": "weighted_mean", "label": "Vehicles 公务用车", "weight": 0.3, "missing": "zero"}
3 0 rooms {"weight": 0.3}
3 head 0 {"max": 100, "min": 0, "item": 2, "rule": "given", "weight": 0.3}
3 staff 0 {"max": 100, "min": 0, "rule": "panel", "weight": 0.3, "missing": "strict", "criterion": "rooms"}
11 2 {"max": {"parameter": "full"}, "min": 0, "item": 2, "rule": "given", "weight": 0.5}
12 2 {"max": 100, "min": 0, "item": 3, "rule": "given", "weight": 0.5}
91 {"ge": 1, "item": 31, "rule": "limit", "tier": 2, "effect": "cap_tier"}', 'outline and special rules in one tree (S1.04)');
SELECT is((SELECT string_agg(p.slot || ' ' || s.code || ' ' || (p.hash = document_hash(p.part_id)), ', ' ORDER BY p.slot)
           FROM version_part AS p JOIN scheme_version AS v ON v.version_id = p.part_id JOIN scheme AS s USING (scheme_id) WHERE p.version_id = :whole),
	' outline true, cars cars true, rooms rooms true', 'with the hashes of the parts');
SELECT is((SELECT count(*)::integer FROM version_lint(:whole) WHERE severity <> 'warning'), 0, 'nothing is open');
UPDATE node SET spec = spec || '{"label": "x"}' WHERE version_id = :cars AND node = 11;
SELECT is((SELECT string_agg(message, ', ') FROM version_lint(:whole) WHERE code = 'part_changed'), 'version 1 of scheme "cars" has changed since it was put in', 'a part that changes is noticed');
CALL seal_version(:whole);
SELECT is((SELECT state FROM version_status WHERE version_id = :whole), 'sealed', 'composed and sealed');
SELECT throws_ok(format('INSERT INTO version_part VALUES (%s, %L, 1, %L)', :whole, 'x', 'y'), '55000', NULL, 'its parts are fixed');
UPDATE node SET spec = spec || '{"value": {"node": 0}}' WHERE version_id = :cars AND node = 91;
SELECT throws_ok(format('CALL compose_version(%s, %L, ARRAY[%s])', :outline, 'whole', :cars), '22023',
	'node 91 of version 1 of scheme "cars" looks at its root, which becomes another node', 'no special rule looks at its root');
UPDATE node SET spec = spec - 'value' WHERE version_id = :cars AND node = 91;
UPDATE scheme_version SET parameters = '{"full": 90}' WHERE version_id = :cars;
SELECT throws_ok(format('CALL compose_version(%s, %L, ARRAY[%s])', :outline, 'whole', :cars), '22023',
	'parameter "full" of version 1 of scheme "cars" has another value in the outline or other special rules', 'a parameter has one value');

-- Parameters of a group, for a period.
SELECT throws_ok(format($$CALL set_group_parameters(%s, 'head', '2025Q9', '{"full": 50}')$$, :whole), 'P0002', 'there is no period ''2025Q9''', 'parameters of a period');
SELECT throws_ok(format($$CALL set_group_parameters(%s, 'head', '2025Q1', '{"fool": 50}')$$, :whole), '22023', NULL, 'that the version declares');
INSERT INTO reading (subject_id, period_id, item, value) SELECT 1, period_id, item, 80 FROM period, generate_series(1, 3) AS item WHERE code IN ('2025Q1', '2025Q2');
CALL set_group_parameters(:whole, 'head', '2025Q1', '{"full": 50}');
SELECT is((SELECT string_agg(period || ' ' || coalesce(points::text, status), ', ' ORDER BY period)
           FROM standing_part JOIN period AS p USING (period_id), LATERAL (SELECT p.code AS period) AS x
           WHERE version_id = :whole AND subject_id = 1 AND part = 'cars' AND p.code IN ('2025Q1', '2025Q2')), '2025Q1 40, 2025Q2 80', 'hold in that period alone');

-- Weights by importance and difficulty.
CALL new_version('outline', 1) \gset
\set draft :version_id
CREATE TEMP TABLE judgement (node integer, importance numeric, difficulty numeric);
INSERT INTO judgement VALUES (1, 5, 3), (2, 4, 4), (3, 2, 1);
SELECT is((SELECT string_agg(node || ' ' || weight, ', ' ORDER BY node) FROM propose_weights(:draft, 0, (SELECT jsonb_agg(j) FROM judgement AS j))),
	'1 0.45, 2 0.49, 3 0.06', 'weights by importance and difficulty (S4.03)');
SELECT is((SELECT sum(weight) FROM propose_weights(:draft, 0, (SELECT jsonb_agg(j) FROM judgement AS j), 5)), 1.00000, 'sum to the total at any digits');
SELECT is((SELECT (spec ->> 'weight')::numeric FROM node WHERE version_id = :draft AND node = 1), 0.4, 'nothing is applied');
SELECT throws_ok(format($$SELECT * FROM propose_weights(%s, 0, '[{"node": 1, "importance": 1, "difficulty": 1}]')$$, :draft), '22023',
	'judgements do not fit the tree: node 2 is judged 0 times; node 3 is judged 0 times', 'every child is judged');
SELECT throws_ok(format($$SELECT * FROM propose_weights(%s, 1, '[]')$$, :draft), 'P0002', NULL, 'of a node with children');
SELECT jsonb_object_agg(node, weight) AS weights FROM propose_weights(:draft, 0, (SELECT jsonb_agg(j) FROM judgement AS j)) \gset
CALL apply_weights(:draft, :'weights');
SELECT is((SELECT string_agg(spec ->> 'weight', ' ' ORDER BY node) FROM node WHERE version_id = :draft AND parent = 0), '0.45 0.49 0.06', 'apply_weights sets them');
CALL apply_weights(:draft, '{"1": 0.5, "2": 0.5, "3": 0}', profile => 'window');
SELECT is((SELECT string_agg(weight::text, ' ' ORDER BY node) FROM weight_profile WHERE version_id = :draft), '0.5 0.5 0', 'in a profile by class of function (S2.07)');
SELECT throws_ok(format($$CALL apply_weights(%s, '{"7": 1}')$$, :draft), 'P0002', NULL, 'for nodes that are there');
SELECT throws_ok($$CALL apply_weights(1, '{"5": 1}', group_code => 'staff')$$, '55000', NULL, 'and not in a sealed version');

-- Differences.
UPDATE scheme_version SET round_digits = 1 WHERE version_id = :draft;
UPDATE tier SET share = 0.25, bound = 'at_most' WHERE version_id = :draft AND tier = 1;
DELETE FROM tier WHERE version_id = :draft AND tier = 2;
DELETE FROM weight_profile WHERE version_id = :draft;
DELETE FROM node WHERE version_id = :draft AND node IN (2, 3);
DELETE FROM node WHERE version_id = :outline AND node IN (2, 3);
INSERT INTO node (version_id, group_id, node, parent, position, spec) VALUES (:draft, 2, 4, 0, 2, '{"rule": "given", "item": 3, "label": "Savings 节约", "weight": 0.55}');
SELECT is((SELECT string_agg(concat_ws(' ', group_code, path, label, change, key, before, after), E'\n') FROM version_diff(:outline, :draft)),
'/indicators/SAVE Savings added {"code": "SAVE", "fact": "reading", "item": 3, "name": "Savings", "name_zh": "节约", "roll_up": "last", "direction": "higher", "perspective": "finance"}
/settings changed round_digits 2 1
/tiers/A a changed bound exact at_most
/tiers/A a changed share 0.5 0.25
/tiers/B b removed {"code": "B", "tier": 2, "bound": "at_most", "label": "b", "share": 0.5}
/1 changed weight 0.4 0.45
staff /2 Savings 节约 added {"item": 3, "node": 4, "rule": "given", "label": "Savings 节约", "parent": 0, "weight": 0.55, "position": 2}', 'what a revision changes (S3.25)');
SELECT is((SELECT count(*)::integer FROM version_diff(:whole, :whole)), 0, 'a version does not differ from itself');

-- A column that somebody adds is not to be forgotten by what copies versions.
SELECT is_empty($$SELECT t.relname, a.attname, p.proname
	FROM (VALUES ('node', 'version_document'), ('node', 'import_scheme'), ('node', 'copy_parts'), ('node', 'compose_version'), ('tier', 'version_document'),
		('tier', 'import_scheme'), ('tier', 'copy_parts'), ('rater_role', 'version_document'), ('rater_role', 'import_scheme'), ('rater_role', 'copy_parts'),
		('rater_role', 'compose_version'), ('weight_profile', 'version_document'), ('weight_profile', 'import_scheme'), ('weight_profile', 'copy_parts'),
		('scheme_version', 'version_document'), ('scheme_version', 'import_scheme'), ('scheme_version', 'new_version'), ('scheme_version', 'compose_version')) AS m (tab, fn)
		JOIN pg_class AS t ON t.relname = m.tab AND t.relnamespace = quote_ident(current_schema())::regnamespace
		JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
		JOIN pg_proc AS p ON p.proname = m.fn AND p.pronamespace = t.relnamespace
	WHERE a.attname NOT IN ('version_id', 'group_id', 'number', 'state', 'based_on', 'note', 'drafted_at', 'drafted_by', 'sealed_at', 'sealed_by', 'document', 'hash')
		AND p.prosrc !~ ('\m' || a.attname || '\M')$$, 'versions are copied whole');

-- Documents: the same in another workspace, and back.
CREATE TEMP TABLE kept AS SELECT s.code, export_scheme(s.code, v.number) AS document FROM scheme AS s JOIN scheme_version AS v USING (scheme_id) WHERE v.number = 1;
SELECT is(string_agg(code, ' ' ORDER BY code), 'cars outline people rooms whole', 'five documents') FROM kept;
SELECT is((SELECT string_agg(key, ' ' ORDER BY key) FROM kept, jsonb_each(document) WHERE code = 'people'),
	'grouping groups indicators nodes parameters perfeval_scheme profiles raters reviewers scheme settings sources standards tiers', 'what is in one');
SELECT is(jsonb_path_query_first(document, '$.indicators[*] ? (@.code == "DUTY")'),
	'{"code": "DUTY", "fact": "reading", "item": 1, "name": "Duty fulfilment", "tags": ["annual", "common"], "unit": "%", "source": "oa", "name_zh": "职责履行率",
	  "roll_up": "last", "direction": "higher", "standards": ["DB37/T 1"], "perspective": "process"}', 'an indicator with its standard (S1.06) and perspective (S2.08)')
FROM kept WHERE code = 'whole';
SELECT document FROM kept WHERE code = 'whole' \gset
CALL import_scheme(:'document') \gset
SELECT is(export_scheme('whole'), document, 'imported where it is from, a draft that is the same') FROM kept WHERE code = 'whole';
SELECT is((SELECT number || ' ' || state FROM version_status WHERE version_id = :version_id), '2 draft', 'as the next version');
SET search_path = "文档 another", perfeval, public;
SELECT throws_ok(format('CALL import_scheme(%L)', :'document'), 'P0002', NULL, 'offices have to be there');
INSERT INTO subject (code, name, kind) VALUES ('ORG', 'Organisation', 'department');
CALL import_scheme(:'document') \gset
SELECT document FROM kept WHERE code = 'people' \gset
CALL import_scheme(:'document') \gset
SELECT is(export_scheme(k.code)::text, k.document::text, 'imported elsewhere, the same text: ' || k.code) FROM kept AS k WHERE k.code IN ('whole', 'people') ORDER BY k.code;
SELECT is((SELECT count(*)::integer FROM indicator WHERE item = 32), 0, 'what the scheme does not use does not come along');
SELECT throws_ok(format('CALL import_scheme(%L)', jsonb_set(document, path::text[], value::jsonb)), state, message, 'refused: ' || message)
FROM kept, (VALUES
	('{perfeval_scheme}', '2', '22023', '/perfeval_scheme: form 2 of the document is not known'),
	('{tiers,0,shar}', '1', '22023', '/tiers/1: unknown key "shar"'),
	('{tiers,1,share}', '"x"', '22P02', '/tiers/2: invalid input syntax for type numeric: "x"'),
	('{nodes,1,group}', '"none"', '22023', '/nodes/2: there is no group "none"'),
	('{nodes,1,spec}', '3', '22023', '/nodes/2: the spec of node 1 is no object'),
	('{nodes}', '3', '22023', '/nodes: a list is needed, not a value of type number'),
	('{indicators,0,roll_up}', '"sum"', '22023', '/indicators/1: there is an indicator 1 "DUTY" with another roll_up: last'),
	('{reviewers}', '["HR"]', 'P0002', '/reviewers/1: there is no subject ''HR''')) AS w (path, value, state, message)
WHERE code = 'whole';

SELECT * FROM finish();
SET search_path = public;
CALL perfeval.drop_workspace('文档 "it''s" 50%', '文档 "it''s" 50%');
CALL perfeval.drop_workspace('文档 another', '文档 another');
