-- Loads a file :file as lines, in their order, into the table line, which must
-- not be there: as CSV with quotes and delimiters that do not occur, a file is
-- one column.
CREATE TEMP TABLE line (no int GENERATED ALWAYS AS IDENTITY, text text);
\set path :real_data / :file
\set copy '\\copy line (text) from ' :'path' ' with (format csv, delimiter E\'\\x02\', quote E\'\\x01\', encoding \'UTF8\')'
:copy
