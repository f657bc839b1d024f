-- Reads a rubric, the file :name .json in :rubrics, into the variable text.
\set path :rubrics / :name .json
\set text `cat :'path'`
