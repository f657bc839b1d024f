# A role without any privilege can call everything, and use every operator and cast.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Test::More;

# name/number of arguments, operator or cast => a call and its answer
my $marks = 'FROM (VALUES (90, 4), (80, 4), (70, 2)) v(x, w)';
my $experts = 'FROM (VALUES (80, 70), (90, 80), (100, 90)) v(d, a)';
my $cards = q[FROM (VALUES ('{"1": 3}'::scorecard, '2025-01-01'::timestamptz), ('{"1": 2}', '2025-02-01')) v(card, at)];
my $rubric = '{"rubric": 1, "root": {"rule": "weighted_mean", "children": [{"rule": "given", "item": 1, "weight": 2}, {"rule": "given", "item": 2}]}}';
my $canonical = '{"rubric": 1, "root": {"node": 0, "rule": "weighted_mean", "children": [{"node": 1, "rule": "given", "weight": 2, "item": 1}, {"node": 2, "rule": "given", "item": 2}]}}';
my %call = (
	'weighted_score/2' => ["trim_scale(weighted_score(x, w)) $marks", '82'],
	'weighted_score/3' => ["trim_scale(weighted_score(x, w, 'zero')) $marks", '82'],
	'weighted_score_state/2' => ["weighted_score_state(x, w)::text $marks", '(renormalize,820,10,)'],
	'weighted_score_state/3' => ["weighted_score_state(x, w, 'zero')::text $marks", '(zero,820,10,)'],
	'weighted_score_merge/1' => ["trim_scale(weighted_score_merge(s)) FROM (SELECT weighted_score_state(x, w) $marks) t(s)", '82'],
	'trimmed_mean/1' => ["trimmed_mean(x) $marks", '80'],
	'trimmed_mean/2' => ["trimmed_mean(x, 0) $marks", '80'],
	'trimmed_mean_state/1' => ["trimmed_mean_state(x)::text IS NOT NULL $marks", 't'],
	'trimmed_mean_state/2' => ["trimmed_mean_state(x, 0)::text IS NOT NULL $marks", 't'],
	'trimmed_mean_merge/1' => ["trimmed_mean_merge(s) FROM (SELECT trimmed_mean_state(x) $marks) t(s)", '80'],
	'recognition_coefficient/4' => ["recognition_coefficient(d, a, 0, 1) $experts", '0.85'],
	'recognition_coefficient/5' => ["recognition_coefficient(d, a, 0, 1, 1) $experts", '0.85'],
	'recognition_coefficient/6' => ["recognition_coefficient(d, a, 0, 1, 1, 1) $experts", '0.9'],
	'recognition_coefficient_state/4' => ["recognition_coefficient_state(d, a, 0, 1)::text IS NOT NULL $experts", 't'],
	'recognition_coefficient_state/5' => ["recognition_coefficient_state(d, a, 0, 1, 1)::text IS NOT NULL $experts", 't'],
	'recognition_coefficient_state/6' => ["recognition_coefficient_state(d, a, 0, 1, 1, 1)::text IS NOT NULL $experts", 't'],
	'recognition_coefficient_merge/1' => ["recognition_coefficient_merge(s) FROM (SELECT recognition_coefficient_state(d, a, 0, 1) $experts) t(s)", '0.85'],
	'rater_severity/5' => [q(string_agg(severity::int::text, ' ') FROM rater_severity('{1,2,2,3}', '{1,1,2,2}', '{90,80,70,90}')), '5 -5'],
	'rater_agreement/4' => [q(value FROM rater_agreement('{1,1,2,2,3,3}', '{1,2,1,2,1,2}', '{90,80,80,70,70,60}', 3) WHERE statistic = 'icc_a1'), '0.667'],
	'difficulty_adjust/3' => ['difficulty_adjust(96, 1.14, 100)', '100'],
	'score_threshold/8' => ['score_threshold(94.9, 95, 10, 2)', '9.8'],
	'score_proportional/5' => ['score_proportional(17, 20, 10)', '8.5'],
	'score_events/4' => ['score_events(1, 10, 5)', '5'],
	'score_bands/3' => [q(score_bands(75, '{60,80}', '{1,2,3}')), '2'],
	'score_interpolate/3' => [q(score_interpolate(26, '{24,36}', '{4,10}')), '5'],
	'tier_quota/5' => [q(tier_quota(10, '{0.2,0.7,0.1}')), '{2,7,1}'],
	'tier_carry/5' => [q(tier_carry(2, '{0.2,0.7,0.1}')), '{0.4,-0.6,0.2}'],
	'seat_quota/3' => [q(seat_quota(5, '{16,16,18}')), '{2,1,2}'],
	'allocate_amount/3' => [q(allocate_amount(100, '{1,1,1}')), '{33.34,33.33,33.33}'],
	'forced_distribution/6' => [qq(string_agg(t::text, ' ') FROM (SELECT forced_distribution(x, '{0.4,0.6}') OVER (ORDER BY x DESC) $marks) u(t)), '1 2 2'],
	'rank_by_score/1' => [qq(string_agg(t::text, ' ') FROM (SELECT rank_by_score(x) OVER (ORDER BY x DESC) $marks) u(t)), '1 2 3'],
	'tier_by_rule/2' => [qq(string_agg(t::text, ' ') FROM (SELECT tier_by_rule(x, (SELECT r FROM (SELECT '{0.4,0.6}'::numeric[] AS shares, 'expand' AS ties) AS r)) OVER (ORDER BY x DESC) $marks) u(t)), '1 2 2'],
	'place_by_rule/4' => [qq(string_agg(t::text, ' ') FROM (SELECT place_by_rule(x, (SELECT r FROM (SELECT '{0.4,0.6}'::numeric[] AS shares, 'expand' AS ties) AS r)) OVER (ORDER BY x DESC) $marks) u(t)), '{1,1,1,3,1,1} {2,2,1,3,2,2} {3,3,1,3,2,2}'],
	'tier_by_seats/3' => [qq(string_agg(t::text, ' ') FROM (SELECT tier_by_seats(x, '{1,2}') OVER (ORDER BY x DESC) $marks) u(t)), '1 2 2'],
	'settle_tier/8' => [qq(string_agg(t::text, ' ') FROM (SELECT settle_tier(x, 2, 3) OVER (ORDER BY x DESC) $marks) u(t)), '2 2 2'],
	'scorecard_agg/2' => ["scorecard_agg(x, w) $marks", '{"70": 2, "80": 4, "90": 4}'],
	'scorecard_agg/3' => ["scorecard_agg(x, w, 'error') $marks", '{"70": "error:2", "80": "error:4", "90": "error:4"}'],
	'scorecard_agg_state/2' => ["scorecard_agg_state(x, w)::text $marks", '{"70": 2, "80": 4, "90": 4}'],
	'scorecard_agg_state/3' => ["scorecard_agg_state(x, w, 'ok')::text $marks", '{"70": 2, "80": 4, "90": 4}'],
	'scorecard_agg_merge/1' => ["scorecard_agg_merge(s) FROM (SELECT scorecard_agg_state(x, w) $marks) t(s)", '{"70": 2, "80": 4, "90": 4}'],
	'scorecard_latest/5' => ["scorecard_latest(1, x, NULL, '2025-01-01', x) $marks", '{"1": 90}'],
	'scorecard_latest_state/5' => ["scorecard_latest_state(1, x, NULL, '2000-01-01 UTC', x)::text $marks", '({0},{90},{"1": 90})'],
	'scorecard_latest_merge/1' => ["scorecard_latest_merge(s) FROM (SELECT scorecard_latest_state(1, x, NULL, '2025-01-01', x) $marks) t(s)", '{"1": 90}'],
	'scorecard/1' => [q(scorecard('{"2": 1.50, "1": "exempt"}'::jsonb)), '{"1": "exempt", "2": 1.5}'],
	'jsonb/1' => [q(jsonb('{"2": 1.50, "1": "exempt"}'::scorecard)), '{"1": "exempt", "2": 1.5}'],
	'scorecard_value/2' => [q(scorecard_value('{"2": 1.50}', 2)), '1.5'],
	'scorecard_status/2' => [q(scorecard_status('{"2": 1.50}', 2)), 'ok'],
	'item_count/1' => [q(item_count('{"2": 1.50}')), '1'],
	'items/1' => [q(items('{"2": 1.50}')), '(2,1.5,ok,)'],
	'scorecard_merge/2' => [q(scorecard_merge('{"1": 1, "2": 2}', '{"2": 3}')), '{"1": 1, "2": 3}'],
	'scorecard_pick/2' => [q(scorecard_pick('{"1": 1, "2": 2}', '{2,3}')), '{"2": 2}'],
	'coverage/2' => [q(coverage('{"1": 1, "2": "exempt"}', '{1,2,3}')), '0.5'],
	'scorecard_sum/1' => ["scorecard_sum(card) $cards", '{"1": 5}'],
	'scorecard_mean/3' => ["scorecard_mean(card, 0, 'half_even') $cards", '{"1": 2}'],
	'scorecard_min/1' => ["scorecard_min(card) $cards", '{"1": 2}'],
	'scorecard_max/1' => ["scorecard_max(card) $cards", '{"1": 3}'],
	'scorecard_last/2' => ["scorecard_last(card, at) $cards", '{"1": 2}'],
	'scorecard_sum_state/1' => ["scorecard_sum_state(card)::text IS NOT NULL $cards", 't'],
	'scorecard_mean_state/3' => ["scorecard_mean_state(card, 0, 'half_even')::text IS NOT NULL $cards", 't'],
	'scorecard_min_state/1' => ["scorecard_min_state(card)::text IS NOT NULL $cards", 't'],
	'scorecard_max_state/1' => ["scorecard_max_state(card)::text IS NOT NULL $cards", 't'],
	'scorecard_last_state/2' => ["scorecard_last_state(card, at)::text IS NOT NULL $cards", 't'],
	'scorecard_sum_merge/1' => ["scorecard_sum_merge(s) FROM (SELECT scorecard_sum_state(card) $cards) t(s)", '{"1": 5}'],
	'scorecard_mean_merge/1' => ["scorecard_mean_merge(s) FROM (SELECT scorecard_mean_state(card, 1, 'floor') $cards) t(s)", '{"1": 2.5}'],
	'scorecard_min_merge/1' => ["scorecard_min_merge(s) FROM (SELECT scorecard_min_state(card) $cards) t(s)", '{"1": 2}'],
	'scorecard_max_merge/1' => ["scorecard_max_merge(s) FROM (SELECT scorecard_max_state(card) $cards) t(s)", '{"1": 3}'],
	'scorecard_last_merge/1' => ["scorecard_last_merge(s) FROM (SELECT scorecard_last_state(card, at) $cards) t(s)", '{"1": 2}'],
	'scorecard -> integer' => [q('{"2": 1.50}'::scorecard -> 2), '1.5'],
	'scorecard || scorecard' => [q('{"1": 1, "2": 2}'::scorecard || '{"2": 3}'), '{"1": 1, "2": 3}'],
	'scorecard = scorecard' => [q('{"1": 1.5}'::scorecard = '{"1": 1.50}'), 't'],
	'scorecard <> scorecard' => [q('{"1": 1.5}'::scorecard <> '{"1": 1.50}'), 'f'],
	(map { ("scorecard $_ scorecard" => [qq('{"1": 1.5}'::scorecard $_ '{"1": 1.50}'), /=/ ? 't' : 'f']) } qw(< <= > >=)),
	'scorecard to jsonb' => [q('{"2": 1.50}'::scorecard::jsonb), '{"2": 1.5}'],
	'jsonb to scorecard' => [q('{"2": 1.50}'::jsonb::scorecard), '{"2": 1.5}'],
	'rubric/1' => [qq(rubric('$rubric'::jsonb)), $canonical],
	'score/1' => [q(score('{"0": 81, "1": 90}')), '81'],
	'score/2' => [qq(score('{"1": 90, "2": 60}', '$rubric')), '80'],
	'evaluate/2' => [qq(evaluate('{"1": 90, "2": 60}', '$rubric')), '{"0": 80, "1": 90, "2": 60}'],
	'evaluate_brief/2' => [qq(evaluate_brief('{"1": 90, "2": 60}', '$rubric')), '{"0": 80}'],
	'rank_basis/1' => [q(rank_basis('{"0": 81, "2000000000": 80.5}')), '80.5'],
	'rank_basis/2' => [qq(rank_basis('{"1": 90, "2": 60}', '$rubric')), '80'],
	'flags/1' => [q(flags('{"0": 0, "1040000003": 1}')), '(3,zero_score,1,"the score is 0")'],
	'tier_cap/1' => [q(tier_cap('{"0": 90, "1030000009": 3}')), '3'],
	'eligible/1' => [q(eligible('{"0": 90, "1050000009": 1}')), 'f'],
	'rubric_items/1' => [qq(rubric_items('$rubric')), '{1,2}'],
	'explain/2' => [qq(sum(points) FROM explain('{"1": 90, "2": 60}', '$rubric')), '80'],
	'lint/1' => [qq(count(*) > 0 FROM lint('$rubric')), 't'],
	'reweight/3' => [qq(score('{"1": 90, "2": 60}', reweight('$rubric', 1, 1))), '75'],
	'with_parameters/2' => [qq(with_parameters('$rubric', '{}')), $canonical],
	'compile_rubric/1' => [qq(compile_rubric(spec) FROM rubric_rows('$rubric')), $canonical],
	'rubric_rows/1' => [qq(count(*) FROM rubric_rows('$rubric')), '4'],
	'rubric_diff/2' => [qq(rubric_diff('$rubric', reweight('$rubric', 1, 1))), '(1,/1,changed,weight,2,1)'],
	'rubric = rubric' => [qq('$rubric'::rubric = '$canonical'), 't'],
	'rubric <> rubric' => [qq('$rubric'::rubric <> '$canonical'), 'f'],
	'rubric to jsonb' => [qq('$rubric'::rubric::jsonb -> 'root' -> 'rule'), '"weighted_mean"'],
	'jsonb to rubric' => [qq('$rubric'::jsonb::rubric), $canonical],
	'workspaces/0' => ['count(*) FROM workspaces()', '0'],
	'all_standings/2' => ['count(*) FROM all_standings()', '0'],
	'workspace_files/1' => [q(body LIKE '%"it''s"%' FROM workspace_files('it''s') WHERE file LIKE '00%'), 't'],
	# they may be called, and then the database or the schema refuses
	'create_workspace/3' => [q(has_function_privilege('create_workspace(text, text, text)', 'EXECUTE')), 't'],
	'upgrade_workspace/1' => [q(has_function_privilege('upgrade_workspace(text)', 'EXECUTE')), 't'],
	'drop_workspace/3' => [q(has_function_privilege('drop_workspace(text, text, boolean)', 'EXECUTE')), 't'],
	'prededuct_refund/4' => ['prededuct_refund(2, 1)', '1.6'],
	'prededuct_refund/7' => [q(prededuct_refund(2, 1, 'full', 0.80, '2025-11-30', '2026-02-28')), '1.6'],
);

my $database = new_database('perfeval_roles');
my $role = 'perfeval_nobody';
query($database, <<"SQL");
CREATE EXTENSION perfeval;
DROP ROLE IF EXISTS $role;
CREATE ROLE $role NOLOGIN;
REVOKE ALL ON DATABASE $database FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL

my $public = query($database, <<'SQL');
SELECT DISTINCT proname || '/' || pronargs FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e'
JOIN pg_extension e ON e.oid = refobjid AND extname = 'perfeval'
WHERE p.oid NOT IN (SELECT unnest(ARRAY[aggtransfn, aggcombinefn, aggfinalfn, aggmtransfn, aggminvtransfn, aggmfinalfn]) FROM pg_aggregate)
AND p.oid NOT IN (SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend]) FROM pg_type)
AND p.oid NOT IN (SELECT oprcode FROM pg_operator WHERE oprresult = 'boolean'::regtype) AND p.oid NOT IN (SELECT amproc FROM pg_amproc);
SET search_path = perfeval, pg_catalog;
SELECT format('%s %s %s', oprleft::regtype, oprname, oprright::regtype) FROM pg_operator o JOIN pg_depend d ON d.classid = 'pg_operator'::regclass AND objid = o.oid AND deptype = 'e'
JOIN pg_extension e ON e.oid = refobjid AND extname = 'perfeval';
SELECT format('%s to %s', castsource::regtype, casttarget::regtype) FROM pg_cast c JOIN pg_depend d ON d.classid = 'pg_cast'::regclass AND objid = c.oid AND deptype = 'e'
JOIN pg_extension e ON e.oid = refobjid AND extname = 'perfeval';
SQL
is_deeply([ sort split /\n/, $public ], [ sort keys %call ], 'every function, operator and cast is called');

for (sort keys %call)
{
	my ($call, $answer) = @{ $call{$_} };
	my (undef, $got, $said) = psql($database, "SET SESSION AUTHORIZATION $role;\nSET search_path = perfeval;\nSELECT $call;");
	is($got, "$answer\n", $_) or diag $said;
}
my (undef, undef, $refused) = psql($database, "SET SESSION AUTHORIZATION $role;\nCALL perfeval.create_workspace('mine');");
like($refused, qr/permission denied for database/, 'who may not make a schema may not make a workspace');
is(query($database, "SELECT has_schema_privilege('$role', 'perfeval', 'CREATE')"), 'f', 'but nobody may add to the schema');
query($database, "DROP ROLE $role;");
done_testing();
