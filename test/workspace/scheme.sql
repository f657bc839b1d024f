-- Schemes: the life of a version, what keeps it from being sealed, and that
-- nobody changes it afterwards.
\set QUIET on
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS "方案 ""it's"" 50%" CASCADE;
CALL perfeval.create_workspace('方案 "it''s" 50%', time_zone => 'Asia/Shanghai');
SET search_path = "方案 ""it's"" 50%", perfeval, public;
SELECT plan(101);

-- Two groups, four departments, six indicators.
CALL add_year(2025, 'quarter');
INSERT INTO "grouping" VALUES (1, 'service', 'By service', '按服务属性'), (2, 'size', 'By size', NULL);
INSERT INTO subject_group VALUES (1, 1, 'econ', 'Economic', '经济类'), (2, 1, 'live', 'Livelihood', '民生类'), (3, 2, 'big', 'Big', NULL);
INSERT INTO subject (subject_id, code, name, kind) VALUES (1, 'D1', 'Commerce', 'department'), (2, 'D2', 'Industry', 'department'),
	(3, 'D3', 'Civil affairs', 'department'), (4, 'D4', 'Education', 'department'), (91, 'ORG', 'Organisation', 'department'),
	(92, 'HR', 'Personnel', 'department'), (93, 'SAFE', 'Work safety', 'department');
INSERT INTO group_member (subject_id, grouping_id, group_id) VALUES (1, 1, 1), (2, 1, 1), (3, 1, 2), (4, 1, 2);
INSERT INTO indicator (item, code, name, name_zh) VALUES (1, 'POL', 'Political quality', '政治素质'), (2, 'INV', 'Investment landed', '投资落地'),
	(3, 'PRJ', 'Projects begun', '项目开工');
INSERT INTO indicator (item, code, name, fact, owner_id, negative_list) VALUES (11, 'ACC', 'Major accidents', 'event', 93, true);
INSERT INTO posting_right VALUES (11, 93);
INSERT INTO indicator_tag VALUES (1, 'common');
INSERT INTO duty (duty_id, subject_id, clause, body) VALUES (1, 1, '3.1', 'attracts investment'), (2, 2, '2', 'projects');
INSERT INTO indicator_duty VALUES (2, 1), (3, 2);
INSERT INTO scheme VALUES (1, 'city', 'City', '全市考核', 1);

CREATE FUNCTION pg_temp.findings(integer) RETURNS text LANGUAGE sql AS
$$ SELECT coalesce(string_agg(l.severity || ' ' || l.code, ', ' ORDER BY (l.severity || ' ' || l.code) COLLATE "C"), '')
   FROM version_lint($1) AS l WHERE l.code NOT IN ('no_duty', 'unmeasured_duty') $$;
CREATE FUNCTION pg_temp.said(integer, text) RETURNS text LANGUAGE sql AS
$$ SELECT coalesce(string_agg(concat_ws(': ', g.code, l.path, l.message), E'\n' ORDER BY g.code, l.path, l.message), '')
   FROM version_lint($1) AS l LEFT JOIN subject_group AS g USING (group_id) WHERE l.code = $2 $$;

-- A draft.
CALL new_version('city', in_force_from => '2025-01-01') \gset
SELECT is(find_version('city'), 1, 'a first version');
SELECT is((SELECT state FROM version_status WHERE version_id = 1), 'draft', 'begins as a draft');
SELECT is(pg_temp.findings(1), 'choice tie_chain, error no_tree', 'an empty draft: no tree, an open choice');
INSERT INTO node (version_id, group_id, node, parent, position, part, spec) VALUES
	(1, NULL, 0, NULL, 1, NULL, '{"rule": "weighted_mean", "missing": "renormalize"}'),
	(1, NULL, 1, 0, 1, NULL, '{"rule": "given", "item": 1, "weight": 0.3, "min": 0, "max": 100}'),
	(1, NULL, 2, 0, 2, 'base', '{"rule": "given", "item": 2, "weight": 0.7, "min": 0, "max": 100}'),
	(1, 2, 2, 0, 2, 'base', '{"rule": "given", "item": 3, "weight": 0.7, "min": 0, "max": 100}'),
	(1, NULL, 91, NULL, 1, NULL, '{"rule": "limit", "item": 11, "ge": 1, "effect": "cap_tier", "tier": 3}');

-- Sealing refuses what is open or wrong, and says all of it.
SELECT throws_like('CALL seal_version(1)', 'version 1 of scheme "city" cannot be sealed: errors 1, open choices 5', 'sealing refuses errors and open choices');
CREATE FUNCTION pg_temp.detail() RETURNS text LANGUAGE plpgsql AS $$
DECLARE said text; BEGIN CALL seal_version(1); RETURN 'sealed'; EXCEPTION WHEN check_violation THEN GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL; RETURN said; END $$;
SELECT is(pg_temp.detail(), 'error: limit 91 caps at tier 3, and there are 0 tiers
choice: what decides between equal scores is not stated
choice: "rounding.at" is not stated: "final" holds
choice: "rounding.digits" is not stated: 2 holds
choice: "rounding.mode" is not stated: "half_up" holds
choice: "rounding.rank_basis" is not stated: "unrounded" holds', 'the detail lists each, once for all groups');
SELECT is((SELECT count(*)::integer FROM version_finding), 0, 'nothing is kept of it');
UPDATE scheme_version SET round_at = 'final', round_digits = 2, round_mode = 'half_up', rank_basis = 'unrounded', tie_chain = '{7}';
SELECT is(pg_temp.said(1, 'tie_node'), 'node 7 of the tie chain is not in the tree', 'tie chain: nodes that exist');
UPDATE scheme_version SET tie_chain = '{2,1}';

-- Tiers.
INSERT INTO tier (version_id, tier, code, label, share) VALUES (1, 1, 'A', 'first', 0.2), (1, 2, 'B', 'second', 0.7), (1, 3, 'C', 'third', 0.2);
SELECT is(pg_temp.findings(1), 'choice capped_seat, choice tier_bound, choice tier_bound, choice tier_bound, choice ties, error tier_shares', 'tiers: ties, bounds and capped seats are open, shares do not sum to 1');
SELECT is(pg_temp.said(1, 'tier_shares'), '/tiers: the shares of the tiers sum to 1.1, not to 1', 'shares sum to exactly 1');
UPDATE tier SET share = 0.1 WHERE tier = 3;
UPDATE tier SET bound = 'exact';
UPDATE scheme_version SET ties = 'expand', capped_seat = 'kept';
SELECT is(pg_temp.said(1, 'tier_preference'), '/tiers: which tier is served first where remainders are equal is not stated; they are in a group of 2',
	'preference: where remainders tie');
SELECT is(pg_temp.said(1, 'forced_down'), '/tiers/C: members of a small group are forced down into tier "C" by arithmetic', 'a bottom tier that is not at_most');
UPDATE tier SET preference = 1;
SELECT is(pg_temp.said(1, 'tier_preference'), '/tiers: two tiers have the same preference', 'preferences differ');
UPDATE tier SET preference = NULL, bound = 'at_most' WHERE tier = 3;
UPDATE tier SET bound = 'at_most', preference = NULL WHERE tier = 1;
UPDATE tier SET preference = NULL;
SELECT is(pg_temp.findings(1), '', 'one exact tier: nothing can tie');
UPDATE tier SET bound = 'exact', cap = 0.2, preference = tier WHERE tier = 1;
UPDATE tier SET preference = tier;
SELECT is(pg_temp.said(1, 'tier_cap'), '/tiers/A: tier "A" is published as at most 20 %, but 1 of a group of 3 get it', 'a published cap that rounding breaks (S4.13)');
UPDATE tier SET preference = 3 - tier WHERE tier < 3;
UPDATE tier SET bound = 'at_most' WHERE tier = 1;
SELECT is(pg_temp.findings(1), '', 'at_most keeps it');
UPDATE tier SET cap = 0.15 WHERE tier = 1;
SELECT matches(pg_temp.said(1, 'tier_cap'), 'at most 15 %', 'a share above the cap does not');
UPDATE tier SET cap = 0.2 WHERE tier = 1;
UPDATE tier SET tier = 5 WHERE tier = 3;
SELECT is(pg_temp.findings(1), 'error tier_numbers', 'tiers are numbered without a gap');
UPDATE tier SET tier = 3 WHERE tier = 5;

-- Weights and rules: the engine's lint, by group.
UPDATE node SET spec = spec || '{"weight": 0.6}' WHERE node = 2 AND group_id = 2;
SELECT is(pg_temp.said(1, 'weight_sum'), 'live: /: weights sum to 0.9, not to 1', 'weights of a group sum to 1 (S0.05, S3.01)');
UPDATE node SET spec = spec || '{"weight": 0.7}' WHERE node = 2 AND group_id = 2;
UPDATE node SET spec = '{"rule": "threshold", "item": 2, "weight": 0.7}' WHERE node = 2 AND group_id IS NULL;
SELECT is(pg_temp.said(1, 'no_rubric'), 'econ: invalid rubric: /2: "target" is required', 'a rule without what it needs');
UPDATE node SET spec = '{"rule": "given", "item": 2, "weight": 0.7, "min": 0, "max": 100}' WHERE node = 2 AND group_id IS NULL;
UPDATE node SET spec = spec - 'rule' WHERE node IN (1, 91);
SELECT is(pg_temp.said(1, 'no_rule'), 'node 1 has no rule', 'a node without a rule; a limit need not say that it is one');
UPDATE node SET spec = spec || '{"rule": "given"}' WHERE node = 1;
UPDATE node SET part = 'base' WHERE node = 1;
SELECT is(pg_temp.said(1, 'part_twice'), 'nodes 1, 2 are all the part "base"', 'a part is one node');
UPDATE node SET part = 'coefficient' WHERE node = 1;
SELECT is(pg_temp.findings(1), 'error part_coefficient', 'the coefficient is one');
UPDATE node SET part = NULL WHERE node = 1;
INSERT INTO node VALUES (1, 3, 5, 0, 3, NULL, NULL, '{"rule": "given", "item": 1}');
SELECT is(pg_temp.findings(1), 'error foreign_group', 'groups are of the scheme''s grouping');
DELETE FROM node WHERE group_id = 3;

-- Indicators: their life, duties, tags, rights.
SELECT is(pg_temp.said(1, 'no_duty'), '', 'common indicators and the negative list measure no duty');
DELETE FROM indicator_duty WHERE item = 3;
SELECT is(pg_temp.said(1, 'no_duty'), 'live: indicator 3 PRJ measures no duty', 'indicator without a duty (S0.06)');
SELECT is(pg_temp.said(1, 'unmeasured_duty'), 'econ: no indicator measures these duties: D2 2', 'duty without an indicator (S0.06, S3.27)');
INSERT INTO indicator_duty VALUES (2, 2), (3, 2);
SELECT is(pg_temp.said(1, 'unmeasured_duty'), '', 'a duty that is measured');
INSERT INTO forbidden_tag VALUES ('growth', 'no incentive to add bodies, 《机构编制管理评估办法(试行)》');
INSERT INTO indicator_tag VALUES (2, 'growth');
SELECT is(pg_temp.said(1, 'forbidden_tag'), 'econ: indicator 2 INV has the forbidden tag "growth"', 'forbidden tags (S3.27)');
DELETE FROM indicator_tag WHERE tag = 'growth';
UPDATE indicator SET state = 'retired' WHERE item = 1;
SELECT is(pg_temp.said(1, 'idle_indicator'), 'indicator 1 POL is retired', 'entry and exit of indicators (S2.18)');
UPDATE indicator SET state = 'proposed' WHERE item = 1;
SELECT is(pg_temp.findings(1), 'error idle_indicator', 'a proposed one is not in yet');
UPDATE indicator SET state = 'active' WHERE item = 1;
UPDATE node SET spec = spec || '{"item": 4}' WHERE node = 1;
SELECT is(pg_temp.said(1, 'unknown_item'), 'item 4 is no indicator', 'items are indicators');
UPDATE node SET spec = spec || '{"item": 1}' WHERE node = 1;
DELETE FROM posting_right;
SELECT is(pg_temp.findings(1), 'warning no_right', 'events that nobody may post');
INSERT INTO posting_right VALUES (11, 93), (11, 92);
SELECT is(pg_temp.said(1, 'foreign_right'), 'an office that does not own it may post negative-list item 11 ACC: HR', 'the negative list is its owner''s (S4.04)');
DELETE FROM posting_right WHERE office_id = 92;

-- Limits of the version: how many indicators, how much in common.
UPDATE scheme_version SET max_indicators = 2;
SELECT is(pg_temp.said(1, 'indicator_count'), '3 indicators, and at most 2 are allowed', 'indicator count (S2.05)');
UPDATE scheme_version SET max_indicators = 3, common_limit = 0.25;
SELECT is(pg_temp.said(1, 'common_share'), 'common indicators have 30 % of the weight, and at most 25 % are allowed', 'common share (S2.03, S2.05)');
UPDATE scheme_version SET common_limit = 0.3;
SELECT is(pg_temp.findings(1), '', 'exactly at the limit is allowed');

-- Weight profiles by class of function.
INSERT INTO weight_profile VALUES (1, 'economic', 1, 0.2), (1, 'economic', 2, 0.8), (1, 'economic', 77, 0.8);
SELECT is(pg_temp.findings(1), 'warning idle_profile', 'a profile that no group has');
INSERT INTO group_profile VALUES (1, 1, 'economic'), (1, 2, 'window');
SELECT is(pg_temp.findings(1), 'error no_profile, error profile_node', 'a profile without weights, one for a node that is not there');
DELETE FROM weight_profile WHERE node = 77;
DELETE FROM group_profile WHERE group_id = 2;
SELECT is(pg_temp.findings(1), '', 'weights by class of function');
SELECT is((SELECT array_agg(score('{"1": 50, "2": 100, "3": 100}'::scorecard, draft_rubric(1, g)) ORDER BY g) FROM generate_series(1, 2) AS g),
	'{90,85}', 'each group its own indicators and weights (S0.05, S2.07)');

UPDATE scheme_version SET period_kinds = '{}';
SELECT is(pg_temp.findings(1), 'error no_kinds', 'a version assesses some kind of period');
UPDATE scheme_version SET period_kinds = '{year,quarter}';

-- Review.
UPDATE scheme_version SET quorum = 2;
INSERT INTO version_reviewer VALUES (1, 91);
SELECT is(pg_temp.findings(1), 'error quorum', 'a quorum of more offices than are named');
INSERT INTO version_reviewer VALUES (1, 92), (1, 93);
SELECT throws_ok('CALL seal_version(1)', '55000', 'version 1 of scheme "city" has not been reviewed', 'with a quorum sealing needs a review');
SELECT throws_ok($$CALL review_version(1, 'D1', 'agree')$$, '42501', '''D1'' does not review version 1 of scheme "city"', 'by the offices that are named');
SELECT throws_ok($$CALL review_version(1, 'HR', 'yes')$$, '22023', 'a decision cannot be ''yes''', 'who agree or object');
CALL review_version(1, 'ORG', 'agree');
CALL review_version(1, 'HR', 'object', 'weight of investment');
CALL review_version(1, 'SAFE', 'agree');
SELECT is((SELECT ROW(state, agreed, objected)::text FROM version_status WHERE version_id = 1), '(draft,2,1)', 'an objection holds it up, whatever the quorum');
CALL review_version(1, 'HR', 'agree');
SELECT is((SELECT ROW(state, agreed, objected)::text FROM version_status WHERE version_id = 1), '(reviewed,3,0)', 'the last word counts: reviewed (S3.23)');
SELECT throws_ok('UPDATE node SET spec = spec WHERE node = 1', '55000', 'version 1 of scheme "city" is reviewed: its node cannot be changed', 'what was reviewed is not edited');
SELECT throws_ok('UPDATE scheme_version SET round_digits = 1', '55000', 'version 1 of scheme "city" is reviewed: its scheme_version cannot be changed', 'nor are its settings');
CALL return_to_draft(1);
UPDATE scheme_version SET note = 'first';
CALL review_version(1, 'ORG', 'agree');
SELECT is((SELECT ROW(state, agreed, objected)::text FROM version_status WHERE version_id = 1), '(draft,1,0)', 'after an edit what was agreed before is void');
SELECT throws_ok($$UPDATE scheme_version SET state = 'reviewed'$$, '55000', 'version 1 of scheme "city" has not been agreed to', 'not reviewed by hand');
CALL review_version(1, 'HR', 'agree');
SELECT is((SELECT state FROM scheme_version), 'reviewed', 'the quorum is enough');
CALL review_version(1, 'SAFE', 'object');
SELECT is((SELECT state FROM scheme_version), 'draft', 'an objection brings a reviewed version back');
CALL review_version(1, 'SAFE', 'agree');

-- Sealed.
SELECT throws_ok($$UPDATE scheme_version SET state = 'sealed', sealed_at = now(), document = '{}', hash = 'x'$$, '55000',
	'version 1 of scheme "city" is not sealed by hand', 'not sealed by hand');
CALL seal_version(1);
SELECT throws_ok('CALL seal_version(1)', '55000', 'version 1 of scheme "city" is sealed already', 'sealed once');
SELECT is((SELECT count(*)::integer FROM group_rubric), 2, 'one rubric for each group');
SELECT ok(bool_and(hash = encode(sha256(convert_to(document, 'UTF8')), 'hex') AND compiled::text = document), 'with the hash of its document') FROM group_rubric;
SELECT is(hash, encode(sha256(convert_to(document || (SELECT string_agg(E'\n' || g.code || ' ' || r.hash, '' ORDER BY g.code)
	FROM group_rubric AS r JOIN subject_group AS g USING (group_id)), 'UTF8')), 'hex'), 'the version''s hash covers document and rubrics') FROM scheme_version;
SELECT is(document::jsonb, export_scheme('city', 1), 'a sealed version is exported as it was sealed') FROM scheme_version;
SELECT is((SELECT array_agg(no_events::text) FROM group_rubric), ARRAY['{"11": 0}', '{"11": 0}'], 'no event is 0 events');
SELECT is((SELECT count(*)::integer FROM version_finding), (SELECT count(*)::integer FROM version_lint(1)), 'warnings are kept');

-- Equal scores, 84 each: the tie chain looks at node 2 first, then at node 1.
INSERT INTO reading (subject_id, period_id, item, value) VALUES (1, 2025000, 1, 60), (1, 2025000, 2, 90), (2, 2025000, 1, 100), (2, 2025000, 2, 80);
SELECT is((SELECT string_agg(subject || ' ' || score || ' ' || rank, ', ' ORDER BY subject) FROM standing WHERE period_id = 2025000 AND group_code = 'econ'),
	'D1 84 1, D2 84 2', 'the tie chain decides between equal scores');
SELECT is((SELECT string_agg(subject || ' ' || score || ' ' || rank, ', ' ORDER BY subject) FROM standing_as_of(NULL, now(), 2025000) WHERE group_code = 'econ'),
	'D1 84 1, D2 84 2', 'in standings as of a day as well');

-- Nobody changes it, the owner included.
SELECT throws_ok(format('UPDATE %I SET version_id = version_id', t), '55000', NULL, 'sealed: no UPDATE of ' || t)
FROM unnest('{scheme_version,node,weight_profile,group_profile,tier,version_reviewer,version_review}'::text[]) AS t;
SELECT throws_ok(format('TRUNCATE %I CASCADE', t), '55000', format('table %s holds rows of sealed or reviewed versions', t), 'sealed: no TRUNCATE of ' || t)
FROM unnest('{node,weight_profile,group_profile,tier,rater_role,version_part,version_finding}'::text[]) AS t;
SELECT throws_ok('DELETE FROM node WHERE node = 91', '55000', 'version 1 of scheme "city" is sealed: its node cannot be changed', 'no DELETE');
SELECT throws_ok($$INSERT INTO rater_role VALUES (1, 'x', 'y', 1)$$, '55000', NULL, 'no INSERT of raters');
SELECT throws_ok($$INSERT INTO version_finding VALUES (1, 99, 'warning', NULL, NULL, 'x', 'y')$$, '55000', NULL, 'no INSERT of findings');
SELECT throws_ok('UPDATE group_rubric SET hash = document', '55000', NULL, 'no UPDATE of rubrics');
SELECT throws_ok('UPDATE group_rubric SET compiled = (SELECT compiled FROM group_rubric WHERE group_id = 2) WHERE group_id = 1', '55000', NULL, 'a compiled rubric is its document');
SELECT throws_ok($$UPDATE indicator SET roll_up = 'sum' WHERE item = 1$$, '55000', NULL, 'nor how its indicators roll up');
SELECT lives_ok($$UPDATE indicator SET state = 'retired' WHERE item = 1$$, 'an indicator can be retired');
SELECT throws_ok('UPDATE scheme SET grouping_id = 2', '55000', NULL, 'nor the scheme''s grouping');

SELECT throws_ok($$UPDATE subject_group SET code = 'x' WHERE group_id = 1$$, '55000', NULL, 'nor what its groups are called');
SELECT is((SELECT count(*)::integer FROM verify_schemes()), 0, 'all is as it was sealed');

-- Compiled forms can be made again.
UPDATE indicator SET state = 'active' WHERE item = 1;
ALTER TABLE group_rubric DISABLE TRIGGER guard;
UPDATE group_rubric SET compiled = NULL, no_events = NULL;
ALTER TABLE group_rubric ENABLE TRIGGER guard;
CALL recompile_rubrics();
SELECT ok(bool_and(compiled::text = document AND no_events::text = '{"11": 0}'), 'recompile_rubrics fills what was lost') FROM group_rubric;


-- What is done past the guards is found.
BEGIN;
ALTER TABLE node DISABLE TRIGGER guard;
ALTER TABLE group_rubric DISABLE TRIGGER guard;
UPDATE node SET spec = spec || '{"weight": 0.4}' WHERE version_id = 1 AND node = 1;
UPDATE group_rubric SET document = replace(document, '0.7', '0.6') WHERE group_id = 2;
SELECT is((SELECT string_agg(place || ': ' || message, E'\n' ORDER BY place) FROM verify_schemes()),
	E'/nodes: the rows are not those that were sealed\n/rubrics/live: the hash is not that of the rubric', 'verify_schemes says where');
ROLLBACK;

-- The next version.
SELECT throws_ok($$CALL new_version('town')$$, 'P0002', 'there is no scheme ''town''', 'a scheme that is not there');
SELECT throws_ok($$CALL new_version('city', 7)$$, 'P0002', 'scheme ''city'' has no version 7', 'a version that is not there');
SELECT throws_ok($$CALL new_version('city')$$, '22004', NULL, 'a version without a date');
CALL new_version('city', 1, '2026-01-01') \gset
SELECT is((SELECT ROW(number, state, based_on, quorum, in_force_from)::text FROM version_status WHERE version_id = find_version('city')),
	'(2,draft,1,2,2026-01-01)', 'a new version keeps its lineage');
SELECT is(export_scheme('city', 2) #- '{settings,in_force_from}' #- '{settings,note}', export_scheme('city', 1) #- '{settings,in_force_from}' #- '{settings,note}',
	'and has all that the other has');
SELECT lives_ok('UPDATE node SET spec = spec || ''{"label": "x"}'' WHERE version_id = 2', 'and can be edited');
SELECT is(pg_temp.said(2, 'replaces'), '', 'from a later day on');
UPDATE scheme_version SET in_force_from = '2025-01-01' WHERE version_id = 2;
SELECT is(pg_temp.said(2, 'replaces'), 'version 1, in force from 2025-01-01, no more assesses any period of the same kinds', 'one that replaces the old one altogether is noticed');
SELECT throws_ok('CALL discard_version(1)', '55000', NULL, 'a sealed version cannot be discarded');
SELECT is(pg_temp.findings(77), 'error no_version', 'no version is not one without findings');
SELECT throws_ok('SELECT * FROM version_diff(1, 77)', 'P0002', 'there is no version_id 77', 'nor one to compare with');
CALL discard_version(2);
SELECT is((SELECT max(number) FROM scheme_version), 1, 'a draft can');

SELECT * FROM finish();
SET search_path = public;
CALL perfeval.drop_workspace('方案 "it''s" 50%', '方案 "it''s" 50%');
