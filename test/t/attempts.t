# Attacks and mistakes: each fails as it should, shows nothing of others, and changes nothing. All of them log in with roles
# of their own; the workspace, the roles and what is in them have names that are hard to quote.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Test::More;

my $database = 'perfeval_attempts';
my $name = q(试 "it's" 50%);
(my $literal = "'$name'") =~ s/(?<=.)'(?=.)/''/g;
(my $schema = $name) =~ s/"/""/g;
$schema = "\"$schema\"";
my $prefix = 'perfeval_try';
my %role = map { $_ => qq($prefix "$_" 50%'s) } qw(owner operator auditor viewer unit peer small supervising rater office stranger login);
sub quoted { my ($text) = @_; $text =~ s/"/""/g; return "\"$text\""; }
sub constant { my ($text) = @_; $text =~ s/'/''/g; return "'$text'"; }
my %q = map { $_ => quoted($role{$_}) } keys %role;
my %c = map { $_ => constant($role{$_}) } keys %role;

# ---- a workspace with something to find

sub cleanup
{
	query('postgres', "DROP DATABASE IF EXISTS $database;");
	query('postgres', "SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE '${prefix} %' \\gexec");
}
cleanup();
my ($status) = psql('postgres', "CREATE ROLE \"$prefix x\" LOGIN;");
($status) = psql('postgres', 'SELECT 1;', '-U', "$prefix x", '-v', 'ON_ERROR_STOP=1');
plan skip_all => 'the server does not let other roles log in without a password' if $status;
new_database($database);
query('postgres', join "\n", map { "CREATE ROLE $_ LOGIN;" } values %q);
# Whoever attacks may make schemas and objects of its own: that is the worst case.
query($database, "CREATE EXTENSION perfeval; GRANT ALL ON DATABASE $database TO PUBLIC; GRANT ALL ON SCHEMA public TO PUBLIC;
	ALTER ROLE $q{login} NOINHERIT; GRANT $q{unit}, $q{peer} TO $q{login};");

# Runs a script as a role; gives output and errors, with their codes.
sub as
{
	my ($who, $sql) = @_;
	my (undef, $text, $said) = psql($database, "\\set VERBOSITY verbose\nSET search_path = $schema, perfeval, public;\n$sql", '-U', $role{$who});
	return ($text, $said);
}
sub must { my ($who, $sql) = @_; my ($text, $said) = as($who, $sql); die "as $who: $said" if $said =~ /ERROR/; chomp $text; return $text; }

# What is known of others has SECRET in it, or begins with 31.4; a rater's name, RATER; what a planted function says, PLANTED.
must('owner', "CALL perfeval.create_workspace($literal, time_zone => 'Asia/Shanghai');\n" . <<'SQL');
CALL add_year(2025, 'month');
CALL add_subject('GOV', 'Government', '政府', 'department');
CALL add_subject('OFF', 'Office', '考核办', 'department', 'GOV');
CALL add_subject('OTHER', 'Other office', '其他', 'department', 'GOV');
CALL add_subject('BUREAU', 'Bureau', '局', 'department');
CALL add_subject('P1', 'RATER one', '评一', 'person');
CALL add_subject('P2', 'RATER two', '评二', 'person');
CALL add_subject('P3', 'RATER three', '评三', 'person');
CALL add_subject('P4', 'RATER four', '评四', 'person');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'g', 'Groups');
INSERT INTO subject_group (group_id, grouping_id, code, label) VALUES (1, 1, 'a', 'Group A'), (2, 1, 'b', 'Group B');
INSERT INTO subject (subject_id, code, name, kind) SELECT i, 'S' || i, 'Subject ' || i, 'institution' FROM generate_series(101, 111) AS i;
INSERT INTO subject_state (subject_id, valid_from, supervising_id) SELECT i, '2020-01-01', CASE WHEN i IN (105, 106) THEN find_subject('BUREAU') END FROM generate_series(101, 111) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, CASE WHEN i < 109 THEN 1 ELSE 2 END FROM generate_series(101, 111) AS i;
CALL refresh_tree();
INSERT INTO indicator (item, code, name, name_zh, owner_id) VALUES (1, 'K1', 'Key one', '一', find_subject('OFF')), (2, 'K2', 'Key two', '二', find_subject('OTHER'));
INSERT INTO indicator (item, code, name, fact, owner_id, roll_up) VALUES (4, 'EVENT', 'Events', 'event', find_subject('OFF'), 'sum');
INSERT INTO indicator (item, code, name, fact, criterion, rater_role) VALUES (5, 'MARK', 'Marks', 'rating', 'quality', 'expert');
INSERT INTO indicator (item, code, name, fact, criterion, rater_role, min_raters) VALUES (6, 'CROWD', 'What many say', 'rating', 'candour', 'public', 3);
INSERT INTO posting_right VALUES (4, find_subject('OFF')), (4, find_subject('OTHER'));
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'city', 'City', 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, node, parent, position, spec) VALUES
	(1, 0, NULL, 1, '{"rule": "sum", "missing": "zero"}'), (1, 1, 0, 1, '{"rule": "weighted_mean", "missing": "renormalize"}'),
	(1, 2, 1, 1, '{"rule": "given", "item": 1, "weight": 0.4, "min": null, "max": null}'), (1, 3, 1, 2, '{"rule": "given", "item": 2, "weight": 0.4, "min": null, "max": null}'),
	(1, 4, 1, 3, '{"rule": "given", "item": 5, "weight": 0.2, "min": null, "max": null}'), (1, 6, 0, 2, '{"rule": "deductions", "cap_total": 10, "missing": "zero"}'),
	(1, 7, 6, 1, '{"rule": "given", "item": 4, "cap": 5, "min": 0, "max": null}');
INSERT INTO tier (version_id, tier, code, label, share, bound, preference) VALUES (1, 1, 'A', 'first', 0.5, 'exact', 1), (1, 2, 'B', 'second', 0.5, 'exact', 2);
CALL seal_version(1);
-- A year of the months' grades: A in January and March, and no open event of the first quarter.
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (2, 'year', 'Year', 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain, capped_seat)
VALUES (2, 1, '2025-01-01', '{year}', 'final', 2, 'half_up', 'unrounded', 'expand', '{}', 'kept');
INSERT INTO node (version_id, node, position, spec) VALUES (2, 0, 1, '{"rule": "given", "item": 1, "min": null, "max": null}');
INSERT INTO tier (version_id, tier, code, label, share, bound, preference) VALUES (2, 1, 'A', 'first', 0.5, 'exact', 1), (2, 2, 'B', 'second', 0.5, 'exact', 2);
INSERT INTO grade_rule (version_id, source_id, good, goods, periods_min, taken_by, taken_kind, taken_until) VALUES (2, 1, 'A', 2, 2, 4, 'quarter', 'decided');
CALL seal_version(2);
CALL new_version('city', 1, '2026-01-01');
INSERT INTO version_reviewer (version_id, office_id) SELECT max(version_id), find_subject('OFF') FROM scheme_version;
INSERT INTO reading (subject_id, period_id, item, value, evidence)
SELECT s, 2025020 + p, i, CASE WHEN s IN (101, 111) THEN 20 + i ELSE 31.4 + s * 0.0001 END, CASE WHEN s NOT IN (101, 111) THEN 'SECRET of S' || s END
FROM generate_series(101, 111) AS s, generate_series(1, 4) AS p, generate_series(1, 2) AS i;
CALL fold();
INSERT INTO reading (subject_id, period_id, item, value, evidence) SELECT s, 2025022, 1, 31.45, 'SECRET correction' FROM generate_series(102, 104) AS s;
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value, note)
SELECT s, 2025020 + p, 'quality', 'expert', find_subject('P' || r), CASE WHEN s IN (101, 111) THEN 20 ELSE 31.4 END, 'RATER''s SECRET' FROM generate_series(101, 111) AS s, generate_series(1, 4) AS p, generate_series(1, 2) AS r;
SELECT format('CALL rate(%L, %L, %L, %L, %s, %L)', s, 'candour', 'public', 'P' || r, CASE s WHEN 'S101' THEN 19 + r ELSE 31.4 + r END, '2025-04') FROM unnest('{S101,S102}'::text[]) AS s, generate_series(1, 3) AS r ORDER BY 1 \gexec
CALL release_ratings('2025-04') \gset
CALL assign_raters('{P2,P3,P4}', '{S101,S102}', 'quality', 'expert', period => '2025-04');
CALL assign_raters('{P1}', '{S103}', 'quality', 'expert', period => '2025-03');
CALL recuse_rater('P4', 'S102', 'SECRET kinship', '2025-04-01');
CREATE TABLE polls (subject text, item text, period text, n text, mean text, variance text);
INSERT INTO polls VALUES ('S101', '1', '2025-04', '9', '21', '1'), ('S102', '1', '2025-04', '9', '31.4', '1'), ('S102', '1', '2025-03', '9', '31.45', '1');
CALL load_survey('polls');
DROP TABLE polls;
CALL post_event('S102', 'EVENT', 'OFF', '2025-01-10', evidence => 'SECRET of the office', decision => 'valid', reference => 'case 1');
CALL post_event('S102', 'EVENT', 'OTHER', '2025-01-11', evidence => 'SECRET of the other');
CALL post_event('S101', 'EVENT', 'OFF', '2025-01-12', decision => 'valid');
-- What sources say of others, and do not agree on.
INSERT INTO source (code, label, kind, max_age) VALUES ('one', 'One source', 'platform', '1 day'), ('two', 'Another', 'platform', '1 day');
INSERT INTO reading (subject_id, period_id, item, value, source_id, evidence) SELECT s, 2025021, 1, 31.4 + n * 0.01, n, 'SECRET of a source' FROM generate_series(103, 104) AS s, generate_series(1, 2) AS n;
-- Experts whose names nobody is to know: of a draw that is on display, and of a hidden one.
CALL add_pool('experts', 'Experts');
CALL add_pool('hidden', 'Hidden experts');
INSERT INTO pool_member (pool_id, code, name, unit, region) SELECT find_pool('experts'), 'E' || n, 'RATER drawn ' || n, 'V' || n % 2, 'R1' FROM generate_series(1, 6) AS n;
INSERT INTO pool_member (pool_id, code, name, unit, region) SELECT find_pool('hidden'), 'SECRET-' || n, 'RATER hidden ' || n, 'SECRET unit', 'SECRET region' FROM generate_series(1, 6) AS n;
CALL open_draw('display', 'expert', 'experts', take => 2);
CALL open_draw('behind', 'expert', 'hidden', take => 2, target => 'SECRET target', target_region => 'SECRET place', hidden => true);
CALL recuse('display', 'E6', 'SECRET kin of somebody');
CALL recuse('behind', 'SECRET-6', 'SECRET kin of somebody');
CALL announce_source('display', 'lottery', clock_timestamp() + '1 second');
CALL announce_source('behind', 'lottery', clock_timestamp() + '1 second');
CALL commit_draw('display');
CALL commit_draw('behind');
SELECT pg_sleep(1.1);
CALL reveal_draw('display', 'display|lottery=7');
CALL reveal_draw('behind', 'behind|lottery=SECRET');
SELECT format('CALL replace_drawn(%L, %L, %L)', label, id, 'SECRET illness') FROM draw_result WHERE place = 1 ORDER BY 1 \gexec
-- What experts think of the goals of others.
INSERT INTO indicator (item, code, name, fact, criterion, rater_role) VALUES (11, 'HARD', 'Difficulty', 'rating', 'difficulty', 'expert'), (12, 'CLEAR', 'Precision', 'rating', 'precision', 'expert'),
	(20, 'RECOGNITION', 'Recognition', 'recognition', NULL, NULL);
INSERT INTO recognition_rule (item, difficulty_item, precision_item, difficulty_share, low, high, drop_each, min_experts) VALUES (20, 11, 12, 0.5, 0, 100, 0, 1);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (3, 'goals', 'Goals', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (30, 3, 1, '2025-01-01', '{half_year}', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, node, parent, part, spec) VALUES
	(30, 0, NULL, 'coefficient', '{"rule": "coefficient", "coefficient": {"item": 20}, "low": 0, "high": 100, "max_points": null, "otherwise": 1}'), (30, 1, 0, 'base', '{"rule": "constant", "points": 1}');
CALL seal_version(30);
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value, note)
SELECT s, 2025001, c, 'expert', find_subject('P1'), 31.4, 'RATER''s SECRET' FROM generate_series(102, 110) AS s, unnest('{difficulty,precision}'::text[]) AS c;
SELECT format('CALL assess(%L, %L)', 'city', code) FROM period WHERE period_id BETWEEN 2025021 AND 2025023 ORDER BY 1 \gexec
SELECT format('CALL publish(%s, 0)', run_id) FROM run WHERE period_id IN (2025021, 2025023) ORDER BY 1 \gexec
SELECT format('CALL adjust(%s, %L, %s, %L, %L)', run_id, 'S104', 31.4, 'SECRET reason', 'SECRET minutes') FROM run WHERE period_id = 2025021 \gexec
SELECT format('CALL raise_objection(%s, %L, %L)', run_id, 'S102', 'SECRET objection') FROM run WHERE period_id = 2025021 \gexec
SELECT format('CALL finalize(%s)', run_id) FROM run WHERE period_id = 2025023 \gexec
CALL apply_grades('year', '2025');
-- Seats, lots and grades of others, and why.
INSERT INTO quota_pool (scheme_id, group_id, pool, reason) VALUES (3, 2, 'SECRET pool', 'SECRET reason');
INSERT INTO merit_share (scheme_id, period_id, group_id, shares, reason) VALUES (3, 2025002, 2, '{0.6,0.4}', 'SECRET merit');
INSERT INTO group_seats (scheme_id, period_id, group_id, shares, reason) VALUES (3, 2025002, 2, '{0.6,0.4}', 'SECRET merit');
-- No run comes to it: verify_runs says so.
INSERT INTO quota_ledger (scheme_id, period_id, group_id, tier, final_run, scores, share, carried_in, seats, carried_out)
SELECT 3, 2025002, 2, 1, run_id, 3, 0.5, 31.4, 2, 31.4 FROM run WHERE period_id = 2025023;
INSERT INTO tie_lot (scheme_id, period_id, subject_id, lot, reason) VALUES (3, 2025002, 102, 1, 'SECRET lot');
CALL award_grade('S102', 'city', '2025-04', 1, 'SECRET grade');
INSERT INTO linkage_effect (subject_id, scheme_id, period_id, version_id, rule, effect, tier, department_id, grade_id, contribution, cause, applied_at)
SELECT 102, 3, 2025002, 30, 1, 'cap', 2, 102, grade_id, 31.4, 'SECRET cause', now() FROM department_grade;
SELECT format('CALL calibrate(%s, %L, 2, %L, %L, %L)', run_id, 'S103', 'SECRET view of the panel', 'RATER of the panel', 'SECRET minutes') FROM run WHERE period_id = 2025021 \gexec
ANALYZE reading, result, event, rating, card, objection, subject, act;
SQL
must('owner', "CALL grant_role($c{operator}, 'operator'); CALL grant_role($c{auditor}, 'auditor'); CALL grant_role($c{viewer}, 'viewer');
	CALL grant_role($c{unit}, 'unit', 'S101'); CALL grant_role($c{peer}, 'unit', 'S102'); CALL grant_role($c{small}, 'unit', 'S111');
	CALL grant_role($c{supervising}, 'supervising', 'BUREAU'); CALL grant_role($c{rater}, 'rater', 'P1'); CALL grant_role($c{office}, 'office', 'OFF');");
my %run = map { $_ => must('owner', "SELECT run_id FROM run WHERE period_id = 202502$_") } 1 .. 3;
my ($published, $draft, $final) = @run{1 .. 3};
my $next = must('owner', 'SELECT max(version_id) FROM scheme_version WHERE scheme_id = 1');
my $objection = must('owner', 'SELECT objection_id FROM objection');
my %event = map { split /\|/, $_ } split /\n/, must('owner', "SELECT s.code, event_id FROM event e JOIN subject s ON s.subject_id = e.office_id WHERE e.subject_id = 102");

# All that there is: rows, and what the catalogs say of the workspace.
my $tables = query($database, "SELECT string_agg(format('SELECT %L, md5(string_agg(x::text, E''\\n'' ORDER BY x::text COLLATE \"C\")) FROM %s AS x', relname, oid::regclass), ' UNION ALL ')
	FROM pg_class WHERE relnamespace = to_regnamespace(@{[constant($schema)]}) AND relkind IN ('r', 'p') AND NOT relispartition;");
sub fingerprint
{
	return query($database, "SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ($tables) AS t;
		SELECT md5(string_agg(concat_ws('|', oid, relname, relacl, relowner, relrowsecurity, relforcerowsecurity, reloptions, CASE WHEN relkind = 'v' THEN pg_get_viewdef(oid) END), ',' ORDER BY oid))
		FROM pg_class WHERE relnamespace = to_regnamespace(@{[constant($schema)]});
		SELECT md5(string_agg(concat_ws('|', oid, proname, proacl, prosrc, proowner), ',' ORDER BY oid)) FROM pg_proc WHERE pronamespace = to_regnamespace(@{[constant($schema)]});
		SELECT md5(string_agg(concat_ws('|', tgname, tgenabled), ',' ORDER BY t.oid)) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = to_regnamespace(@{[constant($schema)]});
		SELECT md5(string_agg(concat_ws('|', polname, pg_get_expr(polqual, polrelid)), ',' ORDER BY oid)) FROM pg_policy; SELECT nspacl FROM pg_namespace WHERE nspname = $literal;");
}
my $before = fingerprint();
my $attempts = 0;

# One attempt: the code of its error ('' for none), or what it shows.
sub attempt
{
	my ($what, $who, $code, $sql, %more) = @_;
	my ($text, $said) = as($who, $sql);
	my @wrong;
	my @codes = $said =~ /(?:ERROR|FATAL):  ([0-9A-Z]{5}):/g;
	my $last = $codes[-1] // '';
	push @wrong, "code '$last', not '$code'" if $code ne 'any' && $last ne $code;
	push @wrong, "an internal error: $said" if $said =~ /(?:ERROR|FATAL|PANIC):  XX/ || $said =~ /server closed the connection/;
	# What an attack says of its own is not what it found, nor is 31.4 seconds past a minute.
	(my $found = "$text\n$said") =~ s/^.*(?:STATEMENT|QUERY|LINE \d+):.*$//mg;
	push @wrong, "shows $&" if !$more{sees_all} && $found =~ /.*(?:SECRET|RATER|(?<!:)\b31\.4|PLANTED).*/;
	push @wrong, "shows '$text', not '$more{shows}'" if defined $more{shows} && $text ne $more{shows};
	my $after = fingerprint();
	push @wrong, 'changes something' if $after ne $before;
	$before = $after;
	$attempts++;
	ok(!@wrong, "$who: $what") or diag join "\n", @wrong, substr $said, 0, 1000;
	return;
}

# ---- reading what is not for one

for my $relation (qw(access_grant act run job fold_mark upgrade_step reading_tail reading_history reading_history_2025 decided_event counted_rating counting_fact
	rater_recusal rater_assignment rating_release survey_result recused_rater assigned_rater rater_due released_rating anonymous_rating release_change panel_reading
	participant fresh_reading participant_card participant_result participant_score participant_item beside_score ranked tiered role_grant result_now run_on_display run_rubric
	grade_effect linkage_effect linkage_application chained_row taken_good graded_period grade_count recognition_mark recognition_value sized_score expert_pool pool_member draw draw_member draw_source recusal draw_place draw_record_line))
{
	attempt("reads $relation", 'unit', '42501', "SELECT * FROM $relation;");
}
attempt('reads the salt of pseudonyms', $_, '42501', 'SELECT salt FROM run;') for qw(viewer auditor operator);
my $all = join "\n", map { "SELECT * FROM $_;" } split /\n/,
	must('owner', 'SELECT quote_ident(unnest(readable_relations())) EXCEPT SELECT unnest($${league_table,group_statistics,indicator_statistics}$$::text[])');
attempt('reads all there is', $_, '', $all) for qw(unit viewer);
attempt('reads all there is', $_, '', $all, sees_all => 1) for qw(operator auditor rater supervising office);
attempt('without a grant', 'stranger', '42501', "SELECT * FROM $schema.standing;");
attempt('without a grant calls a verb', 'stranger', '42501', "CALL $schema.finalize($published);");
attempt('without a grant sees the names of columns only', 'stranger', '42501', "SELECT $schema.sees_all();");

my $leak = q[CREATE FUNCTION pg_temp.leak(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE WARNING 'saw %', $1; RETURN true; END $$;];
for my $relation (qw(standing standing_part standing_line score_composition heatmap trend reading card result run_result result_line adjustment objection objection_status event_state event rating rating_state rating_reading panel_comparison panel_progress missing_rating survey_tracking
	rater_severity_now rater_monitor rater_agreement severity_status missing_reading perspective_score imputed_share audit_trail job_progress group_member month_grade year_grade
	adjusted_result final_result source_conflict source_freshness draw_status draw_result draw_ticket draw_line pool_now recognition_reading recognition_effect))
{
	attempt("plants a function in WHERE on $relation", 'unit', '', "$leak\nSELECT x::text FROM $relation AS x WHERE pg_temp.leak(x::text);");
}
attempt('plants a function in a join', 'unit', '', "$leak\nSELECT count(*) FROM standing AS s JOIN subject AS u ON pg_temp.leak(s.score::text || u.code) WHERE u.subject_id < 0;");
attempt('plants a function in ORDER BY, GROUP BY and HAVING', 'unit', '',
	"$leak\nSELECT max(score) FROM standing GROUP BY pg_temp.leak(score::text) HAVING pg_temp.leak(max(score)::text) ORDER BY pg_temp.leak(max(score)::text);");
attempt('plants a domain', 'unit', '', "CREATE FUNCTION pg_temp.says(text) RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN RAISE WARNING 'saw %', \$1; RETURN true; END \$\$;
	CREATE DOMAIN pg_temp.spy AS text CHECK (pg_temp.says(VALUE)); SELECT count(evidence::pg_temp.spy) FROM standing_line; SELECT count(evidence::pg_temp.spy) FROM reading;");
attempt('plants an operator', 'unit', '', "CREATE SCHEMA spy; CREATE FUNCTION spy.same(numeric, numeric) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS \$\$ BEGIN RAISE WARNING 'saw %', \$1; RETURN true; END \$\$;
	CREATE OPERATOR spy.= (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = spy.same); SET search_path = spy, pg_catalog;
	SELECT count(*) FROM $schema.standing WHERE score = 1.0; SELECT count(*) FROM $schema.reading WHERE value = 1.0; DROP SCHEMA spy CASCADE;");
attempt('divides by zero for a peer', 'unit', '', "SELECT count(1 / (CASE WHEN subject = 'S102' THEN 0 ELSE 1 END)) FROM standing; SELECT count(1 / (subject_id - 102)) FROM reading;");
attempt('asks an error for a value', 'unit', '22P02', "SELECT count(*) FROM standing WHERE (subject || ' ' || score::text)::integer > 0;");
attempt('asks an error for evidence', 'unit', '22P02', 'SELECT count(*) FROM reading WHERE evidence::integer > 0;');
attempt('explains', 'unit', '', 'EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM standing WHERE subject_id = 102; EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM reading WHERE value > 0;');
attempt('reads statistics', 'unit', '', "SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname = $literal AND tablename IN ('reading', 'reading_history_2025', 'result', 'event', 'rating', 'card', 'objection', 'act');");
attempt('reads the table of statistics', 'unit', '42501', 'SELECT * FROM pg_statistic;');
attempt('reads extended statistics', 'unit', '', "SELECT most_common_vals FROM pg_stats_ext WHERE schemaname = $literal;");
attempt('copies', 'unit', '', 'COPY reading TO STDOUT; COPY result TO STDOUT; COPY (SELECT * FROM standing) TO STDOUT;');
attempt('copies a partition', 'unit', '42501', 'COPY reading_history_2025 TO STDOUT;');
attempt('locks rows', 'unit', '42501', 'SELECT * FROM reading FOR UPDATE;');
attempt('shares rows', 'unit', '42501', 'SELECT * FROM result FOR KEY SHARE;');
attempt('samples', 'unit', '', 'SELECT * FROM result TABLESAMPLE SYSTEM (100); SELECT * FROM reading TABLESAMPLE BERNOULLI (100);');
attempt('goes by place on the disk', 'unit', '', q[SELECT * FROM result WHERE ctid = ANY (ARRAY(SELECT format('(0,%s)', n)::tid FROM generate_series(1, 50) AS n));]);
attempt('turns row security off', 'unit', '42501', 'SET row_security = off; SELECT * FROM reading;');
attempt('refers to results with a foreign key', 'unit', '42501', "CREATE TABLE public.guess (subject_id bigint, run_id integer, FOREIGN KEY (subject_id, run_id) REFERENCES result);");
attempt('exports as XML', 'unit', 'any', "SELECT query_to_xml('SELECT * FROM result', true, false, '')");
attempt('looks for raters', 'unit', '', "SELECT * FROM rating; SELECT * FROM rating_state; SELECT * FROM subject WHERE kind = 'person'; SELECT source, recorded_by, note FROM standing_line WHERE item = 5; SELECT source, recorded_by, note FROM result_line WHERE item = 5;");
attempt('sees the marks of others', 'rater', '', "SELECT DISTINCT rater_id = find_subject('P1') FROM rating;", shows => "t\n", sees_all => 1);
attempt('sees nothing but marks', 'rater', '', 'SELECT * FROM standing; SELECT * FROM reading; SELECT * FROM run_result; SELECT * FROM result_line;', shows => '');
attempt('looks at a draft run', 'unit', '', "SELECT * FROM run_result WHERE run_id = $draft; SELECT * FROM result WHERE run_id = $draft; SELECT * FROM result_line WHERE run_id = $draft; SELECT * FROM run_status WHERE run_id = $draft; SELECT * FROM run_group WHERE run_id = $draft;", shows => '');
attempt('looks at a draft run', 'viewer', '', "SELECT * FROM league_table WHERE run_id = $draft; SELECT * FROM run_status WHERE run_id = $draft;", shows => '');
attempt('looks at a scheme that is not published', 'unit', '', "SELECT * FROM scheme_version; SELECT * FROM node; SELECT * FROM group_rubric;", shows => '');
attempt('looks for a draft in what is late', $_, '', 'SELECT state, assessed_at, published_on FROM lateness WHERE period_id = 2025022;', shows => "||\n") for qw(unit viewer);
attempt('looks for who published', $_, '', 'SELECT published_by FROM publication; SELECT published_by FROM publication_status WHERE published_by IS NOT NULL;', shows => '') for qw(unit viewer);
attempt('counts with sequences', 'unit', '42501', 'SELECT last_value FROM fact_id;');
attempt('moves a sequence', 'unit', '42501', "SELECT nextval('fact_id');");
attempt('sets a sequence', 'operator', '42501', "SELECT setval('fact_id', 1);");

attempt('looks for the grades of others', 'unit', '', 'SELECT DISTINCT subject FROM month_grade UNION ALL SELECT DISTINCT subject FROM year_grade;', shows => "S101\nS101\n");
attempt('looks for the grades of those below it, and of others', 'supervising', '', 'SELECT DISTINCT subject FROM year_grade ORDER BY 1;', shows => "S105\nS106\n", sees_all => 1);
attempt('looks for grades', $_, '', 'SELECT * FROM month_grade; SELECT * FROM year_grade;', shows => '') for qw(viewer rater office);

attempt('looks for who is lenient', $_, '', 'SELECT * FROM rater_severity_now; SELECT * FROM rater_monitor; SELECT * FROM rater_agreement; SELECT * FROM severity_status;', shows => '')
	for qw(unit supervising viewer rater office);
attempt('corrects for severity', $_, '42501', "CALL apply_severity('2025');") for qw(unit supervising viewer rater office auditor);

# ---- statistics of a few

attempt('subtracts itself from a group of three', 'small', '',
	"SELECT DISTINCT withheld, n, mean, median, lowest, highest, spread, deviation, coverage FROM group_statistics WHERE group_id = 2;
	SELECT DISTINCT withheld, n, missing, lowest, lower_quartile, median, mean, upper_quartile, highest, deviation, full_share FROM indicator_statistics WHERE group_id = 2;
	SELECT DISTINCT withheld, n FROM tier_count WHERE group_id = 2; SELECT DISTINCT withheld, asked, present, missing, coverage FROM coverage WHERE group_id = 2;",
	shows => "t||||||||\nt||||||||||\nt|\nt||||\n");
attempt('takes the best of three from its own share', 'small', '', 'SELECT DISTINCT share FROM heatmap WHERE period_id = 2025021 AND item < 4;', shows => "\n");
attempt('takes the mean of three from its distance to it', 'small', '', 'SELECT DISTINCT z_peers FROM trend;', shows => "\n");
attempt('a viewer sees no more of three', 'viewer', '', 'SELECT DISTINCT withheld, mean FROM group_statistics WHERE group_id = 2;', shows => "t|\n");
attempt('an auditor sees them', 'auditor', '', 'SELECT DISTINCT withheld, n FROM group_statistics WHERE group_id = 2 AND period_id = 2025021;', shows => "f|3\n");

# ---- doing what is not for one

for (['raises an objection for a peer', 'unit', "CALL raise_objection($published, 'S102', 'mine');"],
	['withdraws the objection of a peer', 'unit', "CALL withdraw_objection($objection, 'mine');"],
	['raises an objection by a code that is no code', 'unit', "CALL raise_objection($published, 'S101'' OR ''1''=''1', 'mine');"],
	['raises an objection for nobody', 'unit', "CALL raise_objection($published, NULL, 'mine');"],
	['raises an objection for whom it does not supervise', 'supervising', "CALL raise_objection($published, 'S101', 'mine');"],
	['answers an objection', 'unit', "CALL answer_objection($objection, 'upheld', 'yes');"],
	['adjusts', 'unit', "CALL adjust($published, 'S101', 5, 'mine');"],
	['adjusts', 'auditor', "CALL adjust($published, 'S101', 5, 'mine');"],
	['applies grades', 'unit', "CALL apply_grades('year', '2025');"], ['publishes', 'unit', "CALL publish($draft);"], ['finalizes', 'office', "CALL finalize($published);"], ['assesses', 'viewer', "CALL assess('city', '2025-04');"],
	['works out a run again', 'unit', "CALL rerun($published);"], ['discards a run', 'auditor', "CALL discard_run($draft);"],
	['publishes a scheme', 'unit', 'CALL publish_version(1);'], ['seals', 'office', "CALL seal_version($next);"], ['begins a version', 'unit', "CALL new_version('city', 1);"],
	['imports a scheme', 'unit', "CALL import_scheme('{}');"], ['discards a version', 'office', "CALL discard_version($next);"],
	['reviews for another office', 'office', "CALL review_version($next, 'OTHER', 'agree');"], ['reviews for an office', 'operator', "CALL review_version($next, 'OFF', 'agree');"],
	['sets parameters', 'unit', "CALL set_group_parameters(1, 'a', '2025-01', '{}');"], ['weighs', 'unit', "CALL apply_weights($next, '{\"2\": 1}');"],
	['rates', 'unit', "CALL rate('S102', 'quality', 'expert', 'P1', 0, '2025-01');"], ['rates as another', 'rater', "CALL rate('S102', 'quality', 'expert', 'P2', 0, '2025-01');"],
	['says who rates', 'unit', "CALL assign_raters('{P1}', '{S101}', 'quality', 'expert', period => '2025-04');"], ['takes a rater off', 'supervising', "CALL unassign_raters('{P1}', '{S103}', 'quality', 'expert');"],
	['recuses a rater', 'unit', "CALL recuse_rater('P1', 'S101', 'biased');"], ['recuses another', 'rater', "CALL recuse_rater('P2', 'S101', 'biased');"], ['readmits', 'rater', "CALL readmit_rater('P1', 'S102', 'x');"],
	['releases ratings', 'rater', "CALL release_ratings('2025-04');"], ['releases ratings', 'auditor', "CALL release_ratings('2025-04');"], ['withdraws releases', 'operator', 'SELECT withdraw_releases(101);'],
	['loads ratings', 'operator', "CALL load_ratings('rating'::regclass);"], ['loads questionnaires', 'operator', "CALL load_survey('reading'::regclass);"],
	['rates where it is not assigned', 'rater', "CALL rate('S102', 'quality', 'expert', 'P1', 0, '2025-04');"], ['rates itself', 'rater', "CALL rate('P1', 'quality', 'expert', 'P1', 0, '2025-03');"],
	['rates for a rater', 'operator', "CALL rate('S102', 'quality', 'expert', 'P1', 0, '2025-01');"],
	['posts for another office', 'office', "CALL post_event('S102', 'EVENT', 'OTHER', '2025-01-10');"], ['posts', 'unit', "CALL post_event('S102', 'EVENT', 'OFF', '2025-01-10');"],
	['enters a reading of its own', 'unit', "CALL record_reading('S101', 'K1', '2025-01', 99);"], ['enters a reading that another office owns', 'office', "CALL record_reading('S101', 'K2', '2025-01', 99);"],
	['adds a subject', 'viewer', "CALL add_subject('X', 'X', 'X', 'department');"], ['moves a peer to another group', 'unit', "CALL assign_group('S102', 'g', 'b');"],
	['puts itself above others', 'unit', "CALL change_subject('S102', '2025-06-01', supervising => 'S101');"], ['closes a peer', 'unit', "CALL close_subject('S102', '2025-06-01');"],
	['merges peers', 'unit', "CALL merge_subjects('{S102}', 'S101', '2025-06-01');"], ['adds a year', 'unit', 'CALL add_year(2030);'], ['makes a day a holiday', 'unit', "CALL set_days('2025-06-02', '2025-06-02', false);"],
	['grants itself more', 'unit', "CALL grant_role($c{unit}, 'operator');"], ['grants itself more', 'operator', "CALL grant_role($c{operator}, 'auditor');"],
	['takes rights from others', 'operator', "CALL revoke_role($c{auditor}, 'auditor');"],
	['grants with SQL what it has not', 'unit', "GRANT SELECT ON run TO $q{stranger};"],
	['sees standings of the past', 'unit', 'SELECT * FROM standing_as_of();'], ['sees lines of the past', 'office', 'SELECT * FROM standing_line_as_of(subject_id => 102);'],
	['calibrates itself', 'unit', "CALL calibrate($published, 'S101', 1, 'mine', 'panel');"], ['calibrates', 'auditor', "CALL calibrate($published, 'S101', 1, 'x', 'panel');"],
	['carries calibrations', 'unit', "CALL carry_calibrations($published, $draft);"], ['carries adjustments', 'unit', "CALL carry_adjustments($published, $draft);"],
	['takes back an adjustment', 'auditor', 'CALL cancel_adjustment(1, $$x$$);'],
	['pools its group', 'unit', "CALL pool_groups('city', 'p', '{a}', 'mine');"], ['gives its group more seats', 'supervising', "CALL extend_shares('city', '2025-04', 'a', '{0.9,0.1}', 'mine');"],
	['allots seats', 'auditor', "CALL allot_seats('city', '2025-04');"], ['takes lots', 'unit', "CALL take_lots('city', '2025-04', 'display', 'mine');"],
	['awards itself a grade', 'unit', "CALL award_grade('S101', 'city', '2025-04', 1, 'mine');"], ['awards a grade to those below it', 'supervising', "CALL award_grade('S105', 'city', '2025-04', 1, 'mine');"],
	['takes grades', 'auditor', "CALL take_grades($published);"], ['applies linkages', 'office', "CALL apply_linkages('city', '2025-04');"],
	['has a link take in acts', 'operator', 'SELECT chain_trail(99);'], ['settles seats', 'operator', "SELECT settle_seats(1, 2025024, 'nobody');"], ['sees the lines of acts', 'auditor', 'SELECT * FROM trail_lines();'],
	['exports a bundle', 'unit', "SELECT * FROM export_bundle($published);"], ['compares runs', 'viewer', "SELECT * FROM diff_runs($published, $final);"],
	['tries a version', 'unit', "SELECT * FROM backtest($next, 2025021);"], ['verifies', 'viewer', 'SELECT * FROM verify_runs();'],
	['writes an act', 'operator', "SELECT record_act('publish', 'nothing');"], ['asks for another what it may', 'unit', "SELECT has_kind($c{operator}, '{operator}');"],
	['ranks again by an inner function', 'operator', "SELECT rank_adjusted($published);"], ['adds a link', 'operator', "SELECT add_link(1);"],
	['freezes results', 'operator', "SELECT freeze_results($draft);"], ['loads', 'operator', "CALL load('reading'::regclass);"], ['folds', 'unit', 'CALL fold();'],
	['rebuilds', 'operator', 'CALL rebuild();'], ['writes an export', 'operator', "CALL export_wide('public.x', '2025-01');"], ['pulls', 'unit', "CALL pull_source('x');"])
{
	my ($what, $who, $sql) = @$_;
	attempt($what, $who, '42501', $sql);
}
# Crafted arguments, where the verb is allowed.
for (['P0002', "CALL pool_groups('city', 'p', ARRAY['a'' OR ''1''=''1'], 'x');"], ['22004', "CALL pool_groups('city', 'p', '{a}', ' ');"],
	['22004', "CALL extend_shares('city', '2025-04', 'a', '{0.5,0.5}', NULL);"], ['22023', "CALL extend_shares('city', '2025-04', 'a', '{NaN,0.5}', 'x');"],
	['22023', "CALL extend_shares('city', '2025-04', 'a', '{2,-1}', 'x');"], ['22023', "CALL extend_shares('city', '2025-04', 'a', '{1}', 'x');"],
	['55000', "CALL take_lots('city', '2025-04', 'display''; DROP TABLE result; --', 'x');"], ['P0002', "CALL take_lots('city', '2025-04', 'display', 'x');"],
	['P0002', "CALL award_grade('S101'' --', 'city', '2025-04', 1, 'x');"], ['any', "CALL award_grade('S101', 'city', '2025-04', -1, 'x');"],
	['55000', "CALL calibrate($final, 'S101', 1, 'x', 'panel');"], ['any', "CALL calibrate($published, 'S101', 99, 'x', 'panel');"], ['P0002', "CALL calibrate($published, 'nobody', 1, 'x', 'panel');"],
	['55000', "CALL take_grades($draft);"], ['P0002', 'CALL take_grades(2147483647);'])
{
	my ($code, $sql) = @$_;
	attempt("crafts: $sql", 'operator', $code, $sql, sees_all => 1);
}
attempt('looks for seats, lots and pools', $_, '', 'SELECT * FROM group_seats; SELECT * FROM quota_ledger; SELECT * FROM quota_pool; SELECT * FROM merit_share; SELECT * FROM tie_lot;', shows => '')
	for qw(unit supervising viewer rater office);
attempt('looks for the grades of departments', $_, '', 'SELECT * FROM department_grade; SELECT * FROM linkage_status;', shows => '') for qw(unit supervising viewer rater office);
attempt('looks for what a panel decided of others', $_, '', 'SELECT * FROM calibration;', shows => '') for qw(unit supervising viewer rater office);
attempt('sees its own calibration no better than others', 'small', '', 'SELECT * FROM calibration;', shows => '');

attempt('grants with SQL what it may read', 'unit', '', "GRANT SELECT ON standing TO $q{stranger};");
attempt('decides the event of another office', 'supervising', '42501', "CALL decide_event($event{OFF}, 'rejected', 'x');");
must('owner', "CALL grant_role($c{small}, 'office', 'OTHER');");
$before = fingerprint();
attempt('decides what it only posts', 'small', '42501', "CALL decide_event($event{OTHER}, 'valid');");
attempt('posts as decided what it only posts', 'small', '42501', "CALL post_event('S102', 'EVENT', 'OTHER', '2025-01-10', decision => 'valid');");
must('owner', "CALL revoke_role($c{small}, 'office', 'OTHER');");
$before = fingerprint();

# Errors say no more than views do. Where there is nothing to find, they are the same.
sub refusal { my ($who, $sql) = @_; my (undef, $said) = as($who, $sql); my ($told) = $said =~ /ERROR:  (.*?)(?:\nCONTEXT|\nLOCATION|\z)/s; return $told; }
is(refusal('unit', "CALL withdraw_objection($objection, 'x');"), refusal('unit', "CALL withdraw_objection(999, 'x');"), 'whose an objection is');
(my $nothing = refusal('unit', "CALL raise_objection(9999, 'S101', 'x');")) =~ s/9999/$draft/;
is(refusal('unit', "CALL raise_objection($draft, 'S101', 'x');"), $nothing, 'that there is a draft');
is(refusal('unit', "CALL rate('S101', 'quality', 'expert', 'P1', 0, '2025-01');"), refusal('unit', "CALL rate('S101', 'quality', 'expert', 'P9', 0, '2025-01');"), 'the code of a rater');
is(refusal('unit', "CALL raise_objection($published, 'P1', 'x');"), refusal('unit', "CALL raise_objection($published, 'P9', 'x');"), 'the code of a person');

for my $who (qw(viewer unit supervising rater))
{
	is(refusal($who, "CALL decide_event($event{OFF}, 'valid');"), refusal($who, "CALL decide_event(999, 'valid');"), "that there is an event, for a $who");
}
must('owner', "CALL grant_role($c{small}, 'office', 'OTHER');");
is(refusal('small', "CALL decide_event($event{OFF}, 'valid');"), refusal('small', "CALL decide_event(999, 'valid');"), 'that there is an event, for an office that posted another');
my $free = refusal('small', "CALL post_event('S102', 'EVENT', 'OTHER', '2025-01-10', reference => 'case 1');");
like($free, qr/^23505: reference "case 1" is not free\n/, 'what the event of a reference is');
is(refusal('small', "CALL post_event('S102', 'EVENT', 'OTHER', '2025-01-11', 2, reference => 'case 1');"), $free, 'nor whether it is the same');
must('owner', "CALL revoke_role($c{small}, 'office', 'OTHER');");
$before = fingerprint();

# Who is to rate sees its own duties, and no name but its own.
attempt('sees the duties of raters', 'unit', '', 'SELECT * FROM missing_rating; SELECT * FROM panel_progress;', shows => '');
attempt('sees its duties', 'rater', '', 'SELECT subject, rater FROM missing_rating; SELECT * FROM panel_progress;', shows => '');
must('owner', "INSERT INTO rater_assignment SELECT 103, 'candour', 'public', find_subject('P1'), 'month', '2025-03-31', '2025-04-01';");
$before = fingerprint();
attempt('sees its duties', 'rater', '', 'SELECT subject, rater FROM missing_rating;', shows => "S103|P1\n");
must('owner', "DELETE FROM rater_assignment WHERE criterion = 'candour';");

# One mark more, one changed, a rater gone and back: whoever looks before and after sees the same.
sub all_seen { my ($text) = as($_[0], $all); return $text; }
my @seen = map { all_seen($_) } qw(unit peer viewer supervising);
for my $sql ("CALL rate('S101', 'candour', 'public', 'P4', 1, '2025-04');", "CALL rate('S101', 'candour', 'public', 'P1', 2, '2025-04'); CALL rate('S102', 'candour', 'public', 'P1', 2, '2025-04');",
	"CALL recuse_rater('P4', 'S101', 'x', '2025-04-01'); CALL readmit_rater('P4', 'S101', 'x');")
{
	must('owner', "$sql CALL release_ratings('2025-04') \\gset");
	my @now = map { all_seen($_) } qw(unit peer viewer supervising);
	is_deeply(\@now, \@seen, "no difference after $sql");
}
$before = fingerprint();

# Every procedure and function that lends rights, with nothing in its arguments.
my @lending = split /\n/, must('owner', "SELECT CASE prokind WHEN 'p' THEN 'CALL ' ELSE 'SELECT ' END || format('%s.%I(%s);', pronamespace::regnamespace, proname,
	(SELECT string_agg(format('NULL::%s', t.oid::regtype), ', ' ORDER BY n) FROM unnest(proargtypes) WITH ORDINALITY AS t (oid, n)))
	FROM pg_proc WHERE pronamespace = to_regnamespace(@{[constant($schema)]}) AND prosecdef AND prorettype <> 'trigger'::regtype ORDER BY proname");
cmp_ok(scalar @lending, '>=', 35, 'procedures that lend rights');
attempt('calls with NULLs ' . ($_ =~ /\.(\w+)\(/)[0], 'viewer', '42501', $_) for @lending;
for my $call (grep { !/refresh_tree|verify_runs|standing_as_of|standing_line_as_of|verify_schemes/ } @lending)
{
	# A function may find nothing; a procedure says what is missing.
	my ($verb) = $call =~ /\.(\w+)\(/;
	attempt("calls with NULLs $verb", 'operator', 'any', $call, sees_all => 1);
}

# ---- being somebody else

attempt('takes the role of the operator', 'unit', '42501', "SET ROLE $q{operator};");
attempt('takes it by a setting', 'unit', '42501', "SELECT set_config('role', $c{operator}, false);");
attempt('takes the session of the owner', 'unit', '42501', "SET SESSION AUTHORIZATION $q{owner};");
attempt('takes it by a setting', 'unit', '42501', "SELECT set_config('session_authorization', $c{owner}, false);");
attempt('lets a function take it', 'unit', '42501', "CREATE FUNCTION pg_temp.f() RETURNS void LANGUAGE sql SET role = $q{operator} AS 'SELECT 1';");
attempt('makes settings of its own', 'unit', '42501', "SET perfeval.actor = $c{operator}; SET \"role.name\" = 'x'; CALL finalize($published);");
attempt('writes another name in the log of its connection', 'unit', '42501', "SET application_name = $c{operator}; CALL finalize($published);");
attempt('has the role set when it logs in', 'unit', '42501', "ALTER ROLE CURRENT_USER SET role = $q{operator};\n\\c -\nSET search_path = $schema;\nCALL finalize($published);");
query($database, "ALTER ROLE $q{unit} RESET role;");
attempt('takes the role of a unit for an act of another', 'login', '42501', "SET ROLE $q{unit}; CALL raise_objection($published, 'S102', 'mine');");
attempt('acts without taking the role', 'login', '42501', "CALL $schema.raise_objection($published, 'S101', 'mine');");
attempt('plans as one unit and runs as another', 'login', '',
	"SET plan_cache_mode = force_generic_plan; SET ROLE $q{peer}; PREPARE p AS SELECT DISTINCT subject FROM standing; PREPARE r AS SELECT DISTINCT subject_id FROM reading; EXECUTE p; EXECUTE r; SET ROLE $q{unit}; EXECUTE p; EXECUTE r;",
	shows => "S102\n102\nS101\n101\n");
attempt('keeps a cursor over a change of role', 'login', '', "SET ROLE $q{unit}; BEGIN; DECLARE c CURSOR FOR SELECT DISTINCT subject FROM standing; SET LOCAL ROLE $q{peer}; FETCH ALL c; COMMIT;\n", sees_all => 1);
attempt('runs in parallel', 'unit', '', "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0;
	SELECT set_config(name, 'on', false) IS NOT NULL FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
	SELECT DISTINCT subject FROM standing; SELECT DISTINCT subject_id FROM reading; SELECT DISTINCT subject_id FROM result;", shows => "t\nS101\n101\n101\n");

# ---- planted code

my $planted = q[BEGIN RAISE WARNING 'PLANTED runs as %', current_user; RETURN $1; END];
attempt('plants functions of names that verbs call', 'unit', '42501', "CREATE SCHEMA trap;
	CREATE FUNCTION trap.quote_literal(text) RETURNS text LANGUAGE plpgsql AS \$\$ $planted \$\$; CREATE FUNCTION trap.btrim(text) RETURNS text LANGUAGE plpgsql AS \$\$ $planted \$\$;
	CREATE FUNCTION trap.jsonb_build_object(VARIADIC text[]) RETURNS text[] LANGUAGE plpgsql AS \$\$ $planted \$\$; CREATE FUNCTION trap.find_subject(text) RETURNS text LANGUAGE plpgsql AS \$\$ $planted \$\$;
	CREATE FUNCTION trap.sees_all() RETURNS boolean LANGUAGE sql AS 'SELECT true'; CREATE FUNCTION trap.pg_has_role(oid, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
	CREATE TYPE trap.text AS (x integer);
	SET search_path = trap, pg_catalog; SELECT DISTINCT subject FROM $schema.standing; CALL $schema.raise_objection($published, 'S102', 'mine');");
attempt('plants operators', 'unit', '42501', "CREATE FUNCTION trap.yes(text, text) RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN RAISE WARNING 'PLANTED'; RETURN true; END \$\$;
	CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.yes); CREATE OPERATOR trap.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.yes);
	SET search_path = trap, pg_catalog; CALL $schema.raise_objection($published, 'S102', 'mine');");
attempt('shadows tables with temporary ones', 'unit', '42501', "CREATE TEMP TABLE subject (subject_id bigint, code text); INSERT INTO subject VALUES (102, 'S101'), (101, 'S102'); CREATE TEMP TABLE access_grant AS SELECT $c{unit} AS role_name, 'operator' AS kind, NULL::bigint AS subject_id;
	CREATE TEMP TABLE my_grant AS SELECT 'operator' AS kind, NULL::bigint AS subject_id; CREATE TEMP TABLE pg_roles AS SELECT * FROM pg_catalog.pg_roles; SET search_path = pg_temp, $schema, pg_catalog;
	SELECT DISTINCT subject FROM standing; CALL raise_objection($published, 'S102', 'mine');");
attempt('puts a view over what it may read, for a stranger', 'unit', '', "CREATE VIEW trap.mine AS SELECT * FROM $schema.standing; CREATE VIEW trap.facts AS SELECT * FROM $schema.reading; GRANT ALL ON SCHEMA trap TO PUBLIC; GRANT SELECT ON trap.mine, trap.facts TO PUBLIC;");
attempt('reads a view of a unit', 'stranger', '42501', 'SELECT * FROM trap.mine;');
attempt('reads a view of a unit over facts', 'stranger', '42501', 'SELECT * FROM trap.facts;');
attempt('sees by a unit\'s view what it sees itself', 'peer', '', 'SELECT DISTINCT subject FROM trap.mine;', shows => "S102\n", sees_all => 1);

# Functions in indexes and materialized views run when somebody else gives the command. A verb that they call must not take that one for who acts.
must('unit', "CREATE FUNCTION trap.deed() RETURNS void LANGUAGE plpgsql AS \$\$ BEGIN CALL $schema.answer_objection($objection, 'upheld', 'PLANTED'); END \$\$;
	CREATE FUNCTION trap.bomb(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS \$\$
	BEGIN IF session_user <> $c{unit} THEN PERFORM trap.deed(); END IF; RETURN \$1; END \$\$;
	CREATE TABLE trap.bait (x integer); CREATE INDEX bait_x ON trap.bait (trap.bomb(x)); INSERT INTO trap.bait SELECT generate_series(1, 500); CLUSTER trap.bait USING bait_x;
	CREATE MATERIALIZED VIEW trap.frozen AS SELECT trap.bomb(x) FROM trap.bait;");
for my $command ('ANALYZE trap.bait', 'REINDEX TABLE trap.bait', 'REFRESH MATERIALIZED VIEW trap.frozen', 'CLUSTER trap.bait', 'VACUUM FULL trap.bait', 'VACUUM ANALYZE trap.bait')
{
	my (undef, undef, $said) = psql($database, "\\set VERBOSITY verbose\n$command;");
	my ($codes) = join ' ', $said =~ /ERROR:  ([0-9A-Z]{5}):/g;
	my $after = fingerprint();
	ok($codes eq '42501' && $after eq $before, "planted in an index or view, in $command by a superuser") or diag $said;
	$before = $after;
	$attempts++;
}
attempt('hangs a trigger on results', 'operator', '42501', "CREATE FUNCTION trap.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER t BEFORE INSERT ON result FOR EACH ROW EXECUTE FUNCTION trap.t();");
attempt('makes an event trigger', 'operator', '42501', "CREATE FUNCTION trap.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION trap.e();");

# ---- changing what stays

for (["UPDATE result SET score = 100 WHERE subject_id = 101"], ["DELETE FROM final_result"], ["TRUNCATE run CASCADE"], ["INSERT INTO reading (subject_id, period_id, item, value) VALUES (101, 2025021, 1, 99)"],
	["INSERT INTO adjustment (subject_id, run_id, points, reason, adjusted_by) VALUES (101, $final, 5, 'x', 'x')"], ["COPY reading FROM STDIN"], ["UPDATE scheme_version SET state = 'draft'"], ["DELETE FROM node"],
	["DELETE FROM act"], ["UPDATE act SET actor = 'x'"], ["INSERT INTO act (actor, verb) VALUES ('x', 'y')"], ["INSERT INTO access_grant (role_name, kind) VALUES ($c{operator}, 'auditor')"], ["MERGE INTO result r USING subject s ON r.subject_id = s.subject_id WHEN MATCHED THEN UPDATE SET score = 0"],
	["ALTER TABLE result DISABLE TRIGGER ALL"], ["ALTER TABLE result DISABLE ROW LEVEL SECURITY"], ["CREATE POLICY mine ON result USING (true)"], ["DROP POLICY visible ON result"], ["DROP TABLE final_result CASCADE"], ["DROP VIEW standing CASCADE"],
	["CREATE OR REPLACE VIEW league_table AS SELECT 1"], ["ALTER TABLE result OWNER TO CURRENT_USER"], ["ALTER FUNCTION sees_all() OWNER TO CURRENT_USER"], ["CREATE OR REPLACE FUNCTION sees_all() RETURNS boolean LANGUAGE sql AS 'SELECT true'"],
	["CREATE RULE r AS ON UPDATE TO result DO INSTEAD NOTHING"], ["CREATE TABLE $schema.x ()"], ["SET session_replication_role = replica"], ["BEGIN; LOCK TABLE result IN ACCESS EXCLUSIVE MODE"], ["DROP SCHEMA $schema CASCADE"],
	["CALL perfeval.drop_workspace($literal, $literal, true)"], ["CALL perfeval.upgrade_workspace($literal)"], ["DROP EXTENSION perfeval CASCADE"], ["CREATE INDEX ON result (score)"], ["UPDATE run SET state = 'draft'"], ["UPDATE chain_link SET hash = ''"])
{
	attempt($_->[0], 'operator', '42501', "$_->[0];");
}
for (["UPDATE result SET score = 100 WHERE run_id = $final"], ["DELETE FROM final_result"], ["UPDATE node SET spec = '{}' WHERE version_id = 1"], ["UPDATE reading SET value = 99"], ["UPDATE run SET state = 'draft' WHERE run_id = $final"],
	["DELETE FROM result WHERE run_id = $final"], ["UPDATE chain_link SET hash = ''"], ["TRUNCATE final_result"])
{
	attempt("$_->[0], by mistake", 'owner', '55000', "$_->[0];", sees_all => 1);
}
for (["adjust($final, 'S101', 1, 'late')"], ["finalize($draft)"], ["assess('city', '2025-03')"], ["seal_version(1)"], ["discard_version(1)"], ["return_to_draft(1)"], ["discard_run($final)"], ["raise_objection($final, 'S101', 'late')"], ["publish_version($next)"])
{
	attempt("$_->[0], too late or too early", 'operator', '55000', "CALL $_->[0];", sees_all => 1);
}

# ---- settings of the session

attempt('verifies and reruns where backslashes mean something else', 'operator', '', "SET standard_conforming_strings = off; SET escape_string_warning = off; SET datestyle = 'SQL, DMY'; SET extra_float_digits = -15;
	SET transform_null_equals = on; SET timezone = 'America/New_York'; SET client_min_messages = warning;
	SELECT * FROM verify_runs() WHERE place <> 'quota_ledger.final_run'; BEGIN; CALL rerun($final) \\gset
	SELECT same FROM rerun_status; ROLLBACK;", sees_all => 1, shows => "t\n");

# ---- numbers, days and names that cannot be

for my $number (qw(NaN Infinity -Infinity 1e30 1e-30 0))
{
	attempt("adjusts by $number", 'operator', '22003', "CALL adjust($published, 'S101', '$number', 'x');");
}
for my $number (qw(NaN Infinity 1e17 1e-19))
{
	attempt("records $number", 'office', '22003', "CALL record_reading('S101', 'K1', '2025-01', '$number');");
	attempt("rates $number", 'rater', '22003', "CALL rate('S101', 'quality', 'expert', 'P1', '$number', '2025-01');");
	attempt("posts $number", 'office', '22003', "CALL post_event('S101', 'EVENT', 'OFF', '2025-01-10', '$number');") if $number ne '1e17';
}
attempt('records a number that is too large for a number', 'office', '22003', "CALL record_reading('S101', 'K1', '2025-01', ('1' || repeat('0', 200000))::numeric);");
attempt('publishes for ever', 'operator', '22003', "CALL publish($draft, 2147483647);");
attempt('publishes from infinity', 'operator', 'any', "CALL publish($draft, 10, published_from => 'infinity');");
attempt('records for ever', 'office', '22023', "CALL record_reading('S101', 'K1', '2025-01', 1, valid_from => 'infinity');");
attempt('adds the year of years', 'operator', '22003', 'CALL add_year(2147483647);');
attempt('changes a subject for ever', 'operator', '22023', "CALL change_subject('S101', 'infinity');");
attempt('merges a hundred thousand', 'operator', 'P0002', "CALL merge_subjects(array_fill('none'::text, '{100000}'), 'S101', '2025-06-01');");
attempt('decides as something', 'operator', '22023', "CALL decide_event($event{OTHER}, 'x''; DROP TABLE subject; --');");
attempt('names a subject with a format', 'operator', 'P0002', "CALL adjust($published, '%s%n\$1 \" ''', 1, 'x');");
attempt('imports what is no scheme', 'operator', '22023', q[CALL import_scheme('{"perfeval_scheme": 1, "scheme": "$$; DROP TABLE subject"}');]);
attempt('loads a table of a stranger by the name of one of its own', 'owner', '42P01', q[CALL load('"; DROP TABLE subject; --"'::regclass);]);
attempt('grants to nobody', 'owner', '42704', q[CALL grant_role('nobody"; DROP TABLE subject; --', 'viewer');]);
attempt('grants to everybody', 'owner', '42704', q[CALL grant_role('public', 'viewer');]);
attempt('grants what there is not', 'owner', '22023', "CALL grant_role($c{viewer}, 'king');");
attempt('grants a unit without saying which', 'owner', '22004', "CALL grant_role($c{viewer}, 'unit');");
attempt('grants an auditor for a subject', 'owner', '22023', "CALL grant_role($c{viewer}, 'auditor', 'S101');");
attempt('grants a unit that is not there', 'owner', 'P0002', "CALL grant_role($c{viewer}, 'unit', 'nobody');");
attempt('grants to itself', 'owner', '0LP01', "CALL grant_role($c{owner}, 'viewer');");
attempt('revokes what was not granted', 'owner', 'P0002', "CALL revoke_role($c{viewer}, 'auditor');");

# ---- a unit's rank is what the operator sees of it, in every group and period

my $ranks = must('operator', "SELECT subject, period_id, rank, group_size, tier FROM standing ORDER BY 1, 2, scheme_id");
my $own = '';
for my $code (map { "S$_" } 101 .. 111)
{
	must('owner', "CALL grant_role($c{stranger}, 'unit', '$code');");
	$own .= must('stranger', 'SELECT subject, period_id, rank, group_size, tier FROM standing ORDER BY 1, 2, scheme_id') . "\n";
	must('owner', "CALL revoke_role($c{stranger}, 'unit', '$code');");
}
is($own, "$ranks\n", 'a unit\'s rank is that of the operator\'s view of it');
is(must('unit', 'SELECT run_id, score, rank, tier FROM run_result ORDER BY 1'), must('operator', "SELECT run_id, score, rank, tier FROM run_result WHERE subject = 'S101' AND run_id <> $draft ORDER BY 1"), 'in runs too');
is(must('supervising', "SELECT DISTINCT subject FROM standing ORDER BY 1"), "S105\nS106", 'a supervising department sees those below it');
$before = fingerprint();

# ---- rights that are gone

attempt('had a grant once', 'stranger', '42501', "SELECT * FROM $schema.standing;");
must('owner', "CALL grant_role($c{stranger}, 'unit', 'S102');");
must('stranger', "CREATE VIEW trap.kept AS SELECT * FROM $schema.standing; CREATE VIEW trap.kept_facts AS SELECT * FROM $schema.reading;");
must('owner', "CALL revoke_role($c{stranger}, 'unit', 'S102');");
$before = fingerprint();
attempt('kept a view from when it had a grant', 'stranger', '42501', 'SELECT * FROM trap.kept;');
attempt('kept a view of facts from when it had a grant', 'stranger', '42501', 'SELECT * FROM trap.kept_facts;');
my (undef, undef, $refused) = psql($database, "\\set VERBOSITY verbose\nDROP ROLE $q{peer};");
like($refused, qr/2BP01/, 'a role with a grant is not dropped by mistake');
query($database, "DROP OWNED BY $q{peer}; DROP ROLE $q{peer}; CREATE ROLE $q{peer} LOGIN;");
$before = fingerprint();
attempt('has the name of a role that was dropped', 'peer', '42501', "SELECT * FROM $schema.standing;");
query($database, "GRANT $q{viewer} TO $q{peer};");
attempt('has the name of a role that was dropped, and rights of another', 'peer', '', 'SELECT * FROM my_grant WHERE kind <> $$viewer$$; SELECT * FROM my_subject; SELECT * FROM standing; SELECT * FROM reading;', shows => '');
query($database, "SET SESSION AUTHORIZATION $q{owner}; CALL perfeval.upgrade_workspace($literal);");
$before = fingerprint();
attempt('still has not after an upgrade', 'peer', '', 'SELECT * FROM my_subject; SELECT * FROM standing;', shows => '');
must('owner', "CALL grant_role($c{peer}, 'viewer');");
$before = fingerprint();
attempt('nor when it is granted something else', 'peer', '', 'SELECT * FROM my_subject; SELECT * FROM standing; SELECT * FROM reading;', shows => '');

cmp_ok($attempts, '>=', 40, "$attempts attempts");
query($database, "DROP SCHEMA trap CASCADE; SET client_min_messages = error; DROP SCHEMA $schema CASCADE;");
cleanup();
done_testing();
