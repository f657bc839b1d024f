# The example city: the script runs, twice and under odd settings, and prints the same; and what it
# prints is right. The whole assessment is worked out again here from the facts, with exact fractions
# and without any function of the extension.
#
# Needs a server where the extension can be created, given by PGHOST, PGPORT and PGUSER.

use strict;
use warnings;
use utf8;

use FindBin;
use Math::BigRat;
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my $script   = "$FindBin::RealBin/../../demo/city.sql";
my $database = "perfeval_demo_t_$$";
my $maintenance = $ENV{PGDATABASE} // 'postgres';

$ENV{LC_ALL} = 'C';
delete @ENV{qw(PGOPTIONS PGCLIENTENCODING PGDATABASE)};

# psql with the given arguments: (exit status, what it printed, errors included).
sub psql {
    my @arguments = @_;
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT or die "dup: $!";
        exec 'psql', '-X', '-v', 'ON_ERROR_STOP=1', @arguments or die "psql: $!";
    }
    binmode $out, ':encoding(UTF-8)';
    local $/;
    my $text = <$out> // '';
    close $out;
    return ($? >> 8, $text);
}

# The rows of a query, each an array of texts, NULL as the empty string.
sub rows {
    my ($query) = @_;
    my ($status, $text) = psql('-q', '-A', '-t', '-F', "\t", '-d', $database, '-c', $query);
    die "query failed: $query\n$text" if $status;
    return map { [ split /\t/, $_, -1 ] } split /\n/, $text;
}

sub value { return (rows($_[0]))[0][0] }

sub run_demo { return psql('-d', $database, '-f', $script) }

sub rational { return Math::BigRat->new($_[0]) }
sub total { my $sum = rational(0); $sum += $_ for @_; return $sum }
sub highest { my ($a, $b) = @_; return $a > $b ? $a : $b }
sub lowest  { my ($a, $b) = @_; return $a < $b ? $a : $b }

# Mean of what is left when the highest and the lowest are dropped; undef when nothing was given.
sub trimmed {
    my @sorted = sort { $a <=> $b } @_ or return;
    return total(@sorted[1 .. $#sorted - 1]) / ($#sorted - 1);
}

# [value, weight] pairs; an undefined value leaves its weight to the others.
sub weighted {
    my @seen = grep { defined $_->[0] } @_;
    return total(map { rational($_->[0]) * rational($_->[1]) } @seen) / total(map { rational($_->[1]) } @seen);
}

# n seats by shares of 2, 7 and 1 tenth: largest remainder, the middle before the top before the bottom.
sub seats {
    my ($n) = @_;
    my @tenths = map { $n * $_ } 2, 7, 1;
    my @seats  = map { int $_ / 10 } @tenths;
    my @order  = sort { $tenths[$b] % 10 <=> $tenths[$a] % 10 } 1, 0, 2;
    $seats[ shift @order ]++ while $seats[0] + $seats[1] + $seats[2] < $n;
    return @seats;
}

# Half away from zero, to two decimals, as an integer of hundredths.
sub hundredths {
    my ($x) = @_;
    my $twice = ($x * 200 + 1) / 2;
    return $x < 0 ? -hundredths(-$x) : $twice->bfloor;
}

my ($status, $text) = psql('-q', '-d', $maintenance, '-c',
    "CREATE DATABASE $database ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
BAIL_OUT("no server to test on: $text") if $status;

END {
    psql('-q', '-d', $maintenance, '-c', "DROP DATABASE IF EXISTS $database") if $database;
}

# --- The script -------------------------------------------------------------------------------------

($status, my $printed) = run_demo();
is($status, 0, 'the demo runs in an empty database') or BAIL_OUT($printed);
unlike($printed, qr/ERROR|WARNING|NOTICE|HINT/, 'and has nothing to complain about');

($status, $text) = run_demo();
is($status, 0, 'it runs again');
is($text, $printed, 'and prints the same');

{
    local $ENV{PGOPTIONS} = join ' ', map { "-c $_" } qw(
        search_path=nowhere DateStyle=German IntervalStyle=iso_8601 TimeZone=Asia/Shanghai
        jit=off enable_hashagg=off enable_hashjoin=off
        parallel_setup_cost=0 parallel_tuple_cost=0 min_parallel_table_scan_size=0 parallel_leader_participation=off);
    ($status, $text) = run_demo();
    is($text, $printed, 'also under another search_path, DateStyle and time zone, with other plans');
}

# --- Who is assessed --------------------------------------------------------------------------------

is(value('SELECT count(*) FROM demo.department'),    60,  '60 departments');
is(value('SELECT count(*) FROM demo.unit'),          400, '400 units');
is(value('SELECT count(*) FROM demo.subject_group'), 6,   '6 functional groups');
is(value('SELECT count(*) FROM (SELECT FROM demo.unit GROUP BY department_id HAVING count(*) >= 3) AS d'), 60,
    'every department has units');
cmp_ok(value('SELECT count(*) FROM demo.department_standing WHERE groups > 1'), '>=', 50,
    'most departments have units in several groups');

# Every server, version and processor makes the same city and comes to the same result.
is(value(q{
    SELECT encode(sha256(string_agg(concat_ws('|', unit_id, group_no, score, rank, tier), ',' ORDER BY unit_id)::bytea),
                  'hex')
    FROM demo.standing}), '90db03ea397b8d19202a6f36e8a160d113de36fa1f03db83ff572ff1edccb6bc',
    'the league table is the one it always was');

# --- Scores, again from the facts -------------------------------------------------------------------

my (%measure, %panel, %expert, %award, %lost, %refunded, %in_force);

$measure{ $_->[0] }{ $_->[1] } = [ @$_[ 2, 3 ] ] for rows('SELECT unit_id, item, value, target FROM demo.measure');
my %months = map { @$_ } rows('SELECT unit_id, count(*) FROM demo.error_rate WHERE rate > 1.0 GROUP BY unit_id');
my %valid  = map { @$_ } rows('SELECT unit_id, count(*) FROM demo.complaint WHERE valid GROUP BY unit_id');
push @{ $panel{ $_->[0] }{ $_->[1] } }, $_->[2]
    for rows('SELECT unit_id, role, points FROM demo.rating WHERE points IS NOT NULL');
push @{ $expert{ $_->[0] } }, (rational($_->[1]) + rational($_->[2])) / 200
    for rows('SELECT unit_id, difficulty, accuracy FROM demo.expert_rating');
push @{ $award{ $_->[0] }{ $_->[1] } }, rational($_->[2]) for rows('SELECT unit_id, kind, points FROM demo.award');
$lost{ $_->[0] } = rational(20 * $_->[1]) for rows('SELECT unit_id, count(*) FROM demo.violation GROUP BY unit_id');

my @entries = rows(q{
    SELECT unit_id, points, effect, rectified,
           coalesce(acceptance_date <= (notice_date + interval '3 months')::date, false)::int
    FROM demo.prededuction ORDER BY entry_no});
for (@entries) {
    my ($unit, $points, $effect, $rectified, $in_time) = @$_;
    my $in_force = rational($points) * rational({ full => 1, half => '1/2', exempt => 0 }->{$effect});
    my $refund   = $in_time ? rational('4/5') * rational($rectified) * $in_force : rational(0);
    $in_force{$unit} = ($in_force{$unit} // 0) + $in_force;
    $refunded{$unit} = ($refunded{$unit} // 0) + $refund;
    $lost{$unit}     = ($lost{$unit} // 0) + $in_force - $refund;
}

sub proportion {
    my ($done, $due) = map { rational($_) } @{ $_[0] };
    return $due == 0 ? undef : lowest(10 * $done / $due, rational(10));
}

sub score_of {
    my ($unit)  = @_;
    my $measure = $measure{$unit};
    my $days    = rational($measure->{response}[0]);
    my $raters  = weighted(map { [ scalar trimmed(map { rational($_) } @{ $panel{$unit}{ $_->[0] } // [] }), $_->[1] ] }
            [ superior => '0.4' ], [ in_charge => '0.4' ], [ team => '0.2' ]);
    my $duty = weighted(
        [ highest(rational(0), 10 - 2 * highest(rational(0), 95 - rational($measure->{fulfilment}[0]))), '0.5' ],
        [ highest(rational(0), rational(10 - 3 * ($months{$unit} // 0))), '0.25' ],
        [ highest(rational(0), rational(10 - 5 * ($valid{$unit}  // 0))), '0.25' ]);
    my $key_work = weighted(
        [ proportion($measure->{cleanup}), '0.5' ],
        [ proportion($measure->{in_time}), '0.3' ],
        [ $measure->{adopted}[0] >= 1 ? 10 : 0, '0.2' ]);
    my $collaboration = weighted(
        [ $raters / 10, '0.8' ],
        [ $days <= 1 ? 10 : $days <= 3 ? 10 - ($days - 1) : $days <= 8 ? 8 - ($days - 3) * 8 / 5 : 0, '0.2' ]);
    my $base = 10 * weighted([ $duty, '0.4' ], [ $key_work, '0.3' ], [ $collaboration, '0.3' ]);
    my $coefficient = rational('0.8') + rational('0.4') * trimmed(@{ $expert{$unit} });
    my $bonus = total(map { lowest(total(@$_), rational(1)) } values %{ $award{$unit} // {} });
    my $final = lowest($base * $coefficient, rational(100)) - ($lost{$unit} // 0) + $bonus;
    return (lowest(highest($final, rational(0)), rational(104)), $key_work);
}

my @standing = rows(q{
    SELECT unit_id, group_no, final, score, rank, tier, points, shown
    FROM demo.standing
    JOIN (SELECT unit_id, sum(points) AS points, sum(shown) AS shown
          FROM demo.score_line GROUP BY unit_id) AS l USING (unit_id)
    ORDER BY unit_id});
is(@standing, 400, 'every unit stands in a league table');

my (%group, @wrong, @rounded, @exact, @shown);
for (@standing) {
    my ($unit, $group, $final, $score, $rank, $tier, $points, $shown) = @$_;
    my ($expected, $key_work) = score_of($unit);
    push @wrong,   "$unit: $final" if rational($final) != $expected;
    push @rounded, "$unit: $score" if rational($score) * 100 != hundredths($expected);
    push @exact,   "$unit: $points" if rational($points) != $expected;
    push @shown,   "$unit: $shown" if rational($shown) != rational($score);
    push @{ $group{$group} },
        { unit => $unit, final => $expected, key_work => $key_work, rank => $rank, tier => $tier };
}
is_deeply(\@wrong,   [], 'all 400 scores are exactly what the facts give');
is_deeply(\@rounded, [], 'and are rounded once, half away from zero');
is_deeply(\@exact,   [], 'the lines of every unit add up to its score, exactly');
is_deeply(\@shown,   [], 'and so do the lines at two decimals');

# --- Ranks, seats and tiers -------------------------------------------------------------------------

my %seat = map { $_->[0] => $_ } rows(q{
    SELECT group_no, units, array_to_string(seats, ' '), array_to_string(given, ' ') FROM demo.seat});
my (@rank_wrong, @tier_wrong, @given);
for my $group (sort keys %group) {
    my @units = sort { $b->{final} <=> $a->{final} || $b->{key_work} <=> $a->{key_work} } @{ $group{$group} };
    my @seats = seats(scalar @units);
    is_deeply([ @{ $seat{$group} }[ 1, 2 ] ], [ scalar @units, "@seats" ],
        "group $group: @seats seats for " . @units . ' units');
    my ($place, $rank, $tier, $before) = (0);
    for (@units) {
        $place++;
        # equal to the unit before, key work included: the same rank, and the tier of the first
        if (!$before || $before->{final} != $_->{final} || $before->{key_work} != $_->{key_work}) {
            $rank = $place;
            $tier = $place <= $seats[0] ? 1 : $place <= $seats[0] + $seats[1] ? 2 : 3;
        }
        push @rank_wrong, $_->{unit} if $_->{rank} != $rank;
        push @tier_wrong, $_->{unit} if $_->{tier} != $tier;
        $given[ $_->{tier} - 1 ]++;
        $before = $_;
    }
}
is_deeply(\@rank_wrong, [], 'ranks are those of the scores');
is_deeply(\@tier_wrong, [], 'tiers are those of the seats');
is(value('SELECT count(*) FROM demo.seat WHERE seats = given'), 6,
    'in every group as many are given as there are seats');
is(value(q{
    SELECT string_agg(n::text, ' ' ORDER BY tier)
    FROM (SELECT tier, count(*) AS n FROM demo.department_standing GROUP BY tier) AS t}), '12 42 6',
    'departments: 12, 42 and 6 of 60');

# Without key work a unit has no score, no rank, no tier and no seat; the others keep theirs.
is_deeply([ rows(q{
    BEGIN;
    DELETE FROM demo.measure WHERE unit_id = 1 AND item IN ('cleanup', 'in_time', 'adopted');
    SELECT final, rank, tier FROM demo.standing WHERE unit_id = 1;
    SELECT sum(units), sum(seats[1] + seats[2] + seats[3]), count(*) FILTER (WHERE seats = given) FROM demo.seat;
    ROLLBACK}) ], [ [ '', '', '' ], [ 399, 399, 6 ] ], 'not observed is not 0');

# --- The ledger -------------------------------------------------------------------------------------

is(@entries, 58, '58 pre-deductions');
is(scalar(grep { $in_force{$_} > 0 && $refunded{$_} == 0 } keys %in_force), 21, '21 units keep the loss');
is(value('SELECT count(*) FROM demo.ledger WHERE refund > 0.80 * in_force'), 0, 'no more than 80 % comes back');
is(value('SELECT string_agg((refund > 0)::text, $$ $$ ORDER BY entry_no) FROM demo.ledger WHERE entry_no IN (21, 22)'),
    'false true', 'the last day of the three months is in time, the next is not');
ok(rational(value('SELECT sum(refund) FROM demo.ledger')) == total(values %refunded), 'refunds add up');

# --- Consequences -----------------------------------------------------------------------------------

is(value('SELECT sum(yuan) FROM demo.consequence'), '60000000.00', 'the pool is shared out to the last fen');
is(value(q{
    SELECT count(*) FROM (SELECT yuan, 60000000 * (posts * coefficient) / sum(posts * coefficient) OVER () AS exact
                          FROM demo.consequence JOIN demo.unit USING (unit_id)) AS c
    WHERE abs(yuan - exact) >= 0.01}), 0, 'each share within a fen of posts x coefficient');

# --- What is printed --------------------------------------------------------------------------------

my $sum = value('SELECT sum(score) FROM demo.standing');
my ($check) = $printed =~ /--- Check [^\n]*\n(.*)\z/s;
my $plus = qr/\d[\d.]*(?: \+ \d[\d.]*)+/;
if (like($check, qr/^400 units = $plus;\nscores \Q$sum\E = $plus;\ntiers 1 \+ 2 \+ 3: $plus given, $plus due;/,
        'the last lines')) {
    my ($units, $scores, $given, $due) = $check =~ /($plus)(?=;| given)/g;
    ok(total(split / \+ /, $units) == 400, 'units add up');
    ok(total(split / \+ /, $scores) == rational($sum), 'scores add up');
    is($given, join(' + ', @given), 'tiers are those given');
    ok(total(split / \+ /, $given) == 400, 'and add up');
}
like($check, qr/the lines of 400 of 400 units add up to their score exactly; 60000000\.00 yuan/, 'lines and yuan');

my ($explained) = $printed =~ /--- One unit[^\n]*\n(.*?)\n\n/s;
my @lines = map { /(-?[\d.]+) +(-?[\d.]+)$/ ? [ rational($1), rational($2) ] : () } split /\n/, $explained;
my ($added, $score) = splice @lines, -2;
cmp_ok(scalar @lines, '>=', 10, 'one unit is explained in lines');
for my $column (0, 1) {
    my $sum_of_lines = total(map { $_->[$column] } @lines);
    ok($sum_of_lines == $added->[$column] && $sum_of_lines == $score->[$column],
        'their ' . (qw(points decimals))[$column] . ', as printed, add up to its score');
}
like($printed, qr/^58 pre-deductions on \d+ units, 21 of which/m, 'the ledger is summed up');

# --- Somebody's own schema of that name -------------------------------------------------------------

psql('-q', '-d', $database, '-c', q{COMMENT ON SCHEMA demo IS 'my own'});
($status, $text) = run_demo();
isnt($status, 0, 'a schema "demo" that is not the example city');
like($text, qr/schema "demo" exists and is not the example city/, 'is refused');
is(value('SELECT count(*) FROM demo.unit'), 400, 'and left alone');

done_testing();
