# The example city: the script runs, twice and under odd settings, and prints the same; and what it
# prints is right. The scores of the year are worked out again here from what the offices sent, with exact
# fractions and without any function of the extension; test/workspace/city.sql does the same in plain SQL
# for other periods, and before and after corrections.
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
my $had_role;    # the demo makes a role
my @hashes;      # of runs and chain, as printed last

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

# Hashes of runs have a secret in them, which pseudonyms are made with: they are others each time.
sub run_demo {
    my ($status, $text) = psql('-d', $database, '-f', $script);
    @hashes = $text =~ /\b[0-9a-f]{16}(?=\.\.\.)/g;
    $text =~ s/\b[0-9a-f]{16}\.\.\./HASH/g;
    return ($status, $text);
}

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
    psql('-q', '-d', $maintenance, '-c', 'DROP ROLE IF EXISTS perfeval_demo_unit') if defined $had_role && !$had_role;
}

$had_role = value(q{SELECT count(*) FROM pg_roles WHERE rolname = 'perfeval_demo_unit'});

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
        jit=off enable_hashagg=off enable_memoize=off
        parallel_setup_cost=0 parallel_tuple_cost=0 min_parallel_table_scan_size=0 parallel_leader_participation=off);
    ($status, $text) = run_demo();
    is($text, $printed, 'also under another search_path, DateStyle and time zone, with other plans');
}

# --- Who is assessed --------------------------------------------------------------------------------

is(value(q{SELECT count(*) FROM city.subject WHERE kind = 'department'}),  60,  '60 departments');
is(value(q{SELECT count(*) FROM city.subject WHERE kind = 'institution'}), 400, '400 units');
is(value('SELECT count(*) FROM city.subject_group'), 6, '6 groups by service attribute');
is(value('SELECT count(*) FROM (SELECT FROM city.subject_state GROUP BY supervising_id HAVING count(*) >= 3) AS d'), 60,
    'every department has units');

# Every server, version and processor makes the same city and comes to the same result.
is(value(q{
    SELECT encode(sha256(string_agg(concat_ws('|', subject, g.code, rank_basis, rank, tier), ',' ORDER BY subject)::bytea), 'hex')
    FROM city.result JOIN city.run_group AS g USING (run_id, group_id) WHERE run_id = 1}), '07fc4afe47cec1372a24ebd5f07e90c9c6a303652d7735758023395085da10d3', 'the league table is the one it always was');

# --- Scores, ranks, seats and tiers, again from the facts -------------------------------------------

my (%month, %year, %panel, %expert, %award, %lost, %refunded, %in_force, %rule);

$month{ $_->[0] }{ $_->[1] }{ $_->[2] } = $_->[3]
    for rows(q{SELECT subject, regexp_replace(indicator, '^(party|support|economy|society|service|enforcement)_', ''),
                      right(period, 2)::int, value FROM office.monthly});
$year{ $_->[0] }{ $_->[1] } = $_->[2] for rows('SELECT subject, indicator, value FROM office.yearly');
$rule{ $_->[0] } = { target => $_->[1], penalty => $_->[2], weights => [ split /,/, $_->[3] ], cuts => [ split /,/, $_->[4] ], points => [ split /,/, $_->[5] ] }
    for rows(q{SELECT group_no, target, penalty, array_to_string(weights, ','), array_to_string(cuts, ','), array_to_string(points, ',')
               FROM office.own_indicator});
my %valid = map { @$_ } rows('SELECT unit_no, count(*) FROM office.complaint WHERE valid GROUP BY unit_no');
push @{ $panel{ $_->[0] }{ $_->[1] } }, $_->[2] for rows('SELECT unit_no, role, points FROM office.mark');
push @{ $expert{ $_->[0] } }, (rational($_->[1]) + rational($_->[2])) / 200
    for rows('SELECT unit_no, difficulty, accuracy FROM office.expert_mark');
push @{ $award{ $_->[0] }{ $_->[1] } }, rational($_->[2]) for rows('SELECT unit_no, kind, points FROM office.award');
my %vetoed = map { $_->[0] => 1 } rows('SELECT unit_no FROM office.veto');

# What the script does while it prints: a correction and a decision.
$month{U131}{done}{7} = 8;
$valid{263}++;

my @entries = rows(q{
    SELECT unit_no, points, effect, rectified,
           coalesce(acceptance_date <= (notice_date + interval '3 months')::date, false)::int, item
    FROM office.ledger ORDER BY entry_no});
for (@entries) {
    my ($unit, $points, $effect, $rectified, $in_time, $item) = @$_;
    my $in_force = rational($points) * rational({ full => 1, half => '1/2', exempt => 0 }->{$effect});
    my $refund   = $in_time ? rational('4/5') * rational($rectified) * $in_force : rational(0);
    $in_force{$unit} = ($in_force{$unit} // 0) + $in_force;
    $refunded{$unit} = ($refunded{$unit} // 0) + $refund;
    $lost{$unit}{$item} = ($lost{$unit}{$item} // 0) + $in_force - $refund;
}

# Means of months are kept at ten decimals.
sub mean { my $sum = total(map { rational($_) } @_); return (($sum / @_ * 10**10 * 2 + 1) / 2)->bfloor / rational(10)**10 }

sub proportion { my ($done, $due) = @_; return $due == 0 ? undef : lowest(100 * rational($done) / $due, rational(100)) }

sub score_of {
    my ($code, $unit, $group) = @_;
    my ($m, $y, $r) = ($month{$code}, $year{$code}, $rule{$group});
    my $sum  = sub { total(map { rational($_) } values %{ $m->{ $_[0] } }) };
    my $mean = sub { mean(values %{ $m->{ $_[0] } }) };
    my $said = rational($m->{said}{12});
    my $key  = weighted(
        [ proportion($sum->('done'), $sum->('due')), $r->{weights}[0] ],
        [ highest(rational(0), 100 - $r->{penalty} * highest(rational(0), $r->{target} - $mean->('rate'))), $r->{weights}[1] ],
        [ $r->{points}[ scalar grep { $said >= $_ } @{ $r->{cuts} } ], $r->{weights}[2] ],
        [ proportion($y->{cleanup_done}, $y->{cleanup_due}), $r->{weights}[3] ]);
    my $days   = $mean->('response');
    my $raters = weighted(map { [ scalar trimmed(map { rational($_) } @{ $panel{$unit}{ $_->[0] } // [] }), $_->[1] ] }
            [ superior => 40 ], [ in_charge => 40 ], [ team => 20 ]);
    my $routine = weighted(
        [ highest(rational(0), 100 - 20 * highest(rational(0), 95 - $mean->('fulfilment'))), 35 ],
        [ highest(rational(0), 100 - 30 * $sum->('errors')), 15 ],
        [ highest(rational(0), rational(100 - 50 * ($valid{$unit} // 0))), 15 ],
        [ $days <= 1 ? 100 : $days <= 3 ? 100 - 10 * ($days - 1) : $days <= 8 ? 80 - 16 * ($days - 3) : 0, 10 ],
        [ $raters, 15 ],
        [ $y->{adopted} >= 1 ? 100 : 0, 10 ]);
    my $base = weighted([ $key, 70 ], [ $routine, 20 ], [ proportion($sum->('dynamic_done'), $sum->('dynamic_due')), 10 ]);
    my $coefficient = rational('0.8') + rational('0.4') * trimmed(@{ $expert{$unit} });
    my $minus = lowest(rational(10), total(map { lowest($_, rational(2)) } values %{ $lost{$unit} // {} }));
    my $plus  = lowest(rational(4), total(map { lowest(total(@$_), rational(1)) } values %{ $award{$unit} // {} }));
    return lowest(highest(lowest($base * $coefficient, rational(100)) - $minus + $plus, rational(0)), rational(104));
}

# A league table of 400: unit's code and number, group, score, rank, tier, sum of its lines; and points that
# were granted to some. What it gives back are the units given and due in each tier.
sub check_table {
    my ($what, $table, %granted) = @_;
    is(@$table, 400, "$what: every unit stands in a league table");

    my (%group, @wrong, @lines);
    for (@$table) {
        my ($code, $unit, $group, $score, $rank, $tier, $points) = @$_;
        my $expected = score_of($code, $unit, $group);
        my $more     = rational($granted{$code} // 0);
        push @wrong, "$code: $score" if rational($score) * 100 != hundredths($expected) + $more * 100;
        push @lines, "$code: $points" if rational($points) != rational($score);
        push @{ $group{$group} }, { unit => $code, final => $expected + $more, rank => $rank, tier => $tier, vetoed => $vetoed{$unit} };
    }
    is_deeply(\@wrong, [], "$what: all 400 scores are exactly what the facts give, rounded once, half away from zero");
    is_deeply(\@lines, [], "$what: the lines of every unit add up to its score, to the last digit");

    my (@rank_wrong, @tier_wrong, @given, @due);
    for my $group (sort keys %group) {
        my @units = sort { $b->{final} <=> $a->{final} } @{ $group{$group} };
        my @seats = seats(scalar @units);
        is(value('SELECT perfeval.tier_quota(' . @units . q{, '{0.2,0.7,0.1}')}), '{' . join(',', @seats) . '}',
            "$what: group $group: @seats seats for " . @units . ' units');
        my ($place, $rank, $tier, $before) = (0);
        for (@units) {
            $place++;
            # equal to the unit before: the same rank, and the tier of the first
            if (!$before || $before->{final} != $_->{final}) {
                $rank = $place;
                $tier = $place <= $seats[0] ? 1 : $place <= $seats[0] + $seats[1] ? 2 : 3;
            }
            push @rank_wrong, $_->{unit} if $_->{rank} != $rank;
            push @tier_wrong, $_->{unit} if $_->{tier} != ($_->{vetoed} ? 3 : $tier);
            $due[ $tier - 1 ]++;
            $given[ $_->{tier} - 1 ]++;
            $before = $_;
        }
    }
    is_deeply(\@rank_wrong, [], "$what: ranks are those of the scores, unrounded");
    is_deeply(\@tier_wrong, [], "$what: tiers are those of the seats, and of the vetoes");
    return (\@given, \@due);
}

check_table('live', [ rows(q{
    SELECT s.subject, u.unit_no, u.group_no, s.score, s.rank, s.tier, l.points
    FROM city.standing AS s JOIN office.unit AS u ON u.code = s.subject
    JOIN (SELECT subject_id, sum(points) AS points FROM city.standing_line WHERE period_id = 2025000 GROUP BY subject_id) AS l USING (subject_id)
    WHERE s.period_id = 2025000
    ORDER BY unit_no}) ]);

# The year became final before a thousand errors more were found.
my @late = rows('SELECT subject, right(period, 2)::int, value FROM office.late');
is(@late, 1000, '1,000 corrections of the old year');
$month{ $_->[0] }{errors}{ $_->[1] } = $_->[2] - 1 for @late;
my ($given, $due) = check_table('final', [ rows(q{
    SELECT t.subject, u.unit_no, u.group_no, t.score, t.rank, t.tier, l.points
    FROM city.league_table AS t JOIN office.unit AS u ON u.code = t.subject
    JOIN (SELECT subject_id, sum(points) AS points FROM city.result_line WHERE run_id = 1 GROUP BY subject_id) AS l USING (subject_id)
    WHERE t.period_id = 2025000 AND NOT t.provisional
    ORDER BY unit_no}) ], U295 => '0.5');

is(value(q{
    SELECT string_agg(n::text, ' ' ORDER BY tier)
    FROM (SELECT tier, count(*) AS n FROM office.department_standing GROUP BY tier) AS t}), '12 42 6',
    'departments: 12, 42 and 6 of 60');

# --- The ledger -------------------------------------------------------------------------------------

is(@entries, 58, '58 pre-deductions');
is(scalar(grep { $in_force{$_} > 0 && $refunded{$_} == 0 } keys %in_force), 21, '21 units keep the loss');
is(value('SELECT count(*) FROM office.ledger_outcome WHERE refund > 0.80 * in_force'), 0, 'no more than 80 % comes back');
is(value('SELECT string_agg((refund > 0)::text, $$ $$ ORDER BY entry_no) FROM office.ledger_outcome WHERE entry_no IN (21, 22)'),
    'false true', 'the last day of the three months is in time, the next is not');
ok(rational(value('SELECT sum(refund) FROM office.ledger_outcome')) == total(values %refunded), 'refunds add up');

# --- Consequences -----------------------------------------------------------------------------------

is(value('SELECT sum(yuan) FROM office.pay'), '60000000.00', 'the pool is shared out to the last fen');
is(value(q{
    SELECT count(*) FROM (SELECT yuan, 60000000 * (posts * coefficient) / sum(posts * coefficient) OVER () AS exact FROM office.pay) AS c
    WHERE abs(yuan - exact) >= 0.01}), 0, 'each share within a fen of posts x coefficient');

# --- What is printed --------------------------------------------------------------------------------

my $sum = value('SELECT sum(score) FROM city.result WHERE run_id = 1');
my ($check) = $printed =~ /--- Check [^\n]*\n(.*?)\n\n/s;
my $plus = qr/\d[\d.]*(?: \+ \d[\d.]*)+/;
if (like($check, qr/^400 units = $plus;\nscores \Q$sum\E = $plus;\ntiers 1 \+ 2 \+ 3: $plus given, $plus due, 3 vetoed;/,
        'the check')) {
    my ($units, $scores, $tiers, $seats) = $check =~ /($plus)(?=;| given| due)/g;
    ok(total(split / \+ /, $units) == 400, 'units add up');
    ok(total(split / \+ /, $scores) == rational($sum), 'scores add up');
    is($tiers, join(' + ', @$given), 'tiers are those given');
    is($seats, join(' + ', @$due), 'seats are those due');
    ok(total(split / \+ /, $tiers) == 400, 'and add up');
}
like($check, qr/the lines of 400 of 400 units add up to their score exactly; 60000000\.00 yuan/, 'lines and yuan');

like($printed, qr/^ +5 职责履行率 +9O\.1 +is not a number\n +333 协同响应天数 +约3天 +is not a number\n/m,
    'the spreadsheet\'s bad cells are listed by row and column');
like($printed, qr/^U131 .* 15 +95\.24 +12\nU249 .* 12 +94\.73 +13\nU228 .* 13 +94\.71 +14\nU377 .* 14 +94\.32 +15\n/m, 'a correction moves ranks');
like($printed, qr/^U263 .* 99\.4 +4 +1 +97\.9 +6 +0\n/m, 'a decision moves a score');

my ($explained) = $printed =~ /--- One unit[^\n]*\n(.*?)\n\n/s;
my @shown = map { / (-?[\d.]+) *$/ ? rational($1) : () } split /\n/, $explained;
my ($added, $score) = splice @shown, -2;
cmp_ok(scalar @shown, '>=', 15, 'one unit is explained in lines');
ok(total(@shown) == $added && $added == $score, 'whose points, as printed, add up to its score');
like($printed, qr/^58 pre-deductions on \d+ units, 21 of which/m, 'the ledger is summed up');

like($printed, qr/^U295 .* 94\.04 +16 +0\.50 +94\.54 +15 一等\nU377 .* 94\.32 +15 +94\.32 +16 二等\n/m, 'an adjustment moves a rank and a tier');
like($printed, qr/^46 lines of rules 细则 +94\.04\nflood exercise of November 防汛演练 +minutes 12 +0\.50\n/m, 'and is a line of its own');
like($printed, qr/^as assessed, run 1 +400 +400 +400 HASH.*\nlive standings now +400 +\d{1,2} +\d+ *\nfrom its frozen inputs +400 +400 +400 HASH.*\nfrom the facts as known then +400 +400 +400 HASH/m,
    'what was final is worked out again, whatever the live standings say');
is(@hashes, 6, 'hashes are printed: of the run, the final lines, the chain, the run again, and two reruns');
is_deeply([ @hashes[ 3 .. 5 ] ], [ ($hashes[0]) x 3 ], 'the reruns have the hash of the run');
like($printed, qr/^standing, live +1 +1 +\S+ +(\d+) +76\nrun_result +1 +1 +94\.54 +15 +76\nresult_line +\d+ +1 +94\.54 *\nleague_table, published +400 +400 +94\.54 +15 +76\n/m,
    'a unit sees itself, and what is published of all');

# --- Somebody's own schemas of these names ----------------------------------------------------------

psql('-q', '-d', $database, '-c', q{COMMENT ON SCHEMA office IS 'my own'});
($status, $text) = run_demo();
isnt($status, 0, 'a schema "office" that is not the example city\'s');
like($text, qr/schema "office" exists and is not of the example city/, 'is refused');
is(value('SELECT count(*) FROM office.unit'), 400, 'and left alone');
psql('-q', '-d', $database, '-c', q{SET client_min_messages = error; DROP SCHEMA office CASCADE});
($status, $text) = run_demo();
isnt($status, 0, 'a workspace "city" without it');
like($text, qr/schema "city" exists and is not of the example city/, 'is refused too');
is(value('SELECT count(*) FROM city.subject WHERE kind = $$institution$$'), 400, 'and left alone');

done_testing();
