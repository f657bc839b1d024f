# Kills a server of its own with SIGKILL at random moments of fold, rebuild, load and INSERT, and then looks: every
# reading whose transaction was committed is there once, cards are what the history comes to, and standings what
# the readings come to. PERFEVAL_CRASHES says how many times (6), PERFEVAL_SEED repeats a run.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Crash;
use Psql;
use Test::More;
use Time::HiRes qw(sleep time);

my $workspace = q("考核 ""crash""");
my $crashes = crashes(6);
start_server("SET search_path = $workspace;\n");

# ---- a workspace of 40 subjects, 30 indicators, 2 years without parts

sub ask { return query('demo', "SET search_path = $workspace;\n$_[0]"); }
query('demo', <<"SQL");
CREATE EXTENSION perfeval;
CALL perfeval.create_workspace('考核 "crash"', time_zone => 'Asia/Shanghai');
SET search_path = $workspace;
CALL add_year(2024, 'year');
CALL add_year(2025, 'year');
INSERT INTO "grouping" VALUES (1, 'g', 'G');
INSERT INTO subject_group VALUES (1, 1, 'a', 'A'), (2, 1, 'b', 'B');
INSERT INTO subject (code, name, kind) SELECT i, i, 'facility' FROM generate_series(1, 40) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 + i % 2 FROM generate_series(1, 40) AS i;
INSERT INTO indicator (item, code, name) SELECT i, i, i FROM generate_series(1, 30) AS i;
INSERT INTO scheme VALUES (1, 's', 'S', NULL, 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, tie_chain)
VALUES (1, 1, '2024-01-01', 'final', 2, 'half_up', 'unrounded', '{}');
INSERT INTO node (version_id, node, parent, spec)
SELECT 1, 0, NULL::integer, '{"rule": "weighted_mean", "missing": "zero"}'::jsonb
UNION ALL
SELECT 1, i, 0, jsonb_build_object('rule', 'given', 'item', i, 'weight', CASE i WHEN 1 THEN 0.71 ELSE 0.01 END, 'min', 0, 'max', 100)
FROM generate_series(1, 30) AS i;
CALL seal_version(1);
-- What the readings come to, without cards.
CREATE VIEW recomputed AS
SELECT l.subject_id, l.period_id, perfeval.scorecard_agg(l.item, l.value, l.status) AS card
FROM (SELECT DISTINCT ON (subject_id, period_id, item) * FROM reading
      ORDER BY subject_id, period_id, item, recorded_at DESC, reading_id DESC) AS l
GROUP BY l.subject_id, l.period_id;
SQL

# Readings of a batch, half of them as if recorded at another time, some with a status for a value.
my ($batches, %rows) = (0);
sub batch_of
{
	my ($rows) = @_;
	my $name = 'batch ' . ++$batches;
	$rows{$name} = $rows;
	return ($name, <<"SQL");
SELECT 1 + (random() * 39)::integer, 2024000 + 1000 * (random() < 0.5)::integer, 1 + (random() * 29)::integer,
	CASE WHEN i % 50 > 0 THEN round((random() * 100)::numeric, 3) END, CASE WHEN i % 50 = 0 THEN 'exempt' END,
	now() - CASE WHEN random() < 0.5 THEN random() * interval '1 hour' ELSE '0' END, '$name'
FROM generate_series(1, $rows) AS i
SQL
}
my $into = 'INSERT INTO reading (subject_id, period_id, item, value, status, recorded_at, evidence)';

# ---- what must hold

my (%committed, %unsure, %partly);

# A batch is there as a whole or not at all: committed ones are, the one under way may be. A load commits as it goes.
sub wrong_rows
{
	my %there = map { split /\|/ } split /\n/, ask('SELECT evidence, count(*) FROM reading GROUP BY 1');
	my @wrong;
	for my $name (sort keys %unsure)
	{
		$committed{$name} = 1 if $there{$name};
	}
	%unsure = ();
	for my $name (sort keys %rows)
	{
		my ($is, $should) = ($there{$name} // 0, $committed{$name} ? $rows{$name} : 0);
		next if $partly{$name} && $is <= $rows{$name};
		push @wrong, "$name: $is rows, not $should" if $is != $should;
	}
	return @wrong;
}

sub wrong_answers
{
	return map { split /\n/ } ask(<<'SQL');
SELECT 'twice: reading ' || reading_id FROM reading GROUP BY reading_id HAVING count(*) > 1;
SELECT format('verify: %s %s %s %s', difference, subject_id, period_id, items) FROM verify_cards();
SELECT format('standing of %s in %s: %s, not %s', s.subject_id, s.period_id, s.score, perfeval.score(coalesce(c.card, '{}'), r.rubric))
FROM standing AS s JOIN rubric_in_force AS r USING (scheme_id, period_id, group_id)
	LEFT JOIN recomputed AS c ON c.subject_id = s.subject_id AND c.period_id = s.period_id
WHERE s.score IS DISTINCT FROM perfeval.score(coalesce(c.card, '{}'), r.rubric);
SELECT format('standings: %s rows, not 80', count(*)) FROM standing HAVING count(*) <> 80;
SQL
}
my $standings = 'SELECT md5(string_agg(s::text, chr(10) ORDER BY period_id, subject_id)) FROM standing AS s';

# Committed for certain, to have something to fold and to rebuild.
sub add_rows
{
	my ($name, $select) = batch_of($_[0]);
	ask("$into $select");
	$committed{$name} = 1;
}

# ---- the crashes

my %script = (fold => 'CALL fold(200);', rebuild => 'CALL rebuild(200);');
my @kinds = qw(fold insert load rebuild);

# A staging table of its own for each load; gives the batch.
sub stage
{
	my $name = 'batch ' . ++$batches;
	ask("CREATE TABLE \"$name\" AS SELECT s::text AS subject, y::text AS period, i::text AS indicator, (random() * 100)::numeric(9, 3)::text AS value,
			'$name'::text AS evidence
		FROM generate_series(1, 40) AS s, generate_series(2024, 2025) AS y, generate_series(1, 30) AS i WHERE random() < 0.7");
	$rows{$name} = ask("SELECT count(*) FROM \"$name\"");
	$script{load} = qq(CALL load('"$name"', batch => 100););
	return $name;
}

my %duration;
sub undisturbed
{
	my ($kind, $run) = @_;
	my $begin = time;
	$run->();
	$duration{$kind} = time - $begin;
}
undisturbed('insert', sub { add_rows(4000) });
is(join(', ', wrong_rows(), wrong_answers()), '', 'before all crashes all is well');
$committed{ stage() } = 1;
# How long each takes undisturbed, so that the moments fall within.
for my $kind (sort keys %script) { undisturbed($kind, sub { ask($script{$kind}) }); }
is(join(', ', wrong_rows(), wrong_answers()), '', 'and after a fold, a load and a rebuild');

for my $crash (1 .. $crashes)
{
	my $kind = $kinds[($crash - 1) % @kinds];
	my $whole = ($crash + int(($crash - 1) / @kinds)) % 2;
	add_rows(3000);
	ask('CALL fold()') if $kind eq 'rebuild';

	my $name;
	if ($kind eq 'insert')
	{
		($name, my $select) = batch_of(4000);
		$script{insert} = "$into $select;";
	}
	elsif ($kind eq 'load') { $name = stage(); }
	# Beside it somebody enters readings, a few at a time.
	my (@beside, $entering) = ();
	for (1 .. 200)
	{
		my ($few, $select) = batch_of(7);
		push @beside, $few;
		$entering .= "$into $select;\n\\echo $few\n";
	}
	my $beside = start($entering);
	backend_of($beside);
	my $job = start("$script{$kind}\n\\echo finished\n");
	my $backend = backend_of($job);
	sleep rand(1.1 * $duration{$kind});
	$whole ? kill_server() : kill_backend($backend);
	waitpid $_->{pid}, 0 for $job, $beside;

	my %acknowledged = map { $_ => 1 } split /\n/, slurp("$beside->{file}.out");
	$acknowledged{$_} and $committed{$_} = 1 for @beside;
	my ($under_way) = grep { !$acknowledged{$_} } @beside;
	$unsure{$under_way} = 1 if defined $under_way;
	my $finished = slurp("$job->{file}.out") =~ /^finished$/m;
	($finished ? \%committed : $kind eq 'load' ? \%partly : \%unsure)->{$name} = 1 if defined $name;

	my @wrong = (wrong_rows(), wrong_answers());
	my $before = ask($standings);
	# The job that was killed is known to be cancelled, and what is left to do is done by another call.
	my $state = ask('SELECT count(*) FROM job_progress WHERE state = \'running\'');
	push @wrong, "$state jobs run" if $state;
	if (%partly)
	{
		ask($script{load}) if !ask("SELECT count(*) FROM load_record WHERE relation LIKE '%\"$name\"' AND finished_at IS NOT NULL");
		$committed{$name} = 1;
		%partly = ();
		$before = ask($standings);
	}
	ask('CALL rebuild()') if $kind eq 'rebuild';
	ask('CALL fold()');
	push @wrong, map { "at the end, $_" } wrong_rows(), wrong_answers();
	push @wrong, 'the fold changed standings' if ask($standings) ne $before;
	my $tail = ask('SELECT count(*) FROM reading_tail');
	push @wrong, "$tail rows are not folded" if $tail;
	ok(!@wrong, sprintf('crash %d: %s, %s killed%s', $crash, $kind, $whole ? 'server' : 'backend', $finished ? ' after its end' : ''))
		or diag join "\n", @wrong[0 .. ($#wrong > 20 ? 20 : $#wrong)];
}

is(join("\n", odd_lines()), '', 'the log of the server tells of no crash but ours');
done_testing();
