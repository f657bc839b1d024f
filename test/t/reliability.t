# Published data on the agreement of judges: rater_agreement gives all the digits that are printed.
#
#   PERFEVAL_REAL_DATA=DIR prove test/t/reliability.t
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Published;
use Test::More;

my $folder = real_data() . "/reliability";
-d $folder or die "no folder reliability in PERFEVAL_REAL_DATA: $folder";

# Rows of a file without its head; no field of them holds a comma within quotes but in expected.csv.
sub rows
{
	my ($name) = @_;
	open my $in, '<', "$folder/$name.csv" or die "$folder/$name.csv: $!";
	my (undef, @lines) = <$in>;
	close $in or die $!;
	my @rows;
	for (@lines)
	{
		s/\r?\n$//;
		my @fields;
		push @fields, $1 // $2 while /\G(?:"([^"]*)"|([^,]*))(?:,|$)/g && pos() <= length && @fields < 20;
		push @rows, \@fields;
	}
	return @rows;
}

# statistic => value, to 20 digits; words are numbered in their order
my $database = new_database('perfeval_reliability');
query($database, 'CREATE EXTENSION perfeval;');
sub agreement
{
	my ($name) = @_;
	my (@units, @raters, @scores, %number);
	for my $row (rows($name))
	{
		my ($unit, @marks) = @$row;
		for my $rater (1 .. @marks)
		{
			my $mark = $marks[ $rater - 1 ];
			next if $mark eq '';
			$mark = $number{$mark} //= keys(%number) + 1 if $mark !~ /^\d+$/;
			push @units, $unit;
			push @raters, $rater;
			push @scores, $mark;
		}
	}
	my $answer = query($database, sprintf "SELECT statistic, value FROM perfeval.rater_agreement('{%s}', '{%s}', '{%s}', 20)",
		map { join ',', @$_ } \@units, \@raters, \@scores);
	return { (map { split /\|/, $_, 2 } split /\n/, $answer), marks => scalar @scores, raters => scalar @scores / keys %{ { map { $_ => 1 } @units } } };
}

my %name = (
	'ICC(1,1) one-way single' => 'icc_1', 'ICC(1,k)' => 'icc_1k',
	'ICC(2,1) two-way agreement single' => 'icc_a1', 'ICC(2,k)' => 'icc_ak',
	'ICC(3,1) two-way consistency single' => 'icc_c1', 'ICC(3,k)' => 'icc_ck',
	'ICC one-way single' => 'icc_1', 'ICC one-way average' => 'icc_1k',
	'ICC two-way agreement single' => 'icc_a1', 'ICC two-way agreement average' => 'icc_ak',
	'ICC two-way consistency single' => 'icc_c1', 'ICC two-way consistency average' => 'icc_ck',
	'Kendall W tie-corrected' => 'kendall_w',
);
# what the engine has no function for
my $others = qr/^(Kendall W uncorrected|mean pairwise|Cohen kappa|Conger|Light)/;

my %found;
my $compared = 0;
for (rows('expected'))
{
	my ($set, $statistic, $value, $published) = @$_;
	next if $statistic =~ $others;
	my $got = $found{$set} //= agreement($set);
	my $mine;
	if (defined $name{$statistic}) { $mine = $got->{ $name{$statistic} }; }
	elsif ($statistic =~ /^Fleiss kappa/)
	{
		# alpha of nominal marks counts a chance agreement without the mark itself: 1 - kappa is n / (n - 1) times 1 - alpha
		my $n = $got->{marks};
		$mine = query($database, "SELECT round(1 - (1 - $got->{alpha_nominal}) * $n / ($n - 1), 15)");
	}
	elsif ($statistic eq 'Krippendorff alpha ordinal')
	{
		# irr 0.84.1 does not divide by the raters less 1 where no mark is missing, and so takes each mark for two of three raters'
		my $n = $got->{marks};
		my $taken = $n * ($got->{raters} - 1);
		$mine = query($database, "SELECT round(1 - (1 - $got->{alpha_ordinal}) * ($taken - 1) * $n / ($taken * ($n - 1)), 15)");
	}
	ok(defined $mine, "$set, $statistic: known") or next;
	my $digits = length(($value =~ /\.(\d+)/)[0]);
	is(query($database, "SELECT round($mine, $digits)"), $value, "$set: $statistic");
	$compared++;
	next unless defined $published && $published =~ /\.(\d+)$/;
	is(query($database, "SELECT round($mine, " . length($1) . ')'), $published, "$set: $statistic, as published");
}
is($compared, 16, 'statistics compared');
done_testing();
