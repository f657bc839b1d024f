# Draws against the reference in test/oracle/draws.py, which works them out from the text of records alone, and the
# programs that doc/draws.md gives to third parties, run on the records of a workspace.
#   PERFEVAL_DRAW_CASES   how many (2000)
#   PERFEVAL_SEED         repeats a run
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Test::More;

my $oracle = "$FindBin::Bin/../oracle/draws.py";
my $python = $ENV{PYTHON} || 'python3';
my $cases = $ENV{PERFEVAL_DRAW_CASES} || 2000;
my $seed = $ENV{PERFEVAL_SEED} || time;
my $folder = tempdir(CLEANUP => 1);

# Runs a program with a text as its input; gives its output.
sub given
{
	my ($text, @command) = @_;
	open my $in, '>:raw', "$folder/in" or die $!;
	print $in $text;
	close $in;
	my $output = `@command < "$folder/in" 2>&1`;
	chomp $output;
	return $output;
}

my $database = new_database('perfeval_draws');
query($database, q(CREATE EXTENSION perfeval; CALL perfeval.create_workspace('抽取 "it''s" 50%', time_zone => 'Asia/Shanghai')));
my $path = q(SET search_path = "抽取 ""it's"" 50%", perfeval, public;);

# ---- thousands of pools and pairs

is(system($python, $oracle, '--out', "$folder/cases", '--cases', $cases, '--seed', $seed), 0, 'the reference makes cases') or BAIL_OUT('no cases');
diag("draws: $cases cases, PERFEVAL_SEED=$seed");
my $differ = query($database, <<"SQL");
$path
CREATE TABLE public.draw_case (n integer PRIMARY KEY, record text, seed text, replaced integer[], expected text);
\\copy public.draw_case FROM '$folder/cases'
CREATE FUNCTION public.got(record text, seed text, replaced integer[]) RETURNS text LANGUAGE plpgsql AS \$\$
BEGIN
	RETURN (SELECT coalesce(string_agg(concat_ws('|', d.place, d.id, coalesce(d.unit, ''), coalesce(d.stratum, ''), d.ticket, coalesce(d.replaces::text, '')), ';' ORDER BY d.place), '')
		FROM drawn(string_to_array(\$1, E'\\n'), \$2, \$3) AS d);
EXCEPTION WHEN OTHERS THEN
	RETURN '!' || SQLSTATE;
END \$\$;
SELECT format('case %s: got %s, expected %s, from %s', n, got, expected, record)
FROM (SELECT *, public.got(record, seed, replaced) FROM public.draw_case) AS x WHERE got IS DISTINCT FROM expected ORDER BY length(record) LIMIT 3;
SQL
is($differ, '', 'pools, pairs and works: drawn and replaced as the reference says, or refused with its error');
my @counts = split /\|/, query($database, "SELECT count(*) FILTER (WHERE expected NOT LIKE '!%'), count(*) FILTER (WHERE expected LIKE '!%'),
	count(*) FILTER (WHERE record LIKE '%|inspection%' AND expected NOT LIKE '!%') FROM public.draw_case");
cmp_ok($counts[0], '>', $cases / 3, 'many can be drawn');
cmp_ok($counts[1], '>', $cases / 20, 'some cannot');
cmp_ok($counts[2], '>', $cases / 6, 'there are pairs among them');

# ---- records, and the programs of the document

my ($doc) = slurp("$FindBin::Bin/../../doc/draws.md");
my %program = $doc =~ /^cat > (\w+\.py) <<'END'\n(.*?)^END$/msg;
is(join(' ', sort keys %program), 'draw.py pairs.py', 'the document has two programs');
for my $name (sort keys %program)
{
	open my $out, '>:raw', "$folder/$name" or die $!;
	print $out $program{$name};
	close $out;
}
is(scalar(grep { /\S/ } split /\n/, $program{'draw.py'} // ''), 10, 'that for pools has ten lines');

my @records = split /\n;;\n/, query($database, <<"SQL");
$path
WITH c AS (
	SELECT n, string_to_array(record, E'\\n') AS lines, seed, kind, row_number() OVER (PARTITION BY kind ORDER BY n) AS nth
	FROM public.draw_case, substring(record FROM '^draw\\|1\\|\\w+\\|(\\w+)') AS k (kind)
	WHERE expected NOT LIKE '!%' AND kind <> 'work'
)
SELECT string_agg(array_to_string(c.lines || ARRAY['commitment|' || draw_hash(array_to_string(c.lines, E'\\n')), 'seed|' || c.seed, 'hash|' || draw_hash(c.seed)]
	|| ARRAY(SELECT concat_ws('|', 'result', d.place, d.id, coalesce(d.unit, ''), coalesce(d.stratum, ''), d.ticket, '') FROM drawn(c.lines, c.seed) AS d ORDER BY d.place),
	E'\\n'), E'\\n;;\\n' ORDER BY c.n)
FROM c WHERE c.nth <= 12
SQL
cmp_ok(scalar @records, '>=', 30, 'records to try the programs on');
my @wrong;
for my $record (@records)
{
	my @results = $record =~ /^result\|\d+\|(.*)\|$/mg;
	my $pairs = $record =~ /\Adraw\|1\|\w+\|inspection$/m;
	my $expected = join "\n", map { my @f = split /\|/, $_, -1; $pairs ? "$f[0] $f[1] $f[3]" : "$f[0] $f[3]" } @results;
	my $got = given($record, $python, "$folder/" . ($pairs ? 'pairs.py' : 'draw.py'));
	push @wrong, "$record\nprogram: $got\n" if $got ne $expected;
	my $again = given($record, $python, $oracle, '--check');
	push @wrong, "$record\nreference: $again\n" if $again ne join "\n", $record =~ /^(result\|.*)$/mg;
}
ok(!@wrong, 'they find what was drawn') or diag $wrong[0];
my $lie = $records[0] =~ s/^commitment\|./commitment|x/mr;
like(given($lie, $python, "$folder/draw.py") . given($lie, $python, "$folder/pairs.py"), qr/Error/, 'and see that lines were changed');

done_testing();
