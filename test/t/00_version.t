# The version stands in perfeval.control; whatever repeats it must agree.
use strict;
use warnings;
use JSON::PP;
use Test::More;

sub slurp
{
	my ($file) = @_;
	open my $handle, '<', $file or die "$file: $!";
	local $/;
	return <$handle>;
}

my ($version) = slurp('perfeval.control') =~ /^default_version = '([^']+)'$/m;
like($version, qr/^\d+\.\d+\.\d+$/, 'perfeval.control states a version');

my $meta = decode_json(slurp('META.json'));
is($meta->{version}, $version, 'META.json agrees');
is($meta->{provides}{perfeval}{version}, $version, 'META.json agrees on what it provides');
ok(-f $meta->{provides}{perfeval}{$_}, "META.json's $_ exists") for qw(file docfile);

my ($latest) = slurp('CHANGELOG.md') =~ /^## (\d\S*)/m;
is($latest, $version, 'the first entry of CHANGELOG.md agrees');

my $installed = `psql -XAtq -c "BEGIN" -c "CREATE EXTENSION perfeval" -c "SELECT extversion FROM pg_extension WHERE extname = 'perfeval'" -c "ROLLBACK"`;
is($installed, "$version\n", 'CREATE EXTENSION installs it');

done_testing();
