#!/usr/bin/perl
# The engine against the exact reference in test/oracle, digit for digit.
#
# Python works out what to expect (it never sees the engine), the server compares. Needs a
# running server in PGHOST etc. (tools/server.sh run prove test/t/oracle.t) and python3.
#   PERFEVAL_ORACLE_CASES   how many cases, over all families (100000)
#   PERFEVAL_RUBRIC_CASES   how many pairs of a rubric and a card (as PERFEVAL_ORACLE_CASES)
#   PERFEVAL_SEED           repeats a run
#   PERFEVAL_ORACLE_KEEP    leave the database and the case files, and say where they are
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use Test::More;

my $oracle = File::Spec->rel2abs(dirname(__FILE__) . '/../oracle/oracle.py');
my $python = $ENV{PYTHON} || 'python3';
my $cases = $ENV{PERFEVAL_ORACLE_CASES} || 100_000;
my $rubric_cases = $ENV{PERFEVAL_RUBRIC_CASES} || $cases;
my $keep = $ENV{PERFEVAL_ORACLE_KEEP};
my $folder = tempdir('perfeval-oracle-XXXXXX', TMPDIR => 1, CLEANUP => !$keep);
my $database = "perfeval_oracle_$$";

# ------------------------------------------------------------------ psql

# Gives ($ok, $output); the SQL goes through a file because of its \copy lines.
sub psql {
	my ($sql, $db) = @_;
	my $file = "$folder/script.sql";
	open my $out, '>', $file or die "$file: $!";
	print $out "SET client_min_messages = warning;\nSET search_path = public, perfeval;\n", $sql, "\n";
	close $out or die "$file: $!";
	open my $in, '-|', "psql -X -qAt -v ON_ERROR_STOP=1 -d " . ($db || $database) . " -f $file 2>&1"
		or die "psql: $!";
	my $output = do { local $/; <$in> } // '';
	my $ok = close $in;
	chomp $output;
	return ($ok, $output);
}

sub must {
	my ($ok, $output) = psql(@_);
	$ok or BAIL_OUT("psql: $output");
	return $output;
}

# ------------------------------------------------------------------ families

# The window's ORDER BY as the case wants it; u holds the rows of the case c.
my %chain = (
	'none' => '',
	'key' => 'ORDER BY k DESC NULLS LAST',
	'score and key' => 'ORDER BY x DESC, k DESC NULLS LAST',
	'score upwards and key' => 'ORDER BY x, k DESC NULLS LAST',
);

sub by_chain {
	my ($call, @more) = @_; # more columns than x and k
	my $columns = join ', ', 'c.scores', 'c.keys', map { "c.$_" } @more;
	my $names = join ', ', 'x', 'k', @more, 'o';
	return 'CASE c.chain ' . join(' ', map {
		"WHEN '$_' THEN (SELECT array_agg(t ORDER BY o) FROM (SELECT o, $call OVER ($chain{$_}) AS t"
			. " FROM unnest($columns) WITH ORDINALITY AS u($names)) AS s)"
	} sort keys %chain) . ' END';
}

# One result array per frame, over the rows of the case.
sub by_frame {
	my ($call, $rows) = @_;
	my %frame = (
		running => 'UNBOUNDED PRECEDING AND CURRENT ROW',
		sliding => '2 PRECEDING AND 1 FOLLOWING',
		ahead => '1 FOLLOWING AND 3 FOLLOWING',
	);
	return map {
		$_ => "(SELECT array_agg(t::text ORDER BY o) FROM (SELECT o, $call OVER (ORDER BY o ROWS BETWEEN $frame{$_})"
			. " AS t FROM $rows) AS s)"
	} sort keys %frame;
}

# A column of cards.
my $card_array = "string_to_array(c.cards, ';', 'NULL')::scorecard[]";
my $cards = "unnest($card_array)";
# A time of readings, of which the largest and smallest numbers mean no end and no beginning.
my $time = "CASE WHEN t = 9007199254740992 THEN 'infinity' WHEN t = -9007199254740992 THEN '-infinity' ELSE to_timestamp(t) END";

# name, columns of the case, { column of the expected text => call }, and calls with fewer
# arguments under the condition that makes them mean the same. "c" is the case.
my @families = (
	['core_division', 'a numeric, b numeric', { expected => 'c.a / c.b' }],
	['difficulty_adjust', 'score numeric, coefficient numeric, cap numeric',
		{ expected => 'difficulty_adjust(c.score, c.coefficient, c.cap)' },
		['c.cap IS NULL', 'difficulty_adjust(c.score, c.coefficient)']],
	['score_threshold', 'value numeric, target numeric, full_points numeric, penalty numeric, step numeric,
		mode text, min_points numeric, better text',
		{ expected => 'score_threshold(c.value, c.target, c.full_points, c.penalty, c.step, c.mode, c.min_points, c.better)' },
		["c.step = 1 AND c.mode = 'linear' AND c.min_points = 0 AND c.better = 'higher'",
			'score_threshold(c.value, c.target, c.full_points, c.penalty)']],
	['score_proportional', 'value numeric, target numeric, full_points numeric, low numeric, high numeric',
		{ expected => 'score_proportional(c.value, c.target, c.full_points, c.low, c.high)' },
		['c.low = 0 AND c.high = 1', 'score_proportional(c.value, c.target, c.full_points)']],
	['score_events', 'count numeric, full_points numeric, penalty numeric, min_points numeric',
		{ expected => 'score_events(c.count, c.full_points, c.penalty, c.min_points)' },
		['c.min_points = 0', 'score_events(c.count, c.full_points, c.penalty)']],
	['score_bands', 'value numeric, cuts numeric[], points numeric[]',
		{ expected => 'score_bands(c.value, c.cuts, c.points)' }],
	['score_interpolate', 'value numeric, xs numeric[], ys numeric[]',
		{ expected => 'score_interpolate(c.value, c.xs, c.ys)' }],
	['prededuct_refund', 'points numeric, rectified numeric, effect text, cap numeric',
		{ expected => 'prededuct_refund(c.points, c.rectified, c.effect, c.cap)' },
		["c.effect = 'full' AND c.cap = 0.8", 'prededuct_refund(c.points, c.rectified)'],
		['c.cap = 0.8', 'prededuct_refund(c.points, c.rectified, c.effect)']],
	['prededuct_refund_dated', 'points numeric, rectified numeric, effect text, cap numeric, notice date,
		accepted date, months int, days int',
		{ expected => 'prededuct_refund(c.points, c.rectified, c.effect, c.cap, c.notice, c.accepted,
			make_interval(months => c.months, days => c.days))' },
		['c.months = 3 AND c.days = 0', 'prededuct_refund(c.points, c.rectified, c.effect, c.cap, c.notice, c.accepted)']],
	['weighted_score', 'scores numeric[], weights numeric[], missing text[]',
		{ expected => '(SELECT weighted_score(x, w, m) FROM unnest(c.scores, c.weights, c.missing) AS u(x, w, m))' },
		["c.missing[1] = 'renormalize' AND 'renormalize' = ALL (c.missing)",
			'(SELECT weighted_score(x, w) FROM unnest(c.scores, c.weights) AS u(x, w))']],
	['trimmed_mean', 'vals numeric[], drops int[]',
		{ expected => '(SELECT trimmed_mean(v, d) FROM unnest(c.vals, c.drops) AS u(v, d))' },
		['c.drops[1] = 1 AND 1 = ALL (c.drops)', '(SELECT trimmed_mean(v) FROM unnest(c.vals) AS u(v))']],
	['recognition_coefficient', 'difficulties numeric[], accuracies numeric[], lows numeric[], highs numeric[],
		drops int[], shares numeric[]',
		{ expected => '(SELECT recognition_coefficient(d, a, l, h, n, s)
			FROM unnest(c.difficulties, c.accuracies, c.lows, c.highs, c.drops, c.shares) AS u(d, a, l, h, n, s))' },
		[q{'0.5' = ALL (c.shares::text[])}, '(SELECT recognition_coefficient(d, a, l, h, n)
			FROM unnest(c.difficulties, c.accuracies, c.lows, c.highs, c.drops) AS u(d, a, l, h, n))'],
		[q{'0.5' = ALL (c.shares::text[]) AND 0 = ALL (c.drops)}, '(SELECT recognition_coefficient(d, a, l, h)
			FROM unnest(c.difficulties, c.accuracies, c.lows, c.highs) AS u(d, a, l, h))']],
	['weighted_window', 'scores numeric[], weights numeric[], missing text',
		{ by_frame('weighted_score(x, w, c.missing)', 'unnest(c.scores, c.weights) WITH ORDINALITY AS u(x, w, o)') }],
	['trimmed_window', 'vals numeric[]',
		{ by_frame('trimmed_mean(v, 0)', 'unnest(c.vals) WITH ORDINALITY AS u(v, o)') }],
	['recognition_window', 'difficulties numeric[], accuracies numeric[], low numeric, high numeric',
		{ by_frame('recognition_coefficient(d, a, c.low, c.high)',
			'unnest(c.difficulties, c.accuracies) WITH ORDINALITY AS u(d, a, o)') }],
	['tier_quota', 'n int, shares numeric[], preference int[], carry numeric[], bounds text[]',
		{ expected => 'tier_quota(c.n, c.shares, c.preference, c.carry, c.bounds)',
			expected_carry => 'tier_carry(c.n, c.shares, c.preference, c.carry, c.bounds)' },
		['c.preference IS NULL AND c.carry IS NULL AND c.bounds IS NULL', 'tier_quota(c.n, c.shares)']],
	['tier_quota_chain', 'n int, shares numeric[], preference int[], carry numeric[], bounds text[]',
		{ expected => 'tier_quota(c.n, c.shares, c.preference, c.carry, c.bounds)',
			expected_carry => 'tier_carry(c.n, c.shares, c.preference, c.carry, c.bounds)' }],
	['seat_quota', 'seats bigint, weights numeric[], preference int[]',
		{ expected => 'seat_quota(c.seats, c.weights, c.preference)' },
		['c.preference IS NULL', 'seat_quota(c.seats, c.weights)']],
	['allocate_amount', 'amount numeric, weights numeric[], scale int',
		{ expected => 'allocate_amount(c.amount, c.weights, c.scale)' },
		['c.scale = 2', 'allocate_amount(c.amount, c.weights)']],
	['forced_distribution', 'scores numeric[], keys int[], shares numeric[], ties text, preference int[],
		carry numeric[], bounds text[], chain text',
		{ expected => by_chain('forced_distribution(x, c.shares, c.ties, c.preference, c.carry, c.bounds)') }],
	['tier_by_seats', 'scores numeric[], keys int[], seats int[], ties text, chain text',
		{ expected => by_chain('tier_by_seats(x, c.seats, c.ties)') }],
	['settle_tier', 'scores numeric[], keys int[], quota int[], tiers int, caps int[], promoted int[], refill boolean,
		consumes boolean, ties text, chain text',
		{ expected => by_chain('settle_tier(x, u.quota, c.tiers, u.caps, u.promoted, c.refill, c.consumes, c.ties)', qw(quota caps promoted)) }],
	['rater_severity', 'units bigint[], raters bigint[], scores numeric[], digits int, shrink numeric',
		{ expected => "(SELECT string_agg(concat_ws(' ', rater, component, ratings, coalesce(severity::text, '-'),
			coalesce(shrunk::text, '-'), left(estimable::text, 1), left(constant::text, 1)), ';' ORDER BY rater)
			FROM rater_severity(c.units, c.raters, c.scores, c.digits, c.shrink))" }],
	['rater_agreement', 'units bigint[], raters bigint[], scores numeric[], digits int',
		{ expected => "(SELECT string_agg(concat_ws(' ', statistic, coalesce(value::text, reason), unit_count, rater_count), ';' ORDER BY o)
			FROM rater_agreement(c.units, c.raters, c.scores, c.digits)
				WITH ORDINALITY AS u(statistic, value, unit_count, rater_count, reason, o))" }],
	['place_by_rule', 'scores numeric[], keys int[], shares numeric[], ties text, preference int[], carry numeric[], bounds text[], seats int[],
		cuts numeric[], capped_seat text, consumes boolean, caps int[], promoted int[], chain text',
		{ expected => '(SELECT array_agg(v ORDER BY n) FROM unnest(' . by_chain('place_by_rule(x, (SELECT r FROM (SELECT c.shares, c.ties, c.preference,
			c.carry, c.bounds, c.seats, c.cuts, c.capped_seat, c.consumes AS promotion_consumes) AS r), u.caps, u.promoted)', qw(caps promoted))
			. ') WITH ORDINALITY AS p(v, n))' }],
	['scorecard_text', 'input text', { expected => 'c.input::scorecard' },
		['true', 'c.input::scorecard::text::scorecard'],
		["left(c.expected, 1) <> '!'", 'c.input::scorecard::jsonb::scorecard'],
		["left(c.expected, 1) <> '!'", 'scorecard_merge(c.input::scorecard, c.input::scorecard)']],
	['scorecard_agg', 'items int[], vals numeric[], statuses text[]',
		{ expected => '(SELECT scorecard_agg(i, v, s) FROM unnest(c.items, c.vals, c.statuses) AS u(i, v, s))' },
		["array_to_string(c.statuses, '') = '' AND array_position(c.statuses, '') IS NULL", '(SELECT scorecard_agg(i, v) FROM unnest(c.items, c.vals) AS u(i, v))'],
		["left(c.expected, 1) <> '!'", '(SELECT scorecard_agg(item, coalesce(value, code), status)
			FROM items((SELECT scorecard_agg(i, v, s) FROM unnest(c.items, c.vals, c.statuses) AS u(i, v, s))))']],
	['scorecard_latest', 'items int[], vals numeric[], statuses text[], times bigint[], numbers bigint[]',
		{ expected => "(SELECT scorecard_latest(i, v, s, $time, n) FROM unnest(c.items, c.vals, c.statuses, c.times, c.numbers) AS u(i, v, s, t, n))" }],
	['scorecard_merge', 'a text, b text, probe int',
		{ expected => 'c.a::scorecard || c.b::scorecard',
			value => '(c.a::scorecard || c.b::scorecard) -> c.probe',
			status => 'scorecard_status(scorecard_merge(c.a::scorecard, c.b::scorecard), c.probe)' }],
	['scorecard_sum', 'cards text', { expected => "(SELECT scorecard_sum(card) FROM $cards AS u(card))" }],
	['scorecard_mean', 'cards text, digits int[], modes text[]',
		{ expected => "(SELECT scorecard_mean(card, d, m) FROM unnest($card_array, c.digits, c.modes) AS u(card, d, m))" }],
	['scorecard_min', 'cards text', { expected => "(SELECT scorecard_min(card) FROM $cards AS u(card))" }],
	['scorecard_max', 'cards text', { expected => "(SELECT scorecard_max(card) FROM $cards AS u(card))" }],
	['scorecard_last', 'cards text, times bigint[]',
		{ expected => "(SELECT scorecard_last(card, to_timestamp(t)) FROM unnest($card_array, c.times) AS u(card, t))" }],
);
# In the order in which the case files hold them.
my %expected_columns = (
	tier_quota => [qw(expected expected_carry)],
	tier_quota_chain => [qw(expected expected_carry)],
	scorecard_merge => [qw(expected value status)],
	map { ("${_}_window" => [qw(running sliding ahead)]) } qw(weighted trimmed recognition),
);

# ------------------------------------------------------------------ comparing

# Differences between a table of results got(id, got) and a column of a family, as
# ($how_many, $the_shortest_of_them).
sub differences {
	my ($family, $column, $shown) = @_;
	my $output = must(<<"SQL");
SELECT count(*) FROM got JOIN $family AS c USING (id) WHERE got IS DISTINCT FROM c.$column;
SELECT format('id %s: got %s, expected %s, from %s', id, coalesce(left(got, 400), 'NULL'),
              coalesce(left(c.$column, 400), 'NULL'),
              left((to_jsonb(c) - '{id,expected,expected_carry,running,sliding,ahead}'::text[])::text, 900))
  FROM got JOIN $family AS c USING (id) WHERE got IS DISTINCT FROM c.$column
  ORDER BY length(to_jsonb(c)::text), id LIMIT $shown;
SQL
	my ($count, $text) = split /\n/, $output, 2;
	return ($count, $text // '');
}

sub report {
	my ($family, $column, $name, $shown) = @_;
	my $number = must('SELECT count(*) FROM got');
	my ($count, $text) = differences($family, $column, $shown);
	ok($count == 0 && $number > 0, "$name ($number cases)") or diag("$count cases differ\n$text");
}

# Fills got(id, got) by a query, or case by case if one of them raises an error that was
# not expected, so that the case can be named.
sub fill {
	my ($family, $column, $call, $condition) = @_;
	$condition ||= 'true';
	# OFFSET 0 keeps the call away from the cases that are to raise an error
	my ($ok, $output) = psql(<<"SQL");
DROP TABLE IF EXISTS got;
CREATE UNLOGGED TABLE got AS
  SELECT c.id, ($call)::text AS got FROM (SELECT * FROM $family AS c
   WHERE ($condition) AND left(coalesce($column, ''), 1) <> '!' OFFSET 0) AS c;
INSERT INTO got SELECT c.id, try_case('$family', \$call\$$call\$call\$, c.id) FROM $family AS c
   WHERE ($condition) AND left($column, 1) = '!';
SQL
	return if $ok;
	diag("$family as a whole: " . $output =~ s/\n.*//sr) if $family ne 'planted';
	must(<<"SQL");
DROP TABLE IF EXISTS got;
CREATE UNLOGGED TABLE got AS SELECT c.id, try_case('$family', \$call\$$call\$call\$, c.id) AS got
  FROM $family AS c WHERE ($condition);
SQL
}

# A query that gives (id, got) for the groups of a family.
sub same_by_query {
	my ($name, $family, $query, $settings) = @_;
	my ($ok, $output) = psql(($settings || '') . "DROP TABLE IF EXISTS got; CREATE UNLOGGED TABLE got AS $query;");
	return report($family, 'expected', $name, 1) if $ok;
	fail($name);
	diag($output);
}

# ------------------------------------------------------------------ set up

my $selftest = `"$python" "$oracle" --selftest 2>&1`;
is($?, 0, 'the formula sheet\'s vectors hold in the oracle') or BAIL_OUT($selftest);

my $made = `"$python" "$oracle" --out "$folder" --cases $cases 2>&1`;
$? == 0 or BAIL_OUT("no cases: $made");
my ($seed) = $made =~ /^seed (\S+)/m;
diag("oracle: $cases cases, PERFEVAL_SEED=$seed" . ($keep ? ", kept in $folder and database $database" : ''));

must("CREATE DATABASE $database", $ENV{PGDATABASE} || 'postgres');
my $main = $$;
END {
	# only the process and the case that made the database may drop it
	if (defined $main && $main == $$ && !$keep) {
		my $status = $?;
		psql("DROP DATABASE IF EXISTS $database", $ENV{PGDATABASE} || 'postgres');
		$? = $status;
	}
}
must(<<'SQL');
CREATE EXTENSION perfeval;
-- The text of one case's result, or '!' and the SQLSTATE of its error.
CREATE FUNCTION try_case(family text, call text, id int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE format('SELECT (%s)::text FROM %I AS c WHERE c.id = $1', call, family) INTO result USING id;
  RETURN result;
EXCEPTION WHEN OTHERS THEN
  RETURN '!' || SQLSTATE;
END $$;
SQL
for (@families) {
	my ($name, $columns) = @$_;
	my $results = join ', ', map { "$_ text" } @{ $expected_columns{$name} || ['expected'] };
	must("CREATE UNLOGGED TABLE $name (id int PRIMARY KEY, $columns, $results);\n"
		. "\\copy $name FROM '$folder/$name.tsv'\nANALYZE $name;");
}

# ------------------------------------------------------------------ the families

for (@families) {
	my ($name, undef, $calls, @short) = @$_;
	for my $column (sort keys %$calls) {
		fill($name, $column, $calls->{$column});
		report($name, $column, $column eq 'expected' ? $name : "$name: $column", 5);
	}
	for (@short) {
		my ($condition, $call) = @$_;
		fill($name, 'expected', $call, $condition);
		my ($arguments) = $call =~ /(\w+\([^()]*\))/;
		report($name, 'expected', ($arguments // $call) =~ s/c\.//gr, 1);
	}
}

# ------------------------------------------------------------------ the comparison itself

# Wrong answers are planted; each of them, and nothing else, has to be found.
must(<<'SQL');
CREATE UNLOGGED TABLE planted AS SELECT * FROM score_proportional WHERE id <= 1000;
ALTER TABLE planted ADD PRIMARY KEY (id);
CREATE UNLOGGED TABLE plant AS
  SELECT min(id) FILTER (WHERE expected ~ '\.\d{15}[0-8]$') AS digit, min(id) FILTER (WHERE expected ~ '\.\d+$') AS zero,
         max(id) FILTER (WHERE expected IS NULL) AS appears, max(id) FILTER (WHERE expected ~ '^\d') AS vanishes,
         min(id) FILTER (WHERE expected LIKE '!%') AS state, max(id) FILTER (WHERE expected LIKE '!%') AS no_error,
         max(id) FILTER (WHERE expected ~ '^-') AS error
    FROM planted;
UPDATE planted SET expected = regexp_replace(expected, '.$', '9') FROM plant WHERE id = digit;
UPDATE planted SET expected = expected || '0' FROM plant WHERE id = zero AND id <> digit;
UPDATE planted SET expected = '0' FROM plant WHERE id = appears;
UPDATE planted SET expected = NULL FROM plant WHERE id = vanishes;
UPDATE planted SET expected = '!22012' FROM plant WHERE id = state;
UPDATE planted SET expected = '1' FROM plant WHERE id = no_error;
UPDATE planted SET expected = '!22023' FROM plant WHERE id = error;
SQL
if ($cases >= 10_000) {
	fill('planted', 'expected', 'score_proportional(c.value, c.target, c.full_points, c.low, c.high)');
	my $found = must("SELECT array_agg(DISTINCT id ORDER BY id) FROM got JOIN planted AS c USING (id) WHERE got IS DISTINCT FROM c.expected");
	my $wanted = must('SELECT array_agg(DISTINCT v ORDER BY v) FROM plant AS p, unnest(ARRAY[digit, zero, appears, vanishes, state, no_error, error]) AS u(v)');
	my ($count) = differences('planted', 'expected', 0);
	is($found, $wanted, 'planted wrong answers are found');
	cmp_ok($count, '>=', 5, 'and counted');
}

# ------------------------------------------------------------------ aggregates every other way

# Rows of all groups in one table, shuffled, so that every worker sees a bit of every group;
# "shuffle" splits a group at random. Groups that raise an error are left out; "harmless" are
# those of which no part raises one either.
my %flat = (
	weighted_score => {
		rows => 'unnest(c.scores, c.weights, c.missing) WITH ORDINALITY AS u(x, w, m, o)',
		columns => 'x, w, m', harmless => 'w > 0',
	},
	trimmed_mean => {
		rows => 'unnest(c.vals, c.drops) WITH ORDINALITY AS u(x, n, o)',
		columns => 'x, n', harmless => 'n = 0',
	},
	recognition_coefficient => {
		rows => 'unnest(c.difficulties, c.accuracies, c.lows, c.highs, c.drops, c.shares)
			WITH ORDINALITY AS u(d, a, l, h, n, s, o)',
		columns => 'd, a, l, h, n, s', harmless => 'n = 0',
	},
	scorecard_agg => {
		rows => 'unnest(c.items, c.vals, c.statuses) WITH ORDINALITY AS u(i, v, s, o)',
		columns => 'i, v, s', harmless => 'true',
	},
	# readings of one time and number may be settled by one that is still to come
	scorecard_latest => {
		rows => "LATERAL (SELECT i, v, s, $time AS t, n, o FROM unnest(c.items, c.vals, c.statuses, c.times, c.numbers) WITH ORDINALITY AS u(i, v, s, t, n, o)) AS u,
			LATERAL (SELECT count(DISTINCT ROW(i, t, n)) = count(*) FROM unnest(c.items, c.times, c.numbers) AS x(i, t, n)) AS d(all_differ)",
		columns => 'i, v, s, t, n', more => ', all_differ', harmless => 'all_differ',
	},
	(map { ("scorecard_$_" => {
		rows => "$cards WITH ORDINALITY AS u(card, o)", columns => 'card', harmless => 'true', state => 'scorecard_accumulate_state',
	}) } qw(sum min max)),
	scorecard_mean => {
		rows => "unnest($card_array, c.digits, c.modes) WITH ORDINALITY AS u(card, d, m, o)",
		columns => 'card, d, m', harmless => "left(d || m, 1) <> '3'", state => 'scorecard_accumulate_state',
	},
	# a time given twice may be settled by a card that is still to come
	scorecard_last => {
		rows => "LATERAL (SELECT card, to_timestamp(t) AS t, o FROM unnest($card_array, c.times) WITH ORDINALITY AS u(card, t, o)) AS u,
			LATERAL (SELECT count(DISTINCT x) = count(*) FROM unnest(c.times) AS x) AS d(times_differ)",
		columns => 'card, t', more => ', times_differ', harmless => 'times_differ', state => 'scorecard_accumulate_state',
	},
);
my $serial = "SET max_parallel_workers_per_gather = 0;\n";
my $parallel = <<'SQL';
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET cpu_operator_cost = 0.1;
SQL

for my $aggregate (sort keys %flat) {
	my ($rows, $columns, $harmless) = @{ $flat{$aggregate} }{qw(rows columns harmless)};
	my $arguments = $columns;
	my $table = "${aggregate}_rows";
	my $state = $flat{$aggregate}{state} || "${aggregate}_state";
	my $more = $flat{$aggregate}{more} || '';
	must(<<"SQL");
CREATE UNLOGGED TABLE $table AS
  SELECT c.id, o, hashtext('$seed/' || c.id || '/' || o) & 1073741823 AS shuffle, count(*) OVER (PARTITION BY c.id)::int AS members,
         $columns$more
    FROM $aggregate AS c, $rows WHERE left(coalesce(c.expected, ''), 1) <> '!'
   ORDER BY shuffle;
ALTER TABLE $table SET (parallel_workers = 2);
ANALYZE $table;
SQL
	my $plain = "SELECT id, $aggregate($arguments)::text AS got FROM $table GROUP BY id";
	my $states = "SELECT id, ${aggregate}_state($arguments) AS state FROM $table GROUP BY id, shuffle % (id % 5 + 2)";
	my $merged = "SELECT id, ${aggregate}_merge(state)::text AS got";

	same_by_query("$aggregate, rows shuffled, hashed", $aggregate, $plain,
		$serial . 'SET enable_sort = off; SET work_mem = \'64MB\';');
	same_by_query("$aggregate, hashed and spilled", $aggregate, $plain, $serial . 'SET work_mem = \'64kB\';');
	same_by_query("$aggregate, sorted", $aggregate, $plain, $serial . 'SET enable_hashagg = off;');
	same_by_query("$aggregate, largest first", $aggregate,
		"SELECT id, $aggregate($arguments)::text AS got FROM (SELECT * FROM $table ORDER BY id, "
			. (split /, /, $columns)[0] . ' DESC NULLS FIRST) AS s GROUP BY id', $serial . 'SET enable_hashagg = off;');
	same_by_query("$aggregate, last row of a running frame", $aggregate,
		"SELECT id, (array_agg(got::text ORDER BY o DESC))[1] AS got FROM (SELECT id, o, $aggregate($arguments)
		   OVER (PARTITION BY id ORDER BY o ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS got
		   FROM (SELECT *, bool_and($harmless) OVER (PARTITION BY id) AS harmless FROM $table) AS s WHERE harmless) AS s
		 GROUP BY id", $serial);
	same_by_query("$aggregate, states merged through text", $aggregate,
		"$merged FROM (SELECT id, state::text::$state AS state FROM ($states OFFSET 0) AS s) AS s GROUP BY id",
		$serial);
	same_by_query("$aggregate, NULL states among them", $aggregate,
		"$merged FROM (SELECT id, state FROM ($states) AS s
		   UNION ALL SELECT id, NULL::$state FROM $table) AS s GROUP BY id", $serial);

	my $single = "SELECT id, members, ${aggregate}_state($arguments) AS state FROM $table GROUP BY id, members, o";
	my ($ok, $output) = psql("\\copy ($single) TO '$folder/states' (FORMAT binary)\n"
		. "DROP TABLE IF EXISTS states; CREATE UNLOGGED TABLE states (id int, members int, state $state);\n"
		. "\\copy states FROM '$folder/states' (FORMAT binary)\nANALYZE states;"
		. 'ALTER TABLE states SET (parallel_workers = 2);');
	ok($ok, "$aggregate: states travel in binary") or diag($output);
	same_by_query("$aggregate, states merged from binary", $aggregate, "$merged FROM states GROUP BY id", $serial);
	if ($ok) {
		is(must("SELECT count(*) FROM states WHERE state::text <> state::text::$state\::text"), 0,
			"$aggregate: a state's text gives the same state");
	}

	# the planner splits the work only where rows cost something and groups are not too small
	must(<<"SQL");
DROP TABLE IF EXISTS large_rows, large_states;
CREATE UNLOGGED TABLE large_rows WITH (parallel_workers = 2) AS SELECT * FROM $table WHERE members > 5;
CREATE UNLOGGED TABLE large_states WITH (parallel_workers = 2) AS SELECT * FROM states WHERE members > 5;
ANALYZE large_rows, large_states;
SQL
	my %query = ('rows' => "SELECT id, $aggregate($arguments)::text AS got FROM large_rows GROUP BY id",
		'states' => "$merged FROM large_states GROUP BY id");
	for my $input (sort keys %query) {
		my (undef, $plan) = psql("$parallel EXPLAIN (COSTS off) $query{$input}");
		like($plan, qr/Partial (Hash|Group)?Aggregate/, "$aggregate of $input: the plan is parallel");
		same_by_query("$aggregate of $input, two workers without the leader", $aggregate, $query{$input}, $parallel);
	}
}

# Core's own expression has to give the oracle's weighted scores too.
same_by_query("core's sum(w*x)/sum(w)", 'weighted_score', <<'SQL');
SELECT id, (sum(w * x) / sum(w) FILTER (WHERE x IS NOT NULL))::text AS got FROM weighted_score_rows
 GROUP BY id HAVING min(m) = 'renormalize' AND count(x) > 0
SQL

# ------------------------------------------------------------------ tiers over all partitions at once

# Rows shuffled and too little memory, so that partitions are spilled and sorted again.
for my $function (qw(forced_distribution tier_by_seats)) {
	my $more = $function eq 'tier_by_seats' ? 'seats, ties' : 'shares, ties, preference, carry, bounds';
	must(<<"SQL");
CREATE UNLOGGED TABLE ${function}_rows AS
  SELECT c.id, o, x, k, chain, $more FROM $function AS c, unnest(c.scores, c.keys) WITH ORDINALITY AS u(x, k, o)
   WHERE left(coalesce(c.expected, ''), 1) <> '!' ORDER BY hashtext('$seed/' || c.id || '/' || o);
ANALYZE ${function}_rows;
SQL
	for my $memory (qw(64kB 64MB)) {
		same_by_query("$function, all partitions in one query, work_mem $memory", $function,
			join(' UNION ALL ', map {
				"SELECT id, array_agg(t ORDER BY o)::text AS got FROM (SELECT id, o, $function(x, $more)
				   OVER (PARTITION BY id $chain{$_}) AS t FROM ${function}_rows WHERE chain = '$_') AS s GROUP BY id"
			} sort keys %chain), "SET work_mem = '$memory';");
	}
}

# ------------------------------------------------------------------ rubrics

# Rubrics come with some cards each. Two makers write them in chunks, which are compared, and
# thrown away, while the makers go on. A rubric is used both as it was read and as it reads its
# own text.
my $set_up = <<'SQL';
CREATE UNLOGGED TABLE rubric_texts (number int PRIMARY KEY, input text);
CREATE UNLOGGED TABLE rubrics (number int PRIMARY KEY, rubric rubric, again rubric, refusal text);
CREATE UNLOGGED TABLE rubric_cases (id int PRIMARY KEY, number int, card scorecard,
  results text, score text, rank_basis text, lines text);
CREATE UNLOGGED TABLE wrong (what text, id int, number int, got text, expected text);

CREATE FUNCTION read_rubrics() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t rubric_texts;
  r rubric;
BEGIN
  FOR t IN SELECT * FROM rubric_texts LOOP
    BEGIN
      r := t.input::rubric;
      INSERT INTO rubrics VALUES (t.number, r, r::text::rubric);
    EXCEPTION WHEN OTHERS THEN
      INSERT INTO rubrics VALUES (t.number, NULL, NULL, SQLERRM);
    END;
  END LOOP;
END $$;

CREATE FUNCTION compare_rubrics() RETURNS void LANGUAGE sql AS $$
INSERT INTO wrong
SELECT 'read', NULL::int, number, refusal, 'a rubric' FROM rubrics WHERE refusal IS NOT NULL
UNION ALL
SELECT 'text', NULL::int, number, again::text, rubric::text FROM rubrics WHERE again::text IS DISTINCT FROM rubric::text;
INSERT INTO wrong
SELECT what, id, number, got, expected
  FROM rubric_cases AS c
  JOIN (SELECT number, unnest(ARRAY[0, 1]) AS odd, unnest(ARRAY[rubric, again]) AS rubric
          FROM rubrics WHERE refusal IS NULL OFFSET 0) AS r USING (number),
  LATERAL (SELECT evaluate(card, r.rubric) AS results OFFSET 0) AS e,
  LATERAL (VALUES
    ('evaluate', e.results::text, c.results),
    ('score', score(card, r.rubric)::text, c.score),
    ('score of the results', score(e.results)::text, c.score),
    ('rank_basis', rank_basis(card, r.rubric)::text, c.rank_basis),
    ('rank_basis of the results', rank_basis(e.results)::text, c.rank_basis),
    ('sum of the lines', (SELECT trim_scale(sum(points))::text FROM explain(card, r.rubric)), c.score),
    ('lines', CASE WHEN c.lines IS NOT NULL THEN (
       SELECT coalesce(string_agg(node || CASE WHEN label LIKE 'effect of %' THEN 'e=' ELSE 'n=' END || trim_scale(points),
                                  ' ' ORDER BY ordinality), '')
         FROM explain(card, r.rubric) WITH ORDINALITY WHERE points IS NOT NULL) END, c.lines)
  ) AS w(what, got, expected)
 WHERE id % 2 = odd AND got IS DISTINCT FROM expected;
$$;
SQL
my @compared = ('read', 'text', 'evaluate', 'score', 'score of the results', 'rank_basis', 'rank_basis of the results',
	'sum of the lines', 'lines');

# What differs in the tables as they are, as { what => [how many, the shortest of them] }.
sub wrong_rubrics {
	my ($ok, $output) = psql('TRUNCATE wrong; SELECT compare_rubrics();');
	my %wrong;
	if (!$ok) {
		$wrong{evaluate} = [1, $output];
		return \%wrong;
	}
	for my $what (split /\n/, must('SELECT DISTINCT what FROM wrong')) {
		my ($count, $text) = split /\n/, must(<<"SQL"), 2;
SELECT count(*) FROM wrong WHERE what = '$what';
SELECT format(E'rubric %s, case %s: got %s\n expected %s\n card %s\n of %s', number, id, left(coalesce(got, 'NULL'), 1000),
              left(coalesce(expected, 'NULL'), 1000), left(card::text, 1000), left(input, 3000))
  FROM wrong AS w JOIN rubric_texts USING (number) LEFT JOIN rubric_cases AS c USING (id, number) WHERE what = '$what'
  ORDER BY length(input), number, id LIMIT 3;
SQL
		$wrong{$what} = [$count, $text];
	}
	return \%wrong;
}

# Wrong answers are planted here too; gives whether these cases are found, and no others.
sub planted_rubrics {
	my $found = must(<<'SQL');
BEGIN;
CREATE TEMP TABLE plant AS
  SELECT max(id) AS digit, min(id) AS flag, min(id) FILTER (WHERE score <> '0') AS score,
         max(id) FILTER (WHERE rank_basis <> score) AS rank_basis,
         min(id) FILTER (WHERE lines ~ '=.*=') AS lines
    FROM rubric_cases WHERE results ~ '\d\}$';
UPDATE rubric_cases SET results = regexp_replace(results, '.\}$', translate(right(results, 2), '0123456789', '1234567890'))
  FROM plant WHERE id = digit;
UPDATE rubric_cases SET results = left(results, -1) || ', "1019999999": 9001}' FROM plant WHERE id = flag;
UPDATE rubric_cases AS c SET score = '0' FROM plant WHERE id = plant.score;
UPDATE rubric_cases AS c SET rank_basis = c.score FROM plant WHERE id = plant.rank_basis;
UPDATE rubric_cases AS c SET lines = regexp_replace(c.lines, '^(\S+) (.*)$', '\2 \1') FROM plant WHERE id = plant.lines;
TRUNCATE wrong;
DO $$ BEGIN PERFORM compare_rubrics(); END $$;
SELECT (SELECT array_agg(DISTINCT id ORDER BY id) FROM wrong) = (SELECT array_agg(DISTINCT v ORDER BY v)
   FROM plant, unnest(ARRAY[digit, flag, plant.score, plant.rank_basis, plant.lines]) AS u(v));
ROLLBACK;
SQL
	return $found eq 't';
}

my ($ready, $why) = psql($set_up);
if ($ready) {
	my @makers = map {
		open my $maker, '-|', qq("$python" "$oracle" --out "$folder" --rubrics $rubric_cases --seed "$seed" --part $_/2)
			or die "$python: $!";
		$maker;
	} 0, 1;
	my ($done, %wrong, %shown) = (0);
	while (@makers) {
		my $maker = shift @makers;
		my ($name, $number) = (<$maker> // '') =~ /^chunk (\S+) (\d+)$/;
		if (!defined $name) {
			close $maker or fail('a maker of rubrics ended early');
			next;
		}
		push @makers, $maker;
		my ($read, $output) = psql("TRUNCATE rubric_texts, rubrics, rubric_cases;\n"
			. "\\copy rubric_texts FROM '$folder/$name.rubrics'\n\\copy rubric_cases FROM '$folder/$name.cases'\n"
			. "DO \$\$ BEGIN PERFORM read_rubrics(); END \$\$; ANALYZE rubrics, rubric_cases;");
		$read or do { fail('rubrics are loaded'); diag($output); last };
		my $found = wrong_rubrics();
		for my $what (keys %$found) {
			$wrong{$what} += $found->{$what}[0];
			$shown{$what} //= $found->{$what}[1];
		}
		ok(planted_rubrics(), 'planted wrong results of rubrics are found') if !$done && !%$found && $number >= 1000;
		$done += $number;
		unlink "$folder/$name.rubrics", "$folder/$name.cases" unless $keep;
	}
	cmp_ok($done, '>', 0.99 * $rubric_cases, "all rubrics were compared ($done cases)");
	for my $what (@compared) {
		ok(!$wrong{$what}, "rubrics: $what") or diag("$wrong{$what} cases differ\n$shown{$what}");
	}
} else {
	fail('rubrics can be compared');
	diag($why);
}

done_testing();
