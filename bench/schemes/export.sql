-- For peers outside of the server: the readings a line a subject, and the scheme.
COPY (SELECT s.subject_id || ',' || s.group_id || ',' || string_agg(coalesce(r.value::text, ''), ',' ORDER BY k.item)
      FROM bench.scheme_subject AS s CROSS JOIN generate_series(1, 100) AS k (item)
          LEFT JOIN bench.scheme_reading AS r ON r.subject_id = s.subject_id AND r.item = k.item
      GROUP BY s.subject_id, s.group_id) TO STDOUT \g :folder/readings.csv
COPY (SELECT jsonb_build_object(
	'indicators', (SELECT jsonb_agg(i ORDER BY group_id, item) FROM bench.indicator AS i),
	'inner_nodes', (SELECT jsonb_agg(n ORDER BY group_id, node) FROM bench.inner_node AS n),
	'whole', (SELECT to_jsonb(w) FROM bench.whole AS w))) TO STDOUT \g :folder/scheme.json
