# Published results that a script of test/real works out again in a workspace, count by count.
package Published;
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use Psql;
use Test::More;
use Exporter qw(import);
our @EXPORT = qw(real_data same_counts);

# The folder of published data, whole; without one the test file is skipped.
sub real_data
{
	my $data = $ENV{PERFEVAL_REAL_DATA};
	plan skip_all => 'PERFEVAL_REAL_DATA is not set, so there are no published results to reproduce'
		unless defined $data && length $data;
	-d $data or die "PERFEVAL_REAL_DATA is no folder: $data";
	return File::Spec->rel2abs($data);
}

# Runs test/real/SCRIPT in a new database; what it prints, as name|right|all, is these counts ("3 of 3") and no others.
sub same_counts
{
	my ($script, $workspace, $data, @wanted) = @_;
	my $test = dirname(File::Spec->rel2abs(__FILE__)) . '/../..';
	my $database = new_database("perfeval_real_workspace_$$");
	query($database, 'CREATE EXTENSION perfeval;');
	my ($status, $text, $said) = psql($database, "\\i '$test/real/$script'", '-v', 'ON_ERROR_STOP=1',
		'-v', "real_data=$data", '-v', "rubrics=$test/rubrics", '-v', "workspace=$workspace");
	is($status, 0, 'runs') or diag $said;
	is($said, '', 'without a word on stderr');

	my %counts = map { /^(.*)\|(\d+)\|(\d+)$/ ? ($1 => "$2 of $3") : ($_ => 'unreadable') } split /\n/, $text;
	while (my ($name, $count) = splice @wanted, 0, 2)
	{
		is(delete $counts{$name}, $count, $name);
	}
	return is_deeply([ sort keys %counts ], [], 'nothing else');
}

1;
