# A workspace dumped by its owner, who is no superuser, and restored into an empty database: the same rows in every table
# and view, and it goes on from there.
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use POSIX ();
use lib "$FindBin::Bin/lib";
use Psql;
use Workspace;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my ($owner, $heir) = ('perfeval_dump_owner', 'perfeval_dump_heir');
my $name = q(考核 "it's" 50%);
(my $literal = "'$name'") =~ s/(?<=.)'(?=.)/''/g;
(my $schema = $name) =~ s/"/""/g;
$schema = "\"$schema\"";

# A database with the extension, where a role that is no superuser may make schemas.
sub database_of
{
	my ($database, $role) = @_;
	new_database($database);
	query($database, "CREATE EXTENSION perfeval; GRANT CREATE ON DATABASE $database TO $role;");
	return $database;
}
sub as { my ($role, $database, $sql) = @_; return query($database, "SET SESSION AUTHORIZATION $role;\nSET TimeZone = 'Asia/Shanghai';\nSET jit = off;\n$sql"); }
sub run
{
	my (@command) = @_;
	my $pid = open(my $out, '-|') // die "fork: $!";
	if (!$pid)
	{
		open STDERR, '>&', \*STDOUT or die $!;
		exec(@command) or POSIX::_exit(127);
	}
	my $said = do { local $/; <$out> } // '';
	close $out;
	is($?, 0, "@command[0, 1] works") or diag $said;
	return $said;
}

# what a run that was cut short left behind
query('postgres', "DROP DATABASE IF EXISTS $_") for qw(perfeval_workspace_dump perfeval_workspace_heir perfeval_workspace_whole);
query('postgres', "DROP ROLE IF EXISTS $owner; DROP ROLE IF EXISTS $heir; CREATE ROLE $owner LOGIN; CREATE ROLE $heir LOGIN;");
my $from = database_of('perfeval_workspace_dump', $owner);
my $small = slurp("$FindBin::Bin/../include/small_workspace.sql");
as($owner, $from, "CALL perfeval.create_workspace($literal, label => '示例市', time_zone => 'Asia/Shanghai');\nSET search_path = $schema;\n$small");

as($owner, $from, "SET search_path = $schema;\n" . slurp("$FindBin::Bin/../include/runs_and_draw.sql"));

# What a DBA adds is kept too.
as($owner, $from, <<"SQL");
CREATE INDEX of_our_own ON $schema.reading (item, period_id);
ALTER TABLE $schema.subject ADD COLUMN telephone text;
ALTER TABLE $schema.rating ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON $schema.rating USING (rated_by = session_user);
SQL

my $before = rows($from, $owner, $literal);
cmp_ok(scalar(keys %$before), '>=', 60, 'tables and views');
for my $view (qw(run result run_group final_result chain_link adjustment standing standing_line reading card event_reading rating_reading group_rubric draw_line draw_member))
{
	ok(($before->{"$schema.$view"} // '') =~ /\n.*\n/, "there are rows in $view");
}

# ---- the schema alone, into a database where another role owns it

run('pg_dump', '--format=custom', '-U', $owner, '-d', $from, '-n', $schema, '-f', "$folder/schema");
my $other = database_of('perfeval_workspace_heir', $heir);
run('pg_restore', '--exit-on-error', '--no-owner', '-U', $heir, '-d', $other, "$folder/schema");
same_rows(rows($other, $heir, $literal), $before, 'restored by another role');
is(query($other, 'SELECT name, owner FROM perfeval.workspaces()'), "$name|$heir", 'whose workspace it is now');

# ---- the whole database, into an empty one

run('pg_dump', '--format=plain', '-U', $owner, '-d', $from, '-f', "$folder/whole");
my $dump = slurp("$folder/whole");
like($dump, qr/^CREATE EXTENSION .*perfeval/m, 'the dump creates the extension');
like($dump, qr/^CREATE TABLE .*\.reading_tail/m, 'and has the tables, which are no members of it');
my $whole = new_database('perfeval_workspace_whole');
run('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $whole, '-f', "$folder/whole");
same_rows(rows($whole, $owner, $literal), $before, 'restored by a superuser');
is(query($whole, "SELECT count(*) FROM pg_indexes WHERE indexname = 'of_our_own'") . query($whole, "SELECT policyname FROM pg_policies WHERE policyname = 'own'"), '1own', 'with what was added');

# ---- and it goes on: corrections, folding, upgrading, new years

for ([ $heir, $other ], [ $owner, $whole ])
{
	my ($role, $database) = @$_;
	as($role, $database, "CALL perfeval.upgrade_workspace($literal);");
	same_rows(rows($database, $role, $literal), $before, "$role: upgrading changes nothing");
	my $standing = as($role, $database, "SELECT * FROM $schema.standing ORDER BY period_id, subject_id;");
	as($role, $database, "CALL $schema.fold();");
	is(as($role, $database, "SELECT * FROM $schema.standing ORDER BY period_id, subject_id;"), $standing, 'folding changes no answer');
	as($role, $database, "CALL $schema.add_year(2026, 'week');
		INSERT INTO $schema.reading (subject_id, period_id, item, value) SELECT subject_id, 2026021, 1, 50 FROM $schema.subject WHERE kind = 'institution';
		CALL $schema.fold();
		CALL $schema.add_subject('NEW', 'New one', '新单位', 'institution', 'GOV', '2026-01-01');");
	is(as($role, $database, "SELECT count(*) FROM $schema.standing WHERE period = '2026-01' AND score IS NOT NULL;"), 20, 'a new year is assessed');
	my (undef, undef, $said) = psql($database, "SET SESSION AUTHORIZATION $role; UPDATE $schema.node SET position = 9;");
	like($said, qr/is sealed/, 'what is sealed still cannot be changed');
	is(as($role, $database, "CALL $schema.rerun(1);\nSELECT bool_and(same), count(*) FROM $schema.rerun_status;"), "3\nt|2", 'a run is worked out again to the same bits');
	(undef, undef, $said) = psql($database, "SET SESSION AUTHORIZATION $role; UPDATE $schema.result SET score = 100;");
	like($said, qr/are not changed or deleted/, 'what is frozen still cannot be changed');
}

query($_, "DROP SCHEMA IF EXISTS $schema CASCADE; DROP OWNED BY $owner, $heir;") for $from, $other, $whole;
query('postgres', "DROP ROLE $owner, $heir;");
done_testing();
