# Nothing that SQL can call may crash the server or end in an internal error: support functions called by
# hand, garbage for scorecards, rubrics and the state types in text and binary, aggregates that others build on our functions.
#
#   PERFEVAL_SEED   repeats a run
use strict;
use warnings;
no warnings 'qw';	# commas
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Test::More;

my $seed = $ENV{PERFEVAL_SEED} // time;
srand $seed;
diag "abuse: PERFEVAL_SEED=$seed";
sub pick { return $_[ int rand @_ ]; }

my $database = new_database('perfeval_abuse');
my $folder = tempdir(CLEANUP => 1);
query($database, <<'SQL');
CREATE EXTENSION perfeval;
ALTER DATABASE perfeval_abuse SET search_path = perfeval, public;
ALTER DATABASE perfeval_abuse SET statement_timeout = '60s';
-- SQLSTATE of a statement, 00000 if it works
CREATE FUNCTION public.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN '00000';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
SQL

# After a crash the server starts its processes anew.
my $checkpointer = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
my $same = query($database, $checkpointer);
sub still_up
{
	my ($name) = @_;
	my (undef, $now) = psql($database, $checkpointer);
	chomp $now;
	is($now, $same, "the server stays up: $name");
	$same = $now;
	return;
}

# Runs statements; gives a hash statement => SQLSTATE.
sub attempt
{
	my @statements = @_;
	my %state;
	while (my @some = splice @statements, 0, 200)
	{
		my $sql = join "\n", map { "SELECT $_, attempt(\$abuse\$$some[$_]\$abuse\$);" } 0 .. $#some;
		my ($status, $text, $said) = psql($database, $sql);
		my $done = -1;
		while ($text =~ /^(\d+)\|(\w{5})$/mg) { $state{ $some[ $done = $1 ] } = $2; }
		diag $said if $said ne '';
		next if $status != 2 || $done == $#some;
		$state{ $some[ $done + 1 ] } = 'crash';
		unshift @statements, @some[ $done + 2 .. $#some ];
		for (1 .. 40) { last if system('pg_isready -q') == 0; sleep 1; }
	}
	$state{$_} //= 'none' for @_;
	return \%state;
}

# No SQLSTATE but one that matches; internal errors are XX000.
sub only_states
{
	my ($state, $wanted, $name) = @_;
	my @other = grep { $state->{$_} !~ $wanted } sort keys %$state;
	ok(!@other && %$state, "$name (" . keys(%$state) . ')') or diag map { substr($_, 0, 300) . ' -> ' . $state->{$_} . "\n" } @other[ 0 .. ($#other > 9 ? 9 : $#other) ];
	return;
}
my $error_of_data = qr/^(22|0A|42|54|21)...$/;
my $no_crash = qr/^(00000|(22|0A|42|54|21|57)...)$/;

# ---- every function of the extension, by hand

my %state_of = (
	weighted_score_state => [ "'(renormalize,820,10,)'", "'(zero,820.0,10,3.5)'", "'(impute:60,,,2)'" ],
	trimmed_mean_state => [ "'(1,3,240,{70},{90})'", "'(0,0,0,{},{})'", "'(2,1,7,{7},{7})'" ],
	recognition_coefficient_state => [ "'(0,1,0.5,1,3,255,{75},{95})'", "'(0.8,1.2,0.5,0,0,0,{},{})'" ],
	scorecard_agg_state => [ q('{}'), q('{"1": 1.5, "70000": "missing"}'), q('{"3": "error:7"}') ],
	scorecard_latest_state => [ q('({},{},{})'), q('({794102400000000,infinity!},{7,-1},{"1": 1.5, "70000": "missing"})'), q('({-infinity},{-9223372036854775808},{"3": "error:7"})') ],
	scorecard_accumulate_state => [ q('(sum,0,half_up,{},{})'), q('(mean,2,half_even,{3,1},{"1": 250.5, "2": "exempt"})'), q('(last,0,half_up,{794102400000000!},{"1": 1})') ],
);
my @cards = (q('{}'), q('{"1": 1}'), q('{"1": -1.5, "2": "missing", "3": "error:7"}'), q('{"0": "exempt", "2147483647": 99999999999999999999999999999999999999}'),
	q('{"5": -99999999999999999999999999999999999999, "70000": 0.00000000000000000000000000000000000001}'),
	q('{"0": 1.5, "1000000001": 1, "1009999999": 1, "1010000003": 99999999999999999999999999999999999999, "1010000004": 9001.5, "1080000001": -0.5, "1090000000": 1, "1900000000": "missing", "2000000000": "error:1"}'),
	q((SELECT scorecard_agg(i, i) FROM generate_series(1, 10000) i)), q((SELECT scorecard_agg(i, NULL) FROM generate_series(5000, 10001) i)));
# a rubric of every rule, and small ones
my $every = '{"rubric": 1, "label": "细则", "rounding": {"at": "node", "digits": 3, "mode": "half_even", "rank_basis": "rounded"}, "parameters": {"t": 5, "u": null}, "root": {"rule": "clamp", "low": 0, "high": 105, "children": [{"rule": "sum", "missing": "impute:1.5", "children": ['
	. '{"rule": "weighted_mean", "node": 7, "total": 100, "missing": "renormalize:0.5", "children": [{"rule": "threshold", "weight": 60, "item": 1, "target": {"item": 2}, "full_points": 10, "penalty": 2, "step": 0.5, "min_points": null, "mode": "ceil"}, {"rule": "events", "weight": 40, "item": 2, "full_points": 10, "penalty": 5, "pending": {"item": 3}, "count_pending": "yes"}]},'
	. '{"rule": "geometric_mean", "round": {"digits": 4}, "children": [{"rule": "given", "item": 1, "max": 9}, {"rule": "proportional", "weight": 3, "item": 2, "target": {"parameter": "t"}, "full_points": 10, "zero_target": "full"}]},'
	. '{"rule": "harmonic_mean", "missing": "zero", "children": [{"rule": "interpolate", "item": 1, "xs": [0, 10], "ys": [0, 5]}, {"rule": "ordinal", "item": 1, "words": [{"word": "好", "points": 10}, {"word": "差", "points": 0}]}]},'
	. '{"rule": "budget", "unused": "full", "children": [{"rule": "met", "weight": 5, "item": 1, "gt": 1, "le": 2, "points": 5}, {"rule": "bands", "weight": 2, "item": 5, "cuts": [3, 4], "points": [0, 5, 10]}, {"rule": "bands", "item": 1, "ranges": [{"ge": 4, "lt": 6, "points": 1}, {"points": 0}]}]},'
	. '{"rule": "coefficient", "coefficient": {"node": 7}, "max_points": 20, "otherwise": 1, "children": [{"rule": "product", "missing": "strict", "children": [{"rule": "achievement", "item": 1, "base": {"item": 2}, "threshold": 5, "benchmark": 9}, {"rule": "improvement", "item": 1, "base": {"item": 2}, "rate": 2, "change": "relative"}]}]},'
	. '{"rule": "deductions", "cap_total": 5, "children": [{"rule": "ceiling", "cap": 3, "limit": 1, "full_points": 0, "penalty": 3, "per": "point", "min_points": null, "items": [1, 2]}, {"rule": "timeliness", "item": 2, "due": {"parameter": "u"}, "full_points": 10, "penalty": 2}]},'
	. '{"rule": "bonus", "children": [{"rule": "awards", "items": [1, 5], "cap_kind": 3}, {"rule": "minimum", "children": [{"rule": "constant", "points": 1}, {"rule": "normalise", "method": "zscore", "item": 1, "mean": 1, "deviation": 0}]}]},'
	. '{"rule": "maximum", "children": [{"rule": "formula", "expression": "if(observed(item(5)), power(abs(item(1)), 1 / 3, 4), coalesce(node(7), ln(item(1) + 1, 2), exp(item(2), 2, floor)))"}]}]}]},'
	. '"limits": [{"value": {"node": 0}, "ge": 1, "effect": "cap_tier", "tier": 3}, {"item": 2, "gt": 1, "lt": 9, "effect": "zero_score"}, {"item": 1, "le": 0, "effect": "ineligible", "for": "评优"}]}';
my @rubrics = ($every, '{"rubric": 1, "root": {"rule": "constant", "points": 1}}', '{"rubric": 1, "rounding": {"at": "none"}, "root": {"rule": "product", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 0}, {"rule": "formula", "expression": "item(1) / item(5)"}]}}',
	'{"rubric": 1, "parameters": {"a": null}, "root": {"rule": "weighted_mean", "children": [{"rule": "given", "item": 1, "weight": {"parameter": "a"}}, {"rule": "given", "value": {"node": 1}, "node": 2}]}}');
my %pool = (
	boolean => [ qw(true false) ],
	scorecard => \@cards,
	rubric => [ (map { "'$_'" } @rubrics), q(('{"rubric": 1, "root": {"rule": "sum", "children": [' || repeat('{"rule": "given", "item": 1}, ', 9998) || '{"rule": "given", "item": 2}]}}')) ],
	'jsonb[]' => [ map { "ARRAY[$_]::jsonb[]" } '', 'NULL', q('1'), q('{"rule": "given", "item": 1}'), q('{"rule": "sum"}', '{"parent": 0}'), q('{"rule": "sum", "node": 0}', '{"rule": "given", "item": 1, "parent": 0}', '{"label": "x"}') ],
	jsonb => [ map { "'$_'" } @rubrics, '{"t": 1}', '{"a": 1e40}', '{"a": null}', '{"rule": "given", "item": 1}', '{}', '{"1": 1.50}', '{"1": null}', '[]', '1', '"x"', '{"a": 1}', '{"1": 1e400}', '{"1": {}}', '{"-1": 1}', '{"1": "error:3", "01": 1}' ],
	'timestamp with time zone' => [ map { "'$_'" } '2025-01-01', 'infinity', '-infinity', '4713-01-01 BC', '294276-12-31' ],
	numeric => [ qw(0 1 -1 0.5 100 1e-16000 1e130000), "'NaN'", "'Infinity'", "'-Infinity'", "repeat('9', 100000)" ],
	integer => [qw(0 1 -1 2 2147483647 -2147483648)],
	bigint => [qw(0 1 -1 9223372036854775807)],
	text => [ map { "'$_'" } '', qw(zero strict renormalize:0.5 impute:1 linear floor ceil higher lower expand contract middle error full half exempt ok not_applicable half_up half_even x) ],
	date => [ map { "'$_'" } qw(2025-11-30 2026-02-28 infinity -infinity 5874897-12-31), '4713-01-01 BC' ],
	interval => [ map { "'$_'" } '3 months', '0', '-1 day', '100000000 years', '1 month -31 days' ],
	'numeric[]' => [ map { "'$_'" } qw({} {1} {0.2,0.7,0.1} {0.1,0.7,0.2} {0,0,0} {NULL} {NaN} {-1,1,0} {1,2,3} {{1,2},{3,4}} [5:7]={1,2,3} {1e-16000,1}) ],
	'bigint[]' => [ (map { "'$_'" } qw({} {1} {1,2,3} {1,1,2} {3,3,3} {NULL,1,2} {-9223372036854775808,0,9223372036854775807} {{1,2,3}} [5:7]={1,2,3})), 'SELECT array_agg(i % 701) FROM generate_series(1, 100000) i' ],
	'integer[]' => [ (map { "'$_'" } qw({} {1} {2,1,3} {3,3,3} {1,0,0} {NULL,1,2} {-1,2147483647,2147483647} {{1,2,3}} [-1:1]={1,2,3} {5,70000,2147483647,-2147483648,1,1})), 'SELECT array_agg(i % 70001) FROM generate_series(1, 100000) i' ],
	'text[]' => [ map { "'$_'" } qw({} {exact} {exact,at_most,at_least} {at_most,at_most,at_most} {x,y,z} {NULL,exact,exact} {{exact,exact,exact}}) ],
	record => [ 'ROW(1)', map { "SELECT r FROM (SELECT $_) AS r" } '1 AS shares', "'{0.2,0.7,0.1}'::numeric[] AS shares", "'{0.2,0.7,0.1}'::numeric[] AS shares, 'expand' AS ties",
		"'{0.2,0.7,0.1}'::numeric[] AS shares, 'middle' AS ties, '{2,1,3}'::int[] AS preference, '{0.1,0,-0.1}'::numeric[] AS carry, '{at_most,exact,at_least}'::text[] AS bounds",
		"'{0.2,0.7,0.1}'::numeric[] AS shares, 'contract' AS ties, '{0,1,0}'::int[] AS seats, '{5,NULL,-1e16000}'::numeric[] AS cuts, 'apart' AS capped_seat, true AS promotion_consumes",
		"'{0,0,0}'::numeric[] AS shares, 'error' AS ties, '{1,2,2147483647}'::int[] AS seats, '{NaN,Infinity,0}'::numeric[] AS cuts, 'refilled' AS capped_seat, NULL::boolean AS promotion_consumes",
		"'{0,1}'::numeric[] AS shares, 'expand' AS ties, '{-1,2}'::int[] AS seats, '{{1}}'::numeric[] AS cuts, 'x' AS capped_seat", "'{0}'::numeric[] AS shares, 'expand' AS ties, 1 AS cuts",
		"'{1}'::numeric[] AS shares, repeat('x', 1000000) AS ties", "'{0.5,0.5}'::numeric[] AS shares, CASE WHEN random() < 2 THEN 'expand' END AS ties, '{1}'::int[] AS preference", 'NULL::numeric[] AS shares, NULL::text AS ties' ],
	cstring => [ "''", "'x'", "'(zero,1,1,)'", "'(1,3,240,{70},{90})'", "'(0,1,0.5,1,3,255,{75},{95})'", q('{"1": 1}'), q('(sum,0,half_up,{1},{"1": 1})') ],
	internal => [],
	%state_of,
);
my (%plain, %support, %io);
for (split /\n/, query($database, <<'SQL'))
SELECT concat_ws('|', CASE WHEN a.oid IS NOT NULL THEN 'support' WHEN t.oid IS NOT NULL THEN 'io' WHEN prokind = 'f' THEN 'plain' ELSE prokind::text END, proname, (SELECT string_agg(format_type(x, NULL), ';' ORDER BY n) FROM unnest(proargtypes) WITH ORDINALITY u(x, n)))
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e' JOIN pg_extension e ON e.oid = refobjid AND extname = 'perfeval'
LEFT JOIN (SELECT DISTINCT unnest(ARRAY[aggtransfn, aggcombinefn, aggfinalfn]) FROM pg_aggregate) a(oid) ON a.oid = p.oid
LEFT JOIN (SELECT DISTINCT unnest(ARRAY[typinput, typoutput, typreceive, typsend]) FROM pg_type) t(oid) ON t.oid = p.oid ORDER BY 1
SQL
{
	my ($kind, $name, $types) = split /\|/;
	next if $kind eq 'p';	# those make schemas, see test/workspace/lifecycle.sql
	my @types = split /;/, $types //= '';
	my $window = $kind eq 'w' ? " OVER (ORDER BY n) FROM generate_series(1, 3) n" : $kind eq 'a' ? ' FROM generate_series(1, 3)' : '';
	# harmless outside an aggregate: its state is an array
	my $calls = $kind eq 'support' && $name ne 'compile_rubric_final' ? \%support : $kind eq 'io' ? \%io : \%plain;
	$calls->{"SELECT $name(" . join(', ', map { "NULL::$_" } @types) . ")$window"} = 1 unless $types =~ /internal/;
	$calls->{"SELECT $name(" . join(', ', ('NULL') x @types) . ")$window"} = 1 if $types =~ /internal/;
	next if $types =~ /internal/;
	for (1 .. (@types > 1 ? 60 : 12))
	{
		$calls->{"SELECT $name(" . join(', ', map { rand() < 0.1 ? "NULL::$_" : '(' . pick(@{ $pool{$_} }) . ")::$_" } @types) . ")$window"} = 1;
	}
}
only_states(attempt(sort keys %support), $error_of_data, 'support functions of aggregates called by hand are refused');
only_states(attempt(sort keys %io), $no_crash, 'functions of the types');
only_states(attempt(sort keys %plain), $no_crash, 'functions, aggregates and window functions with odd arguments');
only_states(attempt('SELECT forced_distribution(1, ARRAY[1])', 'SELECT tier_by_seats(1, ARRAY[1])', 'SELECT settle_tier(1, 1, 1)', 'SELECT tier_by_rule(1, ROW(1))', 'SELECT place_by_rule(1, ROW(1))', 'SELECT rank_by_score(1)', 'SELECT weighted_score_state_recv(1)', "SELECT trimmed_mean_state_recv('x')", "SELECT scorecard_recv('x')", 'SELECT scorecard_accumulate_state_recv(1)'), $error_of_data, 'what is called as it cannot be');
still_up('calls by hand');

my (undef, undef, $message) = psql($database, "SELECT prededuct_refund(1, 1, repeat('全', 1000));");
like($message, qr/unrecognized effect: "(全)+\.\.\./, 'a long word is cut between characters');

# ---- garbage for scorecards, rubrics and the state types, as text

# The aggregate that merges a state; that of cards over periods stands in the state.
sub merge_of
{
	my ($type, $text) = @_;
	return $type =~ s/_state$/_merge/r if $type ne 'scorecard_accumulate_state';
	return $text =~ /\b(mean|min|max|last)\b/ ? "scorecard_$1_merge" : 'scorecard_sum_merge';
}
my $long = '9' x 200_000;
my %valid = (
	weighted_score_state => [qw{(renormalize,820,10,) (renormalize:0.5,-82.00,10.0,3.5) (impute:-60.5,,,2) (strict,123456789012345678901234567890.5,1.25,0) (zero,0,0,)}],
	trimmed_mean_state => [ qw[(1,3,240,{70},{90}) (2,7,240.50,{-7.5,3},{80,99.25}) (0,4,10,{},{}) (2,3,123456789012345678901234567890123456789012,{1,2},{3,123456789012345678901234567890123456789000})],
		'(1,2305843009213693951,0,{0},{0})', "(0,1,$long,{},{})", "(1,2,0.$long,{0},{0})", '(2147483647,2147483647,0,{0},{0})' ],
	recognition_coefficient_state => [qw{(0,1,0.5,1,3,255,{75},{95}) (0.8,1.2,0.25,0,2,170.75,{},{}) (0,123456789012345678901234567890,1,2,2,170,{80,90},{80,90})}],
	scorecard_agg_state => [ '{}', '{"1": 95.5, "2": "missing"}', '{"0": "error:7", "70000": -0.001, "2147483647": "exempt"}', '{"1": 99999999999999999999999999999999999999, "3": "not_applicable"}' ],
	scorecard_latest_state => [ '({},{},{})', '({794102400000000,infinity!},{7,-1},{"1": 95.5, "2": "missing"})', '({-infinity},{-9223372036854775808},{"70000": 99999999999999999999999999999999999999})' ],
	scorecard_accumulate_state => [ '(sum,0,half_up,{},{})', '(sum,0,half_up,{2,1},{"1": 95.5, "2": "missing"})', '(mean,2,half_even,{3,1},{"1": 250.5, "70000": -1})', '(mean,38,ceil,{9223372036854775807},{"1": 1})', '(min,0,half_up,{1,1},{"0": "error:7", "9": 3})',
		'(max,0,half_up,{1},{"2147483647": 99999999999999999999999999999999999999})', '(last,0,half_up,{794102400000000,-63072000000000!},{"1": 1, "2": "exempt"})' ],
);
$valid{scorecard} = $valid{scorecard_agg_state};
$valid{rubric} = \@rubrics;
my @json = ('"rule"', '"sum"', '"limit"', '"node": 0, ', '"children": [', '{"node": 2}', '{"item": 3}', '{"parameter": "t"}', '"weight": 0, ', '"cap": 1, ', '"round": {"digits": 0}, ', '"missing": "strict", ', 'null', '[]', '1.5', 'true', "\\u0000", 'power(', 'node(', '170141183460469231731687303715884105728');
sub mutated
{
	my ($text) = @_;
	for (0 .. int rand 3)
	{
		my $at = int rand(length($text) + 1);
		my $new = pick(($text =~ /rubric/ ? @json : ()), split(//, '0123456789.,,(){}-+:eE NaIxy"!'), '00000000', '99999999999999999999', '2147483647', '9223372036854775807', '-1', '0.0000000000000000000000000', 'NaN', ',,', '{}', "\x{1}");
		substr($text, $at, pick(0, 0, 1, 1, 2, 5)) = $new if $at < length $text;
		substr($text, $at) = '' if rand() < 0.1;
	}
	my $whole = $text;	# half a character would not even be read
	return utf8::decode($whole) ? $text : mutated($_[0]);
}
# Another number or word, so that more of it is read.
sub changed
{
	my ($text) = @_;
	my @places;
	push @places, [ $-[0], length $& ] while $text =~ /(?<=[ \[(])-?\d[\d.]*|(?<=: )"\w+"/g;
	my ($at, $length) = @{ pick(@places) };
	substr($text, $at, $length) = substr($text, $at, 1) eq '"' ? pick(map { "\"$_\"" } qw(sum product weighted_mean harmonic_mean minimum budget bonus floor ceil lower full scale strict zero renormalize impute:-3 node none final half_up))
		: pick(0, 1, 2, 7, -1, 0.5, '0.00000000000000000000000000000000000001', '170141183460469231731687303715884105727', 1000, 30, 3);
	return $text;
}
for my $type (sort keys %valid)
{
	my (%read, %used);
	my @good = @{ $valid{$type} };
	my @tries = (@good, map { mutated(pick(@good)) } 1 .. 400);
	push @tries, map { my $text = pick(@good); $text = changed($text) for 0 .. int rand 2; $text } 1 .. 400 if $type eq 'rubric';
	push @tries, "(zero,$long,1,)", "(zero,1,$long,)", "(impute:1e131071,1,1,1)", "(zero,1,0.$long,)", '(' x 100_000, '{' x 100_000, "(0,1,0.$long,1,3,255,{75},{95})", "(1,3,240,{70\xef\xbc\x90},{90})",
		"{\"1\": $long}", "{\"1\": 0.$long}", "{\"1\": 1.5" . '0' x 200_000 . '}', '{"' . '0' x 200_000 . '1": 1}', '{"1":' . ' ' x 200_000 . '1}', "{\"1\": \"error:$long\"}", '{"1": ' x 50_000, "(sum,0,half_up,{$long},{\"1\": 1})", "(sum,0,half_up,{1},{\"1\": $long})", '(sum,0,half_up,{' . '1,' x 100_000 . '1},{"1": 1})';
	for my $text (@tries)
	{
		(my $quoted = $text) =~ s/'/''/g;
		$read{"SELECT '$quoted'::$type"} = 1;
		# what is read can be written, merged with itself and others, and read again as the same
		if ($type eq 'scorecard')
		{
			my ($other, $fold) = (pick(@good), pick('sum(s)', "mean(s, 2, 'floor')", 'min(s)', 'max(s)', "last(s, '2025-01-01')"));
			$used{"SELECT s || '$other', '$other'::scorecard || s, s -> 1, scorecard_status(s, 70000), item_count(s), items(s), s::jsonb, scorecard_hash(s) FROM (SELECT '$quoted'::scorecard) v(s)"} = 1;
			$used{"SELECT 1 / (scorecard_pick(s || '$other', (SELECT coalesce(array_agg(item ORDER BY random()), '{}') FROM items(s))) || s = s AND coalesce(coverage(s, '{1,2,70000,1}'), 0) BETWEEN 0 AND 1 AND coalesce(tier_cap(s), 1) > 0 AND eligible(s) IS NOT NULL)::int FROM (SELECT '$quoted'::scorecard) v(s)"} = 1;
			$used{"SELECT scorecard_$fold FROM (VALUES ('$quoted'::scorecard), ('$quoted'), ('$other')) v(s), generate_series(1, 3)"} = 1;
			$used{"SELECT 1 / ((s || s) = s AND (SELECT scorecard_agg(item, coalesce(value, code), status) IS NOT DISTINCT FROM nullif(s, '{}') FROM items(s)) AND s::jsonb::scorecard = s)::int FROM (SELECT '$quoted'::scorecard) v(s)"} = 1;
		}
		elsif ($type eq 'rubric')
		{
			my $card = pick(@cards);
			$used{"SELECT score(c, r), rank_basis(c, r), score(evaluate(c, r)), flags(evaluate(c, r)), tier_cap(evaluate(c, r)), eligible(evaluate(c, r)), coverage(c, rubric_items(r)), rubric_hash(r) FROM (SELECT '$quoted'::rubric, ($card)::scorecard) v(r, c)"} = 1;
			$used{"SELECT 1 / ((score(b), rank_basis(b), tier_cap(b), eligible(b)) IS NOT DISTINCT FROM (score(e), rank_basis(e), tier_cap(e), eligible(e)) AND scorecard_pick(e, (SELECT array_agg(item) FROM items(b))) = b)::int FROM (SELECT evaluate_brief(c, r), evaluate(c, r) FROM (SELECT '$quoted'::rubric, ($card)::scorecard) v(r, c)) v(b, e)"} = 1;
			$used{"SELECT 1 / (evaluate(scorecard_pick(c, rubric_items(r)), r) = evaluate(c, r))::int FROM (SELECT '$quoted'::rubric, ($card)::scorecard) v(r, c)"} = 1;
			$used{"SELECT 1 / (r::jsonb::rubric = r AND with_parameters(r, '{}') = r AND reweight(r, 0, 7) = reweight(reweight(r, 0, 8), 0, 7))::int FROM (SELECT '$quoted'::rubric) v(r)"} = 1;
			$used{"SELECT 1 / ((SELECT compile_rubric(spec) FROM rubric_rows(r)) = r AND NOT EXISTS (SELECT FROM rubric_diff(r, r)))::int FROM (SELECT '$quoted'::rubric) v(r)"} = 1;
			$used{"SELECT 1 / ((SELECT sum(points) FROM explain(c, r)) IS NOT DISTINCT FROM score(c, r) AND (SELECT count(*) FROM lint(r)) >= 0)::int FROM (SELECT '$quoted'::rubric, ($card)::scorecard) v(r, c)"} = 1;
		}
		else
		{
			my $merge = merge_of($type, $text);
			$used{"SELECT $merge('$quoted'::$type) FROM generate_series(1, 12)"} = 1;
			$used{"SELECT $merge(s) FROM (VALUES ('$quoted'::$type), ('" . pick(@good) . "')) v(s), generate_series(1, 3)"} = 1;
		}
		$used{"SELECT 1 / (s::text::${type}::text = s::text AND ${type}_send(s) = ${type}_send(s::text::$type))::int FROM (SELECT '$quoted'::$type) v(s)"} = 1;
	}
	my $read = attempt(sort keys %read);
	only_states($read, qr/^(00000|22...|54...)$/, "$type from garbage text");
	if ($type eq 'rubric')
	{
		# what compiles never raises, whatever the card
		my @compiled = grep { $read->{$_} eq '00000' } sort keys %read;
		cmp_ok(scalar @compiled, '>=', 2 * @good, 'garbage that compiles');
		only_states(attempt(map { my $r = s/^SELECT //r; map { "SELECT evaluate($_, $r), count(*) FROM explain($_, $r)" } @cards } @compiled), qr/^00000$/, 'rubrics do not raise on data');
	}
	only_states(attempt(sort keys %used), qr/^(00000|22(?!012)...|54...|21...)$/, "$type read from garbage can be used");
	still_up("garbage text of $type");
}

# ---- and as binary: COPY files with bytes changed, cut, and added

my %column = (weighted_score_state => 'w', trimmed_mean_state => 't', recognition_coefficient_state => 'r', scorecard_agg_state => 'a', scorecard_latest_state => 'l', scorecard_accumulate_state => 'c', scorecard => 'k', rubric => 'u');
my $columns = join ', ', map { "$column{$_} $_" } sort keys %column;
# the state types' binary form is their text; a card has one of its own, at every width
query($database, <<"SQL");
CREATE TABLE state ($columns);
INSERT INTO state (l, w, t, r, a, c, k, u) VALUES ($state_of{scorecard_latest_state}[1], $state_of{weighted_score_state}[1], $state_of{trimmed_mean_state}[0], $state_of{recognition_coefficient_state}[0], $state_of{scorecard_agg_state}[1], $state_of{scorecard_accumulate_state}[1], $cards[2], '$rubrics[3]');
\\copy state TO '$folder/good0' (FORMAT binary)
UPDATE state SET l = NULL, w = NULL, t = NULL, r = NULL, a = NULL, c = NULL, u = NULL, k = $cards[2];
\\copy state TO '$folder/good1' (FORMAT binary)
UPDATE state SET k = $cards[3];
\\copy state TO '$folder/good2' (FORMAT binary)
UPDATE state SET k = '{"1": 4294967296.5, "3": "not_applicable", "4": 0}';
\\copy state TO '$folder/good3' (FORMAT binary)
UPDATE state SET k = NULL, u = '$every';
\\copy state TO '$folder/good4' (FORMAT binary)
TRUNCATE state;
SQL
my @good = map { slurp("$folder/good$_") } 0 .. 4;
my $files = 600;
my $copies = "\\set VERBOSITY verbose\n";
for my $n (1 .. $files)
{
	my $bad = pick(@good, ($good[0]) x 8);
	for (0 .. int rand 3)
	{
		my $at = 19 + int rand(length($bad) - 19);
		my $kind = rand;
		if ($kind < 0.6) { substr($bad, $at, 1) = chr(pick(int rand 256, 0, 1, 127, 128, 255, ord pick(split //, '0123456789,.(){}-"!'))); }
		elsif ($kind < 0.8) { substr($bad, $at, 1) = chr(ord(substr $bad, $at, 1) ^ 1 << int rand 8); }
		elsif ($kind < 0.9) { substr($bad, $at) = ''; }
		else { substr($bad, $at, 0) = "\0" x pick(1, 4, 100); }
		last if length $bad <= 19;
	}
	open my $out, '>:raw', "$folder/bad$n" or die $!;
	print $out $bad;
	close $out;
	$copies .= "\\copy state FROM '$folder/bad$n' (FORMAT binary)\n";
}
my (undef, undef, $said) = psql($database, $copies);
my %seen;
$seen{$_}++ for $said =~ /ERROR:  (\w{5}):/g;
cmp_ok(scalar(() = $said =~ /ERROR:/g), '>', $files / 4, "mutated binary COPY is refused: " . join ', ', map { "$_ $seen{$_}" } sort keys %seen);
is(join(' ', grep { !/^(22|08P|54)/ } sort keys %seen), '', 'with errors of data only');
like($said, qr/invalid binary form of a scorecard/, 'bytes that are no card among them');
query($database, 'ALTER TABLE state ADD id serial');
my @uses;
for my $type (sort keys %column)
{
	my $column = $column{$type};
	my @rows = split /\n/, query($database, "SELECT id || ' ' || left($column\::text, 10) FROM state WHERE $column IS NOT NULL ORDER BY random() LIMIT 60");
	cmp_ok(scalar @rows, '>', 0, "some of $type are let in");
	for (@rows)
	{
		my ($id, $text) = split / /, $_, 2;
		push @uses, "SELECT 1 / ($column\::text::$type\::text = $column\::text)::int FROM state WHERE id = $id";
		push @uses, $type eq 'rubric' ? "SELECT 1 / ($column\::jsonb::rubric = $column AND (SELECT sum(points) FROM explain($cards[1], $column)) IS NOT DISTINCT FROM score($cards[1], $column))::int FROM state WHERE id = $id"
			: $type eq 'scorecard' ? ("SELECT 1 / ($column\::text::scorecard = $column AND $column || $column = $column AND $column\::jsonb::scorecard = $column)::int FROM state WHERE id = $id", "SELECT items($column), scorecard_sum($column) OVER () FROM state WHERE id = $id")
			: "SELECT " . merge_of($type, $text) . "($column) FROM (SELECT * FROM state WHERE id = $id) s, generate_series(1, 3)";
	}
}
only_states(attempt(@uses), qr/^(00000|22(?!012)...|21...)$/, 'what was let in can be used');
still_up('binary garbage');

# ---- a stored rubric with bytes changed and its checksum made to fit: refused as damaged, or as good as any

query($database, 'CREATE CAST (bytea AS rubric) WITHOUT FUNCTION; CREATE CAST (rubric AS bytea) WITHOUT FUNCTION;');
sub with_checksum
{
	my ($data) = @_;
	my $crc = 0xffffffff;
	for my $byte (unpack 'C*', substr $data, 4)
	{
		$crc ^= $byte;
		$crc = $crc & 1 ? $crc >> 1 ^ 0x82f63b78 : $crc >> 1 for 1 .. 8;
	}
	return pack('V', $crc ^ 0xffffffff) . substr $data, 4;
}
my @stored = map { pack 'H*', query($database, "SELECT encode('$_'::rubric::bytea, 'hex')") } @rubrics;
is_deeply([ map { with_checksum($_) } @stored ], \@stored, 'the checksum is known here');
my @forged;
for (1 .. 400)
{
	my $bad = pick(@stored);
	for (0 .. int rand 3)
	{
		my $at = 4 + int rand(length($bad) - 4);
		substr($bad, $at, 1) = chr(rand() < 0.5 ? ord(substr $bad, $at, 1) ^ 1 << int rand 8 : pick(0, 1, 2, 3, 127, 255, int rand 256));
	}
	push @forged, sprintf "'\\x%s'::bytea::rubric", unpack 'H*', with_checksum($bad);
}
my $forged = attempt(map { my $r = $_; map { "SELECT $_" =~ s/\bR\b/$r/gr } 'R::text', "evaluate($cards[2], R)", "count(*) FROM explain($cards[1], R)", 'count(*) FROM lint(R)', 'rubric_items(R)' } @forged);
only_states($forged, qr/^(00000|XX001|22P02|22023|22021)$/, 'forged rubrics');
cmp_ok(scalar(grep { $_ eq 'XX001' } values %$forged), '>', 400, 'most of them are damaged');
still_up('forged rubrics');

# ---- aggregates of others, built on our functions

my @built = (
	[ 'numeric, numeric', 'sfunc = weighted_score_trans, stype = weighted_score_state, finalfunc = weighted_score_final' ],
	[ 'numeric, numeric', "sfunc = weighted_score_trans, stype = weighted_score_state, initcond = '(zero,1,2,3)'" ],
	[ 'numeric, numeric', "sfunc = weighted_score_trans, stype = weighted_score_state, initcond = 'x'" ],
	[ 'numeric, numeric', "sfunc = weighted_score_trans, stype = weighted_score_state, initcond = ''" ],
	[ 'numeric, numeric', "sfunc = weighted_score_trans, stype = weighted_score_state, finalfunc = weighted_score_trans, finalfunc_extra" ],
	[ 'numeric, numeric', "sfunc = weighted_score_trans, stype = weighted_score_state, msfunc = weighted_score_trans, minvfunc = weighted_score_trans, mstype = weighted_score_state, minitcond = '(strict,1,1,)'" ],
	[ 'numeric, numeric', "sfunc = weighted_score_trans, stype = weighted_score_state, combinefunc = weighted_score_combine, parallel = safe, initcond = '(impute:5,,,)'" ],
	[ 'numeric, numeric ORDER BY numeric', "sfunc = weighted_score_trans, stype = weighted_score_state" ],
	[ 'numeric, numeric, text', "sfunc = weighted_score_trans, stype = weighted_score_state, initcond = '(strict,1,1,)', finalfunc = weighted_score_final" ],
	[ 'weighted_score_state', "sfunc = weighted_score_combine, stype = weighted_score_state, initcond = '(zero,1,1,)', finalfunc = weighted_score_combine, finalfunc_extra" ],
	[ 'weighted_score_state', "sfunc = weighted_score_combine, stype = weighted_score_state, msfunc = weighted_score_combine, minvfunc = weighted_score_combine, mstype = weighted_score_state" ],
	[ 'numeric', "sfunc = trimmed_mean_trans, stype = trimmed_mean_state, initcond = '(3,1,7,{7},{7})', finalfunc = trimmed_mean_final" ],
	[ 'numeric', "sfunc = trimmed_mean_trans, stype = trimmed_mean_state, initcond = '(0,2305843009213693951,0,{},{})'" ],
	[ 'numeric', "sfunc = trimmed_mean_trans, stype = trimmed_mean_state, initcond = 'x'" ],
	[ 'numeric', "sfunc = trimmed_mean_trans, stype = trimmed_mean_state, finalfunc = trimmed_mean_trans, finalfunc_extra" ],
	[ 'numeric, integer', "sfunc = trimmed_mean_trans, stype = trimmed_mean_state, initcond = '(1,0,0,{},{})', finalfunc = trimmed_mean_final" ],
	[ 'trimmed_mean_state', "sfunc = trimmed_mean_combine, stype = trimmed_mean_state, initcond = '(1,2305843009213693951,0,{0},{0})', finalfunc = trimmed_mean_final" ],
	[ 'trimmed_mean_state', "sfunc = trimmed_mean_combine, stype = trimmed_mean_state, msfunc = trimmed_mean_combine, minvfunc = trimmed_mean_combine, mstype = trimmed_mean_state" ],
	[ 'numeric, numeric, numeric, numeric', "sfunc = recognition_coefficient_trans, stype = recognition_coefficient_state, initcond = '(0,1,0.5,1,3,255,{75},{95})', finalfunc = recognition_coefficient_final" ],
	[ 'numeric, numeric, numeric, numeric', "sfunc = recognition_coefficient_trans, stype = recognition_coefficient_state, initcond = '(1,0,0.5,1,3,255,{75},{95})'" ],
	[ 'integer, numeric', 'sfunc = scorecard_agg_trans, stype = scorecard_agg_state, finalfunc = scorecard_agg_final' ],
	[ 'integer, numeric', q(sfunc = scorecard_agg_trans, stype = scorecard_agg_state, initcond = '{"1000": 1}', finalfunc = scorecard_agg_final) ],
	[ 'integer, numeric', q(sfunc = scorecard_agg_trans, stype = scorecard_agg_state, initcond = '{}') ],
	[ 'integer, numeric', q(sfunc = scorecard_agg_trans, stype = scorecard_agg_state, initcond = 'x') ],
	[ 'integer, numeric', 'sfunc = scorecard_agg_trans, stype = scorecard_agg_state, finalfunc = scorecard_agg_trans, finalfunc_extra' ],
	[ 'integer, numeric', q(sfunc = scorecard_agg_trans, stype = scorecard_agg_state, combinefunc = scorecard_agg_combine, parallel = safe, initcond = '{"7": 7}') ],
	[ 'integer, numeric', q(sfunc = scorecard_agg_trans, stype = scorecard_agg_state, msfunc = scorecard_agg_trans, minvfunc = scorecard_agg_trans, mstype = scorecard_agg_state, minitcond = '{"5": "exempt"}') ],
	[ 'scorecard_agg_state', q(sfunc = scorecard_agg_combine, stype = scorecard_agg_state, initcond = '{"9": 9}', finalfunc = scorecard_agg_combine, finalfunc_extra) ],
	[ 'integer, numeric, text, timestamptz, bigint', q(sfunc = scorecard_latest_trans, stype = scorecard_latest_state, finalfunc = scorecard_latest_final, combinefunc = scorecard_latest_combine, parallel = safe) ],
	[ 'integer, numeric, text, timestamptz, bigint', q(sfunc = scorecard_latest_trans, stype = scorecard_latest_state, initcond = '({5!},{6},{"2": 7})', finalfunc = scorecard_latest_state_final) ],
	[ 'scorecard_latest_state', q(sfunc = scorecard_latest_combine, stype = scorecard_latest_state, initcond = '({5},{6},{"9": 9})', finalfunc = scorecard_latest_combine, finalfunc_extra) ],
	[ 'scorecard', 'sfunc = scorecard_sum_trans, stype = scorecard_accumulate_state, finalfunc = scorecard_accumulate_final' ],
	[ 'scorecard', q(sfunc = scorecard_sum_trans, stype = scorecard_accumulate_state, initcond = '(sum,0,half_up,{5},{"1": 2})', finalfunc = scorecard_accumulate_final) ],
	[ 'scorecard', q(sfunc = scorecard_sum_trans, stype = scorecard_accumulate_state, initcond = '(last,0,half_up,{5!},{"1": 2})', finalfunc = scorecard_accumulate_final) ],
	[ 'scorecard', q(sfunc = scorecard_max_trans, stype = scorecard_accumulate_state, initcond = '(max,0,half_up,{9223372036854775807},{"1": 2})', combinefunc = scorecard_accumulate_combine, parallel = safe) ],
	[ 'scorecard', q(sfunc = scorecard_min_trans, stype = scorecard_accumulate_state, initcond = '') ],
	[ 'scorecard', 'sfunc = scorecard_min_trans, stype = scorecard_accumulate_state, msfunc = scorecard_min_trans, minvfunc = scorecard_min_trans, mstype = scorecard_accumulate_state, mfinalfunc = scorecard_accumulate_final' ],
	[ 'scorecard, integer, text', q(sfunc = scorecard_mean_trans, stype = scorecard_accumulate_state, initcond = '(mean,2,floor,{9223372036854775806},{"1": 2})', finalfunc = scorecard_accumulate_final) ],
	[ 'scorecard, timestamptz', q(sfunc = scorecard_last_trans, stype = scorecard_accumulate_state, initcond = '(last,0,half_up,{9223372036854775807!},{"1": 2})', finalfunc = scorecard_accumulate_final) ],
	[ 'scorecard_accumulate_state', q(sfunc = scorecard_accumulate_combine, stype = scorecard_accumulate_state, finalfunc = scorecard_accumulate_final) ],
	[ 'scorecard_accumulate_state', q(sfunc = scorecard_mean_merge_trans, stype = scorecard_accumulate_state, initcond = '(mean,2,half_even,{1},{"2": "exempt"})', finalfunc = scorecard_accumulate_final) ],
	[ 'jsonb', 'sfunc = array_append, stype = jsonb[], finalfunc = compile_rubric_final, initcond = \'{"{\\"label\\": 7}"}\'' ],
	[ 'recognition_coefficient_state', "sfunc = recognition_coefficient_combine, stype = recognition_coefficient_state, initcond = '(0,1,0.5,1,2305843009213693951,255,{75},{95})', finalfunc = recognition_coefficient_final" ],
);
my %call_of = (
	'numeric, numeric' => [ 'x, 1', 'NULL, 1', 'x, NULL', "'NaN', 1", 'x * 1e30, x' ],
	'numeric, numeric ORDER BY numeric' => ['WITHIN'],
	'numeric, numeric, text' => [ "x, 1, 'strict'", "x, 1, 'zero'", 'x, 1, NULL' ],
	'weighted_score_state' => [ 'NULL', map { "${_}::weighted_score_state" } @{ $state_of{weighted_score_state} } ],
	'numeric' => [ 'x', 'NULL', "'NaN'", 'x * 1e30' ],
	'jsonb' => [ 'NULL', q('{"rule": "given", "item": 1}'), q(jsonb_build_object('node', x - 1, 'rule', 'sum', 'parent', nullif(x - 2, -1))) ],
	'numeric, integer' => [ 'x, 1', 'x, 0', 'x, -1', 'x, NULL' ],
	'trimmed_mean_state' => [ 'NULL', "'(1,2305843009213693951,0,{0},{0})'", map { "${_}::trimmed_mean_state" } @{ $state_of{trimmed_mean_state} } ],
	'numeric, numeric, numeric, numeric' => [ 'x, x, 0, 1', 'x, x, 0, 2', 'x, NULL, NULL, 1' ],
	'integer, numeric' => [ 'x, x', 'x, NULL', '1, x', 'NULL, x', '-x, x', "x, 'NaN'", 'x, x * 1e30' ],
	'scorecard_agg_state' => [ 'NULL', map { "${_}::scorecard_agg_state" } @{ $state_of{scorecard_agg_state} } ],
	'integer, numeric, text, timestamptz, bigint' => [ 'g, x, NULL, now(), x', q(g, NULL, 'exempt', 'infinity', 1), q(1, x, NULL, '-infinity', 1), 'x, x, NULL, NULL, 1', 'x, x, NULL, now(), NULL', 'NULL, x, NULL, now(), x' ],
	'scorecard_latest_state' => [ 'NULL', map { "${_}::scorecard_latest_state" } @{ $state_of{scorecard_latest_state} } ],
	'scorecard' => [ 'NULL', map { "${_}::scorecard" } @cards[ 0 .. 3 ] ],
	'scorecard, integer, text' => [ q('{"1": 1}', 2, 'floor'), q('{"1": 1, "2": "exempt"}', 2, 'floor'), q('{"1": 1}', 3, 'floor'), 'NULL, 2, NULL', q(NULL, 2, 'floor') ],
	'scorecard, timestamptz' => [ q('{"1": 1}', now()), q('{"1": 1}', 'infinity'), q(NULL, now()) ],
	'scorecard_accumulate_state' => [ 'NULL', map { "${_}::scorecard_accumulate_state" } @{ $state_of{scorecard_accumulate_state} } ],
	'recognition_coefficient_state' => [ 'NULL', "'(0,1,0.5,1,2305843009213693951,255,{75},{95})'", map { "${_}::recognition_coefficient_state" } @{ $state_of{recognition_coefficient_state} } ],
);
my @statements;
query($database, 'CREATE TABLE n AS SELECT x, x % 3 AS g FROM generate_series(1, 20) x; ANALYZE n;');
for my $n (0 .. $#built)
{
	my ($arguments, $definition) = @{ $built[$n] };
	push @statements, "CREATE AGGREGATE built$n($arguments) ($definition)";
	for my $call (@{ $call_of{$arguments} })
	{
		my $parallel = "SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL parallel_leader_participation = off;";
		push @statements, $call eq 'WITHIN' ? "SELECT built$n(1, 2) WITHIN GROUP (ORDER BY x) FROM n" : (
			"SELECT built$n($call) FROM n", "SELECT g, built$n($call)::text FROM n GROUP BY g", "DO \$\$BEGIN $parallel PERFORM built$n($call)::text FROM n; END\$\$",
			"SELECT built$n($call) OVER (ORDER BY x ROWS 2 PRECEDING)::text FROM n", "SELECT built$n($call) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)::text FROM n");
	}
}
my $built = attempt(@statements);
only_states($built, $no_crash, 'aggregates built on our functions');
cmp_ok(scalar(grep { /^CREATE/ && $built->{$_} eq '00000' } keys %$built), '>=', 15, 'most of which can be made');
cmp_ok(scalar(grep { $_ eq '00000' } values %$built), '>=', 100, 'and work');
still_up('aggregates of others');

# ---- a count of values that would run over 64 bits

only_states(attempt(map {
	my ($state, $drop) = @$_;
	map { "SELECT trimmed_mean_merge('($drop,$state)'::trimmed_mean_state) FROM generate_series(1, $_)" } 7 .. 12
} ['2305843009213693951,0,{0,0,0,0},{0,0,0,0}', 4], ['2305843009213693951,0,{0},{0}', 1], ['2305843009213693951,0,{},{}', 0]),
	qr/^22003$/, 'counts do not run over');
still_up('counts');

only_states(attempt("SELECT scorecard_mean_merge(s::scorecard_accumulate_state) FROM (VALUES ('(mean,0,half_up,{9223372036854775807},{\"1\": 1})'), ('(mean,0,half_up,{9223372036854775807},{\"1\": 1})'), ('(mean,0,half_up,{2},{\"1\": 1})')) v(s)",
	map { "SELECT scorecard_${_}_merge('($_,0,half_up,{4611686018427387904},{\"1\": 1})'::scorecard_accumulate_state) FROM generate_series(1, 4)" } qw(sum mean)), qr/^22003$/, 'nor those of cards');
still_up('counts of cards');

# ---- states of different settings do not merge

my %unlike = (
	weighted_score_state => [qw{(renormalize,1,1,) (renormalize:0.5,1,1,) (renormalize:0.6,1,1,) (zero,1,1,) (strict,1,1,) (impute:1,1,1,) (impute:2,1,1,)}],
	trimmed_mean_state => [qw{(0,3,240,{},{}) (1,3,240,{70},{90}) (2,3,240,{70,80},{80,90})}],
	scorecard_accumulate_state => [ map { "($_,{1},{\"1\": 2})" } qw(sum,0,half_up min,0,half_up max,0,half_up last,0,half_up mean,0,half_up mean,1,half_up mean,0,half_even mean,0,floor mean,0,ceil) ],
	recognition_coefficient_state => [qw{(0,1,0.5,0,3,255,{},{}) (0,1,0.5,1,3,255,{75},{95}) (0,1.5,0.5,0,3,255,{},{}) (0.5,1,0.5,0,3,255,{},{}) (0,1,0.25,0,3,255,{},{})}],
);
my @pairs;
for my $type (sort keys %unlike)
{
	for my $one (@{ $unlike{$type} })
	{
		my $merge = merge_of($type, $one);
		push @pairs, map { "SELECT $merge(s) FROM (VALUES ('$one'::$type), ('$_')) v(s)" } grep { $_ ne $one } @{ $unlike{$type} };
	}
}
only_states(attempt(@pairs), qr/^22023$/, 'states of different settings do not merge');

# ---- a fuzzer, where there is one

SKIP:
{
	skip 'sqlsmith is not installed', 2 unless grep { -x "$_/sqlsmith" } split /:/, $ENV{PATH};
	query($database, <<'SQL');
CREATE SCHEMA fz;
CREATE VIEW fz.pg_proc AS SELECT p.* FROM pg_catalog.pg_proc p WHERE p.prokind NOT IN ('w', 'p') AND p.oid IN (
	SELECT objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = 'perfeval' AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e');
SQL
	my $target = join ' ', (map { $ENV{ $_->[0] } ? "$_->[1]='$ENV{ $_->[0] }'" : () } [ PGHOST => 'host' ], [ PGPORT => 'port' ], [ PGUSER => 'user' ]),
		"dbname=$database", "options='-c search_path=fz,pg_catalog,perfeval,public -c statement_timeout=5s'";
	my $fuzzed = `sqlsmith "--target=$target" --exclude-catalog --max-queries=2000 --seed=$seed 2>&1`;
	is($?, 0, 'sqlsmith ends') or diag substr $fuzzed, -2000;
	still_up('sqlsmith');
}

done_testing();
