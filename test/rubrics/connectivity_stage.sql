-- One wide file of the set, :file, as rows of :stage in the table cell.  What
-- is no number is about the unit and stays out.
\ir lines.sql
INSERT INTO cell
SELECT :'stage', (string_to_array(l.text, ','))[1], h.name, v.value::numeric
FROM line AS l
CROSS JOIN unnest((SELECT string_to_array(text, ',') FROM line WHERE no = 1)) WITH ORDINALITY AS h (name, place)
CROSS JOIN LATERAL (SELECT (string_to_array(l.text, ','))[h.place]) AS v (value)
WHERE l.no > 1 AND v.value ~ '^-?[0-9]' AND h.name <> 'Year';
DROP TABLE line;
