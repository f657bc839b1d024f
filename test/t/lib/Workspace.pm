# Workspaces as the tests of dump and upgrade compare them.
package Workspace;
use strict;
use warnings;
use Psql;
use Test::More;
use Exporter qw(import);
our @EXPORT = qw(rows same_rows);

# Every table and view of a workspace, but those of jobs and those that estimate from statistics, as sorted text; asked for by a role.
sub rows
{
	my ($database, $role, $literal) = @_;
	my $list = query($database, "SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		WHERE nspname = $literal AND relkind IN ('r', 'p', 'v') AND NOT relispartition AND relname NOT IN ('job', 'job_progress', 'health', 'module_status') ORDER BY relname COLLATE \"C\"");
	# Tables that were restored have no statistics yet.
	my $text = query($database, "SET SESSION AUTHORIZATION $role;\nSET TimeZone = 'Asia/Shanghai';\nSET jit = off;\n" . join "\n",
		map { my $quoted = s/'/''/gr; "SELECT '=== $quoted';\nSELECT x::text FROM $_ AS x ORDER BY x::text COLLATE \"C\";" } split /\n/, $list);
	my %rows;
	for my $part (split /^=== /m, $text)
	{
		my ($relation, $body) = split /\n/, $part, 2;
		$rows{$relation} = $body // '' if defined $relation && $relation ne '';
	}
	return \%rows;
}

sub same_rows
{
	my ($got, $wanted, $name) = @_;
	is(join("\n", sort keys %$got), join("\n", sort keys %$wanted), "$name: the same tables and views");
	my @other = grep { ($got->{$_} // '') ne $wanted->{$_} } sort keys %$wanted;
	return ok(!@other, "$name: the same rows in all") || diag map { "$_ has\n" . substr($got->{$_} // '', 0, 1000) . "\nnot\n" . substr($wanted->{$_}, 0, 1000) . "\n" } @other;
}

1;
