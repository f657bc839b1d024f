# psql for the tests: a server is found through PGHOST and the like.
package Psql;
use strict;
use warnings;
use File::Temp qw(tempfile);
use Exporter qw(import);
our @EXPORT = qw(new_database psql query slurp);

my ($owner, @databases) = ($$);

END
{
	my $status = $?;
	if ($owner == $$)
	{
		psql('postgres', "DROP DATABASE IF EXISTS $_;") for @databases;
	}
	$? = $status;
}

# A database of its own, dropped at the end.
sub new_database
{
	my ($name) = @_;
	push @databases, $name;
	query('postgres', "DROP DATABASE IF EXISTS $name;");
	query('postgres', "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8';");
	return $name;
}

# Runs a script; gives exit status, output, errors.
sub psql
{
	my ($database, $sql, @options) = @_;
	my ($in, $script) = tempfile(UNLINK => 1);
	my (undef, $errors) = tempfile(UNLINK => 1);
	binmode $in;
	print $in "SET client_min_messages = warning;\n$sql\n";
	close $in;
	my $pid = open(my $out, '-|') // die "fork: $!";
	if (!$pid)
	{
		$owner = 0;
		open STDERR, '>', $errors or die "$errors: $!";
		exec('psql', '-XqAt', '-d', $database, @options, '-f', $script) or die "psql: $!";
	}
	my $text = do { local $/; <$out> } // '';
	close $out;
	my $status = $? >> 8;
	my $said = slurp($errors);
	unlink $script, $errors;
	return ($status, $text, $said);
}

# Runs a script that must not fail; gives its output without the last newline.
sub query
{
	my ($database, $sql) = @_;
	my ($status, $text, $said) = psql($database, $sql, '-v', 'ON_ERROR_STOP=1');
	die "psql: $said" if $status;
	chomp $text;
	return $text;
}

sub slurp
{
	my ($file) = @_;
	open my $handle, '<:raw', $file or die "$file: $!";
	local $/;
	return <$handle> // '';
}

1;
