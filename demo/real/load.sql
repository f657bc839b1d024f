-- Loads one CSV file with a header:  :file, below :real_data, into :into.
-- \copy takes no variables, so its line is put together first; :'path' quotes
-- whatever the path holds.  It runs in psql, so the server need not be able to
-- read the folder.
\set path :real_data / :file
\set line '\\copy ' :into ' from ' :'path' ' with (format csv, header, encoding \'UTF8\')'
:line
ANALYZE :into;
