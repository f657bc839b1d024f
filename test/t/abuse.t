# Nothing that SQL can call may crash the server or end in an internal error: support functions called by
# hand, garbage for the state types in text and binary, aggregates that others build on our functions.
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
);
my %pool = (
	numeric => [ qw(0 1 -1 0.5 100 1e-16000 1e130000), "'NaN'", "'Infinity'", "'-Infinity'", "repeat('9', 100000)" ],
	integer => [qw(0 1 -1 2 2147483647 -2147483648)],
	bigint => [qw(0 1 -1 9223372036854775807)],
	text => [ map { "'$_'" } '', qw(zero strict renormalize:0.5 impute:1 linear floor ceil higher lower expand contract middle error full half exempt x) ],
	date => [ map { "'$_'" } qw(2025-11-30 2026-02-28 infinity -infinity 5874897-12-31), '4713-01-01 BC' ],
	interval => [ map { "'$_'" } '3 months', '0', '-1 day', '100000000 years', '1 month -31 days' ],
	'numeric[]' => [ map { "'$_'" } qw({} {1} {0.2,0.7,0.1} {0.1,0.7,0.2} {0,0,0} {NULL} {NaN} {-1,1,0} {1,2,3} {{1,2},{3,4}} [5:7]={1,2,3} {1e-16000,1}) ],
	'integer[]' => [ map { "'$_'" } qw({} {1} {2,1,3} {3,3,3} {1,0,0} {NULL,1,2} {-1,2147483647,2147483647} {{1,2,3}} [-1:1]={1,2,3}) ],
	'text[]' => [ map { "'$_'" } qw({} {exact} {exact,at_most,at_least} {at_most,at_most,at_most} {x,y,z} {NULL,exact,exact} {{exact,exact,exact}}) ],
	cstring => [ "''", "'x'", "'(zero,1,1,)'", "'(1,3,240,{70},{90})'", "'(0,1,0.5,1,3,255,{75},{95})'" ],
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
	my @types = split /;/, $types;
	my $window = $kind eq 'w' ? " OVER (ORDER BY n) FROM generate_series(1, 3) n" : $kind eq 'a' ? ' FROM generate_series(1, 3)' : '';
	my $calls = $kind eq 'support' ? \%support : $kind eq 'io' ? \%io : \%plain;
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
only_states(attempt('SELECT forced_distribution(1, ARRAY[1])', 'SELECT tier_by_seats(1, ARRAY[1])', 'SELECT weighted_score_state_recv(1)', "SELECT trimmed_mean_state_recv('x')"), $error_of_data, 'what is called as it cannot be');
still_up('calls by hand');

my (undef, undef, $message) = psql($database, "SELECT prededuct_refund(1, 1, repeat('全', 1000));");
like($message, qr/unrecognized effect: "(全)+\.\.\./, 'a long word is cut between characters');

# ---- garbage for the state types, as text

my %merge = map { $_ => s/_state$/_merge/r } keys %state_of;
my $long = '9' x 200_000;
my %valid = (
	weighted_score_state => [qw{(renormalize,820,10,) (renormalize:0.5,-82.00,10.0,3.5) (impute:-60.5,,,2) (strict,123456789012345678901234567890.5,1.25,0) (zero,0,0,)}],
	trimmed_mean_state => [ qw[(1,3,240,{70},{90}) (2,7,240.50,{-7.5,3},{80,99.25}) (0,4,10,{},{}) (2,3,123456789012345678901234567890123456789012,{1,2},{3,123456789012345678901234567890123456789000})],
		'(1,2305843009213693951,0,{0},{0})', "(0,1,$long,{},{})", "(1,2,0.$long,{0},{0})", '(2147483647,2147483647,0,{0},{0})' ],
	recognition_coefficient_state => [qw{(0,1,0.5,1,3,255,{75},{95}) (0.8,1.2,0.25,0,2,170.75,{},{}) (0,123456789012345678901234567890,1,2,2,170,{80,90},{80,90})}],
);
sub mutated
{
	my ($text) = @_;
	for (0 .. int rand 3)
	{
		my $at = int rand(length($text) + 1);
		my $new = pick(split(//, '0123456789.,,(){}-+:eE NaIxy'), '00000000', '99999999999999999999', '2147483647', '9223372036854775807', '-1', '0.0000000000000000000000000', 'NaN', ',,', '{}', "\x{1}");
		substr($text, $at, pick(0, 0, 1, 1, 2, 5)) = $new if $at < length $text;
		substr($text, $at) = '' if rand() < 0.1;
	}
	return $text;
}
for my $type (sort keys %state_of)
{
	my (%read, %used);
	my @good = @{ $valid{$type} };
	my @tries = (@good, map { mutated(pick(@good)) } 1 .. 400);
	push @tries, "(zero,$long,1,)", "(zero,1,$long,)", "(impute:1e131071,1,1,1)", "(zero,1,0.$long,)", '(' x 100_000, '{' x 100_000, "(0,1,0.$long,1,3,255,{75},{95})", "(1,3,240,{70\xef\xbc\x90},{90})";
	for my $text (@tries)
	{
		(my $quoted = $text) =~ s/'/''/g;
		$read{"SELECT '$quoted'::$type"} = 1;
		# what is read can be written, merged with itself and others, and read again as the same
		$used{"SELECT $merge{$type}('$quoted'::$type) FROM generate_series(1, 12)"} = 1;
		$used{"SELECT $merge{$type}(s) FROM (VALUES ('$quoted'::$type), ('" . pick(@good) . "')) v(s), generate_series(1, 3)"} = 1;
		$used{"SELECT 1 / (s::text::${type}::text = s::text AND ${type}_send(s) = ${type}_send(s::text::$type))::int FROM (SELECT '$quoted'::$type) v(s)"} = 1;
	}
	only_states(attempt(sort keys %read), qr/^(00000|22...|54...)$/, "$type from garbage text");
	only_states(attempt(sort keys %used), qr/^(00000|22(?!012)...|54...)$/, "$type read from garbage can be used");
	still_up("garbage text of $type");
}

# ---- and as binary: COPY files with bytes changed, cut, and added

query($database, <<"SQL");
CREATE TABLE state (w weighted_score_state, t trimmed_mean_state, r recognition_coefficient_state);
INSERT INTO state VALUES ($state_of{weighted_score_state}[1], $state_of{trimmed_mean_state}[0], $state_of{recognition_coefficient_state}[0]);
\\copy state TO '$folder/good' (FORMAT binary)
TRUNCATE state;
SQL
my $good = slurp("$folder/good");
my $files = 300;
my $copies = "\\set VERBOSITY verbose\n";
for my $n (1 .. $files)
{
	my $bad = $good;
	for (0 .. int rand 3)
	{
		my $at = 19 + int rand(length($bad) - 19);
		my $kind = rand;
		if ($kind < 0.6) { substr($bad, $at, 1) = chr(pick(int rand 256, ord pick(split //, '0123456789,.(){}-'))); }
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
my $loaded = query($database, 'SELECT count(*) FROM state');
my @uses;
for my $row (0 .. ($loaded > 50 ? 49 : $loaded - 1))
{
	my %column = (weighted_score_state => 'w', trimmed_mean_state => 't', recognition_coefficient_state => 'r');
	while (my ($type, $column) = each %column)
	{
		push @uses, "SELECT $merge{$type}($column) FROM (SELECT * FROM state OFFSET $row LIMIT 1) s, generate_series(1, 3)",
			"SELECT 1 / ($column\::text::$type\::text = $column\::text)::int FROM state OFFSET $row LIMIT 1";
	}
}
only_states(attempt(@uses), qr/^(00000|22(?!012)...)$/, 'states that were let in can be used') if @uses;
still_up('binary garbage');

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
	[ 'recognition_coefficient_state', "sfunc = recognition_coefficient_combine, stype = recognition_coefficient_state, initcond = '(0,1,0.5,1,2305843009213693951,255,{75},{95})', finalfunc = recognition_coefficient_final" ],
);
my %call_of = (
	'numeric, numeric' => [ 'x, 1', 'NULL, 1', 'x, NULL', "'NaN', 1", 'x * 1e30, x' ],
	'numeric, numeric ORDER BY numeric' => ['WITHIN'],
	'numeric, numeric, text' => [ "x, 1, 'strict'", "x, 1, 'zero'", 'x, 1, NULL' ],
	'weighted_score_state' => [ 'NULL', map { "${_}::weighted_score_state" } @{ $state_of{weighted_score_state} } ],
	'numeric' => [ 'x', 'NULL', "'NaN'", 'x * 1e30' ],
	'numeric, integer' => [ 'x, 1', 'x, 0', 'x, -1', 'x, NULL' ],
	'trimmed_mean_state' => [ 'NULL', "'(1,2305843009213693951,0,{0},{0})'", map { "${_}::trimmed_mean_state" } @{ $state_of{trimmed_mean_state} } ],
	'numeric, numeric, numeric, numeric' => [ 'x, x, 0, 1', 'x, x, 0, 2', 'x, NULL, NULL, 1' ],
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

# ---- states of different settings do not merge

my %unlike = (
	weighted_score_state => [qw{(renormalize,1,1,) (renormalize:0.5,1,1,) (renormalize:0.6,1,1,) (zero,1,1,) (strict,1,1,) (impute:1,1,1,) (impute:2,1,1,)}],
	trimmed_mean_state => [qw{(0,3,240,{},{}) (1,3,240,{70},{90}) (2,3,240,{70,80},{80,90})}],
	recognition_coefficient_state => [qw{(0,1,0.5,0,3,255,{},{}) (0,1,0.5,1,3,255,{75},{95}) (0,1.5,0.5,0,3,255,{},{}) (0.5,1,0.5,0,3,255,{},{}) (0,1,0.25,0,3,255,{},{})}],
);
my @pairs;
for my $type (sort keys %unlike)
{
	for my $one (@{ $unlike{$type} })
	{
		push @pairs, map { "SELECT $merge{$type}(s) FROM (VALUES ('$one'::$type), ('$_')) v(s)" } grep { $_ ne $one } @{ $unlike{$type} };
	}
}
only_states(attempt(@pairs), qr/^22023$/, 'states of different settings do not merge');

# ---- a fuzzer, where there is one

SKIP:
{
	skip 'sqlsmith is not installed', 2 unless grep { -x "$_/sqlsmith" } split /:/, $ENV{PATH};
	query($database, <<'SQL');
CREATE SCHEMA fz;
CREATE VIEW fz.pg_proc AS SELECT p.* FROM pg_catalog.pg_proc p WHERE p.prokind <> 'w' AND p.oid IN (
	SELECT objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = 'perfeval' AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e');
SQL
	my $target = join ' ', (map { $ENV{ $_->[0] } ? "$_->[1]='$ENV{ $_->[0] }'" : () } [ PGHOST => 'host' ], [ PGPORT => 'port' ], [ PGUSER => 'user' ]),
		"dbname=$database", "options='-c search_path=fz,pg_catalog,perfeval,public -c statement_timeout=5s'";
	my $fuzzed = `sqlsmith "--target=$target" --exclude-catalog --max-queries=2000 --seed=$seed 2>&1`;
	is($?, 0, 'sqlsmith ends') or diag substr $fuzzed, -2000;
	still_up('sqlsmith');
}

done_testing();
