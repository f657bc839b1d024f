# Kills a server of its own with SIGKILL at random moments of assess, of publish with adjustments, and of finalize, and
# then looks: each happened as a whole or not at all, what was acknowledged is there, and everything that a run holds
# follows from the rest of it. PERFEVAL_CRASHES says how many times (6), PERFEVAL_SEED repeats a run.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Crash;
use Psql;
use Test::More;
use Time::HiRes qw(sleep time);

my $workspace = q("考核 ""runs""");
my $crashes = crashes(6);
start_server("SET search_path = $workspace;\n");
sub ask { return query('demo', "SET search_path = $workspace;\n$_[0]"); }

# ---- a workspace of 3,000 subjects in 3 groups, with a month for each year of three crashes

my @kinds = qw(assess publish finalize);
my $years = 1 + int($crashes / @kinds / 12);
query('demo', <<"SQL");
CREATE EXTENSION perfeval;
CALL perfeval.create_workspace('考核 "runs"', time_zone => 'Asia/Shanghai');
SET search_path = $workspace;
DO \$\$ BEGIN FOR y IN 2000 .. 2000 + $years LOOP CALL add_year(y, 'month'); END LOOP; END \$\$;
INSERT INTO "grouping" VALUES (1, 'g', 'G');
INSERT INTO subject_group VALUES (1, 1, 'a', 'A'), (2, 1, 'b', 'B'), (3, 1, 'c', 'C');
INSERT INTO subject (code, name, name_zh, kind) SELECT 'S' || i, 'Subject ' || i, '单位' || i, 'facility' FROM generate_series(1, 3000) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id, valid_from) SELECT i, 1, 1 + i % 3, '1999-01-01' FROM generate_series(1, 3000) AS i;
INSERT INTO indicator (item, code, name) SELECT i, i, i FROM generate_series(1, 10) AS i;
INSERT INTO scheme VALUES (1, 's', 'S', NULL, 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, '2000-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, node, parent, spec)
SELECT 1, 0, NULL::integer, '{"rule": "weighted_mean", "missing": "zero"}'::jsonb
UNION ALL
SELECT 1, i, 0, jsonb_build_object('rule', 'given', 'item', i, 'weight', 0.1, 'min', 0, 'max', 100) FROM generate_series(1, 10) AS i;
INSERT INTO tier (version_id, tier, code, label, share, bound, preference) VALUES (1, 1, 'A', 'A', 0.2, 'exact', 1), (1, 2, 'B', 'B', 0.8, 'exact', 2);
CALL seal_version(1);
SQL

# Facts of a month, in the order in which the months come.
my $month = 0;
sub new_month
{
	my $period = sprintf '%d-%02d', 2000 + int($month / 12), 1 + $month++ % 12;
	ask("INSERT INTO reading (subject_id, period_id, item, value)
		SELECT s, p.period_id, i, round((random() * 100)::numeric, 1) FROM generate_series(1, 3000) AS s, generate_series(1, 10) AS i, period AS p WHERE p.code = '$period';");
	return $period;
}

# ---- what must hold, after whatever; of the runs from a number on

sub wrong
{
	my ($from) = @_;
	return map { split /\n/ } ask("CREATE TEMP VIEW looked_at AS SELECT * FROM run WHERE run_id >= $from;\n" . <<'SQL');
SELECT format('run %s is half there: %s results of %s', r.run_id, n.results, r.subjects)
FROM looked_at AS r, LATERAL (SELECT count(*) AS results FROM result AS x WHERE x.run_id = r.run_id) AS n
WHERE n.results IS DISTINCT FROM r.subjects OR n.results <> 3000 OR r.hash IS NULL
	OR (SELECT count(*) FROM run_group AS g WHERE g.run_id = r.run_id) <> 3 OR (SELECT count(*) FROM run_tier AS t WHERE t.run_id = r.run_id) <> 2;
SELECT format('run %s, subject %s: the result does not follow', r.run_id, x.subject)
FROM looked_at AS r JOIN result AS x ON x.run_id = r.run_id
	LEFT JOIN LATERAL run_ranked(r.run_id, true, false) AS y ON y.subject_id = x.subject_id
WHERE (x.score, x.rank, x.tier, x.outcome) IS DISTINCT FROM (y.score, y.rank, y.tier, y.outcome::text);
SELECT format('run %s: the hashes are not those of the lines', c.run_id)
FROM (SELECT r.run_id, r.hash, x.hash AS kept, x.line_no,
          chain(result_line_text(x, r.salt, p.code, g.code, r.digits), r.head) OVER (PARTITION BY r.run_id ORDER BY x.line_no) AS ours,
          row_number() OVER (PARTITION BY r.run_id ORDER BY x.line_no DESC) AS back
      FROM looked_at AS r JOIN result AS x ON x.run_id = r.run_id JOIN run_group AS g ON g.run_id = r.run_id AND g.group_id = x.group_id
          JOIN period AS p ON p.period_id = r.period_id) AS c
WHERE c.kept <> c.ours OR (c.back = 1 AND c.hash <> c.ours) GROUP BY c.run_id;
SELECT format('run %s: %s adjusted results, %s follow', r.run_id, n.kept, n.following)
FROM looked_at AS r, LATERAL (SELECT count(a.subject_id) AS kept, count(*) AS should,
          count(*) FILTER (WHERE (a.adjustment, a.score, a.rank, a.tier) IS NOT DISTINCT FROM (y.adjustment, y.score, y.rank, y.tier)) AS following
      FROM (SELECT x.* FROM run_ranked(r.run_id, false, true) AS x
            WHERE x.group_id IN (SELECT u.group_id FROM adjustment AS d JOIN result AS u USING (subject_id, run_id) WHERE d.run_id = r.run_id)) AS y
          FULL JOIN (SELECT z.* FROM adjusted_result AS z WHERE z.run_id = r.run_id) AS a ON a.subject_id = y.subject_id) AS n
WHERE n.kept <> n.should OR n.following <> n.should;
SELECT format('run %s is %s with %s final results, %s follow', r.run_id, r.state, n.kept, n.following)
FROM looked_at AS r, LATERAL (SELECT count(*) AS kept, count(*) FILTER (WHERE (f.score, f.rank, f.tier) IS NOT DISTINCT FROM (y.score, y.rank, y.tier)) AS following,
          (array_agg(f.hash ORDER BY f.line_no DESC))[1] AS last
      FROM final_result AS f JOIN run_ranked(r.run_id, false, true) AS y ON y.subject_id = f.subject_id WHERE f.run_id = r.run_id) AS n
WHERE (n.kept, n.following) IS DISTINCT FROM (CASE r.state WHEN 'final' THEN (3000::bigint, 3000::bigint) ELSE (0::bigint, 0::bigint) END)
	OR r.final_hash IS DISTINCT FROM n.last;
SELECT format('run %s is %s and has been published %s', r.run_id, r.state, coalesce(k.kinds, 'never'))
FROM looked_at AS r LEFT JOIN (SELECT p.run_id, string_agg(p.kind, ' ' ORDER BY p.publication_id) AS kinds
          FROM publication AS p JOIN chain_link AS l USING (publication_id) GROUP BY p.run_id) AS k ON k.run_id = r.run_id
WHERE k.kinds IS DISTINCT FROM CASE r.state WHEN 'published' THEN 'preliminary' WHEN 'final' THEN 'preliminary final' END;
SELECT format('link %s: line or hash is wrong', c.link_no)
FROM (SELECT l.*, chain(l.line, repeat('0', 64)) OVER (ORDER BY l.link_no) AS ours, row_number() OVER (ORDER BY l.link_no) AS place FROM chain_link AS l) AS c
WHERE c.hash <> c.ours OR c.link_no <> c.place;
SELECT format('%s publications, %s links', p.count, l.count) FROM (SELECT count(*) FROM publication) AS p, (SELECT count(*) FROM chain_link) AS l WHERE p.count <> l.count;
SELECT format('%s %s, not %s by the trail', x.there, x.what, x.acts)
FROM (SELECT 'runs' AS what, (SELECT count(*) FROM run) AS there, (SELECT count(*) FROM act WHERE verb = 'assess') AS acts
      UNION ALL SELECT 'publications', (SELECT count(*) FROM publication), (SELECT count(*) FROM act WHERE verb IN ('publish', 'finalize'))
      UNION ALL SELECT 'adjustments', (SELECT count(*) FROM adjustment), (SELECT count(*) FROM act WHERE verb = 'adjust')) AS x WHERE x.there <> x.acts;
SELECT format('period %s has %s runs that count', period_id, count(*)) FROM run WHERE superseded_by IS NULL AND state <> 'draft' GROUP BY period_id HAVING count(*) > 1;
SELECT 'verify: ' || v FROM verify_cards() AS v;
SELECT 'verify: ' || v FROM looked_at AS r, LATERAL verify_runs(r.run_id) AS v;
SELECT 'a lock is left' FROM pg_locks WHERE locktype = 'advisory';
SQL
}

# ---- the crashes

my ($period, $run);
my %script = (
	assess => sub { return "CALL assess('s', '$period', 'crash');\n\\echo finished\n" },
	# In transactions of their own, and the last two in one.
	publish => sub {
		return "CALL publish($run, 0);\n\\echo published\n"
			. join('', map { "CALL adjust($run, 'S" . (7 * $_) . "', -0.5, 'crash');\n\\echo adjusted\n" } 1 .. 3)
			. "BEGIN;\nCALL adjust($run, 'S1', 1, 'crash');\nCALL adjust($run, 'S2', 1, 'crash');\nCOMMIT;\n\\echo adjusted\n\\echo adjusted\n\\echo finished\n";
	},
	finalize => sub { return "CALL finalize($run);\n\\echo finished\n" });
my %after = (
	assess => sub { $run = ask("SELECT run_id FROM run JOIN period USING (period_id) WHERE code = '$period' AND superseded_by IS NULL;") },
	publish => sub { }, finalize => sub { });

# How long each takes undisturbed, so that the moments fall within.
my %duration;
$period = new_month();
for my $kind (@kinds)
{
	my $begin = time;
	ask($script{$kind}->());
	$duration{$kind} = time - $begin;
	$after{$kind}->();
}
is(join("\n", wrong(0)), '', 'before all crashes all is well');

for my $crash (1 .. $crashes)
{
	my $kind = $kinds[($crash - 1) % @kinds];
	my $whole = $crash % 2;
	$period = new_month() if $kind eq 'assess';

	my $job = start($script{$kind}->());
	my $backend = backend_of($job);
	sleep rand(1.1 * $duration{$kind});
	$whole ? kill_server() : kill_backend($backend);
	waitpid $job->{pid}, 0;

	my $said = slurp("$job->{file}.out");
	my $finished = $said =~ /^finished$/m;
	my @wrong = wrong($run);
	my $done;
	# What was acknowledged is there; what was under way may be.
	if ($kind eq 'assess')
	{
		my $runs = ask("SELECT count(*) FROM run JOIN period USING (period_id) WHERE code = '$period';");
		$done = $runs ? 'done' : 'not done';
		push @wrong, "$runs runs" if $runs > 1 || ($finished && !$runs);
	}
	elsif ($kind eq 'publish')
	{
		my ($state, $adjusted) = split /\|/, ask("SELECT state, (SELECT count(*) FROM adjustment WHERE run_id = $run) FROM run WHERE run_id = $run;");
		$done = "$state, $adjusted adjustments";
		my $acknowledged = () = $said =~ /^adjusted$/mg;
		push @wrong, "the run is $state" if $said =~ /^published$/m && $state ne 'published';
		push @wrong, "$adjusted adjustments, $acknowledged acknowledged"
			if $adjusted < $acknowledged || $adjusted > $acknowledged + ($acknowledged == 3 ? 2 : 1) || ($acknowledged == 3 && $adjusted == 4);
		push @wrong, "$adjusted adjustments of a draft" if $adjusted && $state ne 'published';
	}
	else
	{
		$done = ask("SELECT state FROM run WHERE run_id = $run;");
		push @wrong, "the run is $done" if $finished && $done ne 'final';
	}

	# Another call brings it to its end; what had been done is not done again.
	my $before = ask('SELECT count(*) FROM run;');
	ask($kind eq 'publish' ? "CALL publish($run, 0);" : $script{$kind}->());
	$after{$kind}->();
	my ($runs, $state) = (ask('SELECT count(*) FROM run;'), ask("SELECT state FROM run WHERE run_id = $run;"));
	push @wrong, "$runs runs after another call, $before before it" if $finished && $runs != $before;
	push @wrong, "at the end, the run is $state" if $state ne { assess => 'draft', publish => 'published', finalize => 'final' }->{$kind};
	push @wrong, map { "at the end, $_" } wrong($run);
	ok(!@wrong, sprintf('crash %d: %s, %s killed%s: %s', $crash, $kind, $whole ? 'server' : 'backend', $finished ? ' after its end' : '', $done))
		or diag join "\n", @wrong[0 .. ($#wrong > 20 ? 20 : $#wrong)];
	ask('CALL fold();') if $kind eq 'finalize';
}

is(join("\n", wrong(0)), '', 'after all crashes all is well');
is(join("\n", odd_lines()), '', 'the log of the server tells of no crash but ours');
done_testing();
