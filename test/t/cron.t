# The jobs of a workspace, each a plain CALL, by a role as doc/operations.md has it for schedules: no superuser, only a
# member of the workspace's owner, which cannot log in. With PERFEVAL_CRON=1 and pg_cron installed (on Debian:
# postgresql-15-cron) also the document's own lines, on a server of their own: one real schedule, which takes up to a minute.
use strict;
use warnings;
use Cwd qw(realpath);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Test::More;
use Time::HiRes qw(sleep time);

my $root = realpath("$FindBin::RealBin/../..");
my $parent = $$;

# A workspace of a role that cannot log in; gives the script that makes it.
sub workspace
{
	my ($owner) = @_;
	return <<"SQL";
CREATE ROLE $owner NOLOGIN;
CREATE EXTENSION perfeval;
SELECT format('GRANT CREATE ON DATABASE %I TO $owner', current_database()) \\gexec
SET SESSION AUTHORIZATION $owner;
CALL perfeval.create_workspace('kaohe', time_zone => 'Asia/Shanghai');
SET search_path = kaohe;
\\i $root/test/include/small_workspace.sql
RESET SESSION AUTHORIZATION;
SQL
}

# ---- each job as a plain CALL

{
	my $database = new_database("perfeval_cron_$$");
	my ($owner, $jobs) = map { "perfeval_cron_${_}_$$" } qw(owner jobs);
	END { if ($parent && $parent == $$ && $owner) { my $status = $?; psql($database, "DROP OWNED BY $owner, $jobs CASCADE; DROP ROLE $owner, $jobs;"); $? = $status; } }
	query($database, workspace($owner) . "CREATE ROLE $jobs LOGIN IN ROLE $owner;
		CREATE SCHEMA staging AUTHORIZATION $jobs;
		SET ROLE $jobs;
		CREATE TABLE staging.tall AS SELECT 'S101' AS subject, '2025-05' AS period, 'DUTY' AS indicator, '90' AS value;
		CREATE TABLE staging.wide AS SELECT 'S102' AS subject, '91' AS \"DUTY\";
		CREATE TABLE staging.calls AS SELECT 'S103' AS subject, 'COMPLAINT' AS indicator, 'OFF' AS office, '2025-05-05' AS occurred_on;");
	my @jobs = (
		['fold', 'fold()', 'SELECT count(*) = 0 FROM reading_tail'],
		['verify', 'verify()', q(SELECT bool_and(state = 'done') FROM job_progress WHERE kind = 'verify')],
		['rebuild', 'rebuild()', 'SELECT count(*) = 0 FROM verify_cards()'],
		['load', "load('staging.tall')", q(SELECT (card -> 1) = 90 FROM card WHERE (subject_id, period_id) = (101, 2025025))],
		['load_wide', "load_wide('staging.wide', '2025-05')", q(SELECT (card -> 1) = 91 FROM card WHERE (subject_id, period_id) = (102, 2025025))],
		['load_events', "load_events('staging.calls')", q(SELECT count(*) = 1 FROM event WHERE subject_id = 103 AND period_id = 2025025)],
		['refresh_tree', 'refresh_tree()', 'SELECT count(*) > 20 FROM subject_tree'],
		['assess', "assess('city', '2025-01')", 'SELECT count(*) = 1 FROM run'],
	);
	for my $job (@jobs)
	{
		my ($name, $call, $done) = @$job;
		# As a scheduler would: no search path, nothing set.
		my ($status, undef, $said) = psql($database, "CALL kaohe.$call;", '-U', $jobs, '-v', 'ON_ERROR_STOP=1');
		my ($asked, $answer) = psql($database, "SET search_path = kaohe, perfeval; $done;", '-U', $jobs);
		ok(!$status && $answer eq "t\n", "$name by a member of the owner") or diag $said, $answer;
	}
	is(query($database, "SELECT string_agg(DISTINCT concat_ws(' ', kind, state), ', ') FROM kaohe.job_progress WHERE started_by = '$jobs'"),
		'fold done, load done, rebuild done, verify done', 'the jobs are on record');

	# Nobody else: not a role that has been granted something, either.
	query($database, "SET search_path = kaohe; CREATE ROLE ${jobs}_other LOGIN; CALL grant_role('${jobs}_other', 'operator');");
	for my $call ('fold()', 'rebuild()', 'verify()')
	{
		my ($status, undef, $said) = psql($database, "CALL kaohe.$call;", '-U', "${jobs}_other", '-v', 'ON_ERROR_STOP=1');
		like($said, qr/permission denied/, "$call by an operator who is no member");
	}
	query($database, "DROP OWNED BY ${jobs}_other; DROP ROLE ${jobs}_other");
}

# ---- pg_cron

SKIP: {
	chomp(my $share = `\${PG_CONFIG:-pg_config} --sharedir`);
	skip 'pg_cron is not installed', 1 if !-e "$share/extension/pg_cron.control";
	skip 'a schedule of pg_cron takes a minute: PERFEVAL_CRON=1 runs it', 1 if !$ENV{PERFEVAL_CRON};

	# What the document says, for its database and owner.
	my ($section) = slurp("$root/doc/operations.md") =~ /^## On a schedule.*?\n(.*?)^## /ms or die 'no section on schedules';
	my ($settings) = join ';', $section =~ /`((?:shared_preload_libraries|cron\.\w+) = [^`]+)`/g;
	my ($superuser, $schedule) = $section =~ /^psql -d office(?: -U kaohe_jobs)? <<'END'\n(.*?)^END$/msg;
	like($section, qr/psql -d office -U kaohe_jobs/, 'the jobs are scheduled by the role that runs them');
	$settings =~ s/'office'/'demo'/;

	my $folder = tempdir(CLEANUP => 1);
	my ($link, $tool) = ("$folder/server", "$root/tools/server.sh");
	{
		local $ENV{PERFEVAL_SETTINGS} = $settings;
		system($tool, 'start', $link) == 0 or die 'no server of its own';
	}
	END { my $status = $?; system($tool, 'stop', $link) if $link && $parent == $$ && -l $link; $? = $status; }
	chomp(my @variables = `$tool in $link env`);
	local @ENV{ map { /^(PG\w+|PERFEVAL_LOG)=/ } @variables } = map { /^(?:PG\w+|PERFEVAL_LOG)=(.*)/ } @variables;

	query('demo', workspace('kaohe'));
	query('demo', $superuser);
	my ($status, $text, $said) = psql('demo', $schedule, '-U', 'kaohe_jobs', '-v', 'ON_ERROR_STOP=1');
	is($status, 0, 'the schedules are accepted') or diag $said;
	# The lines other than fold run at night: here each once, now.
	query('demo', q(UPDATE cron.job SET schedule = '* * * * *'));

	my $begin = time;
	my $left = '';
	while (time - $begin < 130)
	{
		$left = query('demo', q(SELECT coalesce(string_agg(j.jobname, ', '), '') FROM cron.job AS j
			WHERE NOT EXISTS (SELECT FROM cron.job_run_details AS d WHERE d.jobid = j.jobid AND d.status IN ('succeeded', 'failed'))));
		last if $left eq '';
		sleep 1;
	}
	is($left, '', 'pg_cron has run all of them');
	is(query('demo', q(SELECT DISTINCT concat_ws(' ', j.jobname, d.username, d.status, CASE d.status WHEN 'failed' THEN d.return_message END)
			FROM cron.job_run_details AS d JOIN cron.job AS j USING (jobid) ORDER BY 1)),
		join("\n", map { "$_ kaohe_jobs succeeded" } 'kaohe fold', 'kaohe old jobs', 'kaohe old runs of jobs', 'kaohe verify'), 'as the role that scheduled them, and they succeeded');
	is(query('demo', q(SELECT count(*) FROM kaohe.reading_tail)), '0', 'the readings are folded');
	is(query('demo', q(SELECT string_agg(DISTINCT concat_ws(' ', kind, state, started_by), ', ') FROM kaohe.job_progress WHERE started_by = 'kaohe_jobs')),
		'fold done kaohe_jobs, verify done kaohe_jobs', 'and on record');
	is(query('demo', 'SELECT count(*) FROM kaohe.verify_cards()'), '0', 'all is well');
}

done_testing();
