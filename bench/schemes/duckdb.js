// DuckDB on the same schemes, in memory: several formulations, each checked
// and then raced, in turn, against perfeval in the server that PG* points to.
//
//	node duckdb.js MODULES FOLDER RUNS THREADS whole|gaps
//
// MODULES holds node_modules/@duckdb/node-api, FOLDER what export.sql wrote:
// all readings, or some missing, which leaves the forms that go by level. Those
// work in DOUBLE: with a quotient in each mean there is no common denominator
// for whole numbers that would fit HUGEINT, and DECIMAL / DECIMAL is DOUBLE.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const {spawn} = require('child_process');

const [modules, folder, runsText, threads, readings] = process.argv.slice(2);
const runs = Number(runsText);
const {DuckDBInstance} = require(path.join(path.resolve(modules), 'node_modules/@duckdb/node-api'));
const scheme = JSON.parse(fs.readFileSync(path.join(folder, 'scheme.json'), 'utf8'));

// ---- Fractions: settings are decimals, and slopes and shares are quotients.
const gcd = (a, b) => { a = a < 0n ? -a : a; while (b) [a, b] = [b, a % b]; return a; };
const fraction = (n, d = 1n) => {
	if (d < 0n) [n, d] = [-n, -d];
	const g = gcd(n, d) || 1n;
	return {n: n / g, d: d / g};
};
const F = x => {
	if (typeof x === 'object') return x;
	const [whole, decimals = ''] = String(x).split('.');
	return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
};
const mul = (a, b) => fraction(F(a).n * F(b).n, F(a).d * F(b).d);
const div = (a, b) => fraction(F(a).n * F(b).d, F(a).d * F(b).n);
const add = (a, b) => fraction(F(a).n * F(b).d + F(b).n * F(a).d, F(a).d * F(b).d);
const sub = (a, b) => add(a, mul(-1, b));

// ---- The points of one indicator, times a share, as SQL of its column.
//
// Two dialects: DOUBLE with the values as they are, and whole numbers, that is
// hundredths of the value and points times a common denominator.
class Double {
	lit(x) { x = F(x); return `${Number(x.n) / Number(x.d)}::DOUBLE`; }
	at(x) { return this.lit(x); }		// a number to hold the value against
	linear(slope, offset, v) { return `${this.lit(slope)} * ${v} + ${this.lit(offset)}`; }
	steps(mode, d, step) { return `${mode}((${d}) * ${this.lit(div(1, step))})`; }
}
class Whole {
	constructor() { this.denominator = 1n; this.collecting = true; }
	lit(x) {
		x = F(x);
		if (this.collecting) {
			this.denominator = this.denominator / gcd(this.denominator, x.d) * x.d;
			return '0';
		}
		return `${x.n * (this.denominator / x.d)}::BIGINT`;
	}
	at(x) { x = mul(x, 100); if (x.d !== 1n) throw new Error('more than two decimals'); return String(x.n); }
	linear(slope, offset, v) { return `${this.lit(div(slope, 100))} * ${v} + ${this.lit(offset)}`; }
	steps(mode, d, step) {
		const s = this.at(step);
		return mode === 'floor' ? `(${d}) // ${s}` : `((${d}) + ${s} - 1) // ${s}`;
	}
}

function points(dialect, k, share) {
	const v = `c${k.item}`;
	const p = x => mul(x, share);
	const clamp = (e, low, high) =>
		`greatest(${dialect.lit(p(low))}, least(${dialect.lit(p(high))}, ${e}))`;
	// a ladder: the first step's points where v is below the first cut
	const ladder = (cuts, values) =>
		'CASE ' + cuts.map((c, n) => `WHEN ${v} < ${dialect.at(c)} THEN ${dialect.lit(p(values[n]))}`).join(' ')
			+ ` ELSE ${dialect.lit(p(values[cuts.length]))} END`;
	const rate = k.step === null ? null : div(k.penalty, k.step);
	let e;
	switch (k.rule) {
	case 'threshold linear':
		e = clamp(dialect.linear(p(rate), p(sub(k.full_points, mul(rate, k.target))), v), k.low, k.full_points);
		break;
	case 'threshold floor':
	case 'threshold ceil': {
		const lacking = `greatest(0, ${dialect.at(k.target)} - ${v})`;
		e = `greatest(${dialect.lit(p(k.low))}, ${dialect.lit(p(k.full_points))} - ${dialect.lit(p(k.penalty))} * (${dialect.steps(k.rule.split(' ')[1], lacking, k.step)}))`;
		break;
	}
	case 'ceiling':
	case 'threshold lower':
		e = clamp(dialect.linear(p(mul(-1, rate)), p(add(k.full_points, mul(rate, k.target))), v), k.low, k.full_points);
		break;
	case 'proportional':
		e = clamp(dialect.linear(p(div(k.full_points, k.target)), 0, v), mul(k.full_points, k.low), mul(k.full_points, k.high));
		break;
	case 'events':
		e = clamp(dialect.linear(p(mul(-1, k.penalty)), p(k.full_points), v), k.low, k.full_points);
		break;
	case 'bands':
		e = ladder(k.cuts, k.points);
		break;
	case 'ordinal':
		e = ladder(k.points.slice(1).map((_, n) => n + 2), k.points);
		break;
	case 'met':
		e = k.low !== null ? ladder([k.low], [k.points[1], k.points[0]]) : ladder([k.high], k.points);
		break;
	case 'interpolate': {
		const last = k.cuts.length - 1;
		e = `CASE WHEN ${v} < ${dialect.at(k.cuts[0])} THEN ${dialect.lit(p(k.points[0]))} `;
		for (let n = 0; n < last; n++) {
			const slope = div(sub(k.points[n + 1], k.points[n]), sub(k.cuts[n + 1], k.cuts[n]));
			e += `WHEN ${v} < ${dialect.at(k.cuts[n + 1])} THEN ${dialect.linear(p(slope), p(sub(k.points[n], mul(slope, k.cuts[n]))), v)} `;
		}
		e += `ELSE ${dialect.lit(p(k.points[last]))} END`;
		break;
	}
	case 'given':
		e = dialect.linear(share, 0, v);
		break;
	default:
		throw new Error(`rule ${k.rule}`);
	}
	return k.cap === null ? e : `least(${dialect.lit(p(k.cap))}, ${e})`;
}

const groups = [...new Set(scheme.indicators.map(k => k.group_id))];
const of = (g, part) => scheme.indicators.filter(k => k.group_id === g && k.part === part);
const inner = (g, node) => scheme.inner_nodes.find(n => n.group_id === g && n.node === node);
const childrenOf = (g, node) => scheme.inner_nodes.filter(n => n.group_id === g && n.parent === node);
const whole = scheme.whole;
const total = terms => terms.map(t => `(${t})`).join(' + ');

// All levels at once, the weights multiplied beforehand.
function byShares(dialect, g) {
	const share = k => {
		const m = inner(g, k.node);
		const t = inner(g, m.parent);
		return div(mul(mul(k.weight, m.weight), t.weight), 1000000);
	};
	return `greatest(${dialect.lit(whole.low)}, least(${dialect.lit(whole.high)}, ${total(of(g, 'main').map(k => points(dialect, k, share(k))))}
		- least(${dialect.lit(whole.deduction_cap)}, ${total(of(g, 'deductions').map(k => points(dialect, k, F(1))))})
		+ least(${dialect.lit(whole.bonus_cap)}, ${total(of(g, 'bonus').map(k => points(dialect, k, F(1))))})))`;
}

// A mean of what is there, level by level: as readings are missing, what a
// weight comes to at the root is not known beforehand. NULL is asked for by name,
// as greatest() and CASE would make points of it. `apart`: a mean that
// lacks nothing is one sum, which costs less than one that asks for each.
function mean(dialect, parts, apart) { // [weight, points, the column that may be NULL]
	const gaps = `(${total(parts.map(([w, e, there]) => `CASE WHEN ${there} IS NULL THEN 0 ELSE ${dialect.lit(w)} * ${e} END`))})
		/ nullif(${total(parts.map(([w, , there]) => `CASE WHEN ${there} IS NULL THEN 0 ELSE ${dialect.lit(w)} END`))}, 0)`;
	return apart
		? `CASE WHEN ${parts.map(([, , there]) => `${there} IS NOT NULL`).join(' AND ')}
			THEN ${total(parts.map(([w, e]) => `${dialect.lit(div(w, 100))} * ${e}`))} ELSE ${gaps} END`
		: gaps;
}
const middles = g => scheme.inner_nodes.filter(n => n.group_id === g && n.node < 300).map(n => n.node);
function upperLevels(dialect, g, apart, from) {
	const columns = (nodes, letter) => nodes.map(n => [n.weight, `${letter}${n.node}`, `${letter}${n.node}`]);
	const tops = childrenOf(g, 401).map(t => `${mean(dialect, columns(childrenOf(g, t.node), 'm'), apart)} AS t${t.node}`).join(',\n');
	return `SELECT subject_id, group_id,
		greatest(${dialect.lit(whole.low)}, least(${dialect.lit(whole.high)}, ${mean(dialect, columns(childrenOf(g, 401), 't'), apart)}
		- least(${dialect.lit(whole.deduction_cap)}, deductions) + least(${dialect.lit(whole.bonus_cap)}, bonus))) AS basis
	FROM (SELECT subject_id, group_id, deductions, bonus, ${tops} FROM ${from})`;
}
function wideLevels(dialect, g, apart, table) {
	const list = part => total(of(g, part).map(k => `CASE WHEN c${k.item} IS NULL THEN 0 ELSE ${points(dialect, k, F(1))} END`));
	const columns = middles(g).map(n => `${mean(dialect, of(g, 'main').filter(k => k.node === n)
		.map(k => [k.weight, `(${points(dialect, k, F(1))})`, `c${k.item}`]), apart)} AS m${n}`).join(',\n');
	return upperLevels(dialect, g, apart,
		`(SELECT subject_id, group_id, ${columns}, ${list('deductions')} AS deductions, ${list('bonus')} AS bonus FROM ${table})`);
}

// The same without NULL among the readings: 0 in its place, and a column of 1 or 0
// beside each, so that nothing branches.
function presentLevels(dialect, g, table) {
	const list = part => total(of(g, part).map(k => `h${k.item} * ${points(dialect, k, F(1))}`));
	const columns = middles(g).map(n => {
		const kids = of(g, 'main').filter(k => k.node === n);
		return `(${total(kids.map(k => `h${k.item} * ${dialect.lit(k.weight)} * (${points(dialect, k, F(1))})`))})
			/ nullif(${total(kids.map(k => `h${k.item} * ${dialect.lit(k.weight)}`))}, 0) AS m${n}`;
	}).join(',\n');
	return upperLevels(dialect, g, false,
		`(SELECT subject_id, group_id, ${columns}, ${list('deductions')} AS deductions, ${list('bonus')} AS bonus FROM ${table})`);
}

// A formulation: the tables that it reads and a query (subject_id, group_id, score, basis).
const doubles = new Double();
const union = parts => parts.join('\nUNION ALL\n');
const forms = [
	{
		name: 'wide table, DOUBLE, weights multiplied beforehand',
		query: () => union(groups.map(g => `SELECT subject_id, group_id, round(basis, 2) AS score, basis
			FROM (SELECT subject_id, group_id, ${byShares(doubles, g)} AS basis FROM wide_double${g})`)),
	},
	{
		name: 'wide table, exact in BIGINT over a common denominator, weights multiplied beforehand',
		basis: 'NULL',		// it is over a denominator of the group's
		query: () => union(groups.map(g => {
			const d = new Whole();
			byShares(d, g);
			d.lit(fraction(1n, 200n));
			d.collecting = false;
			if (d.denominator > 10n ** 16n) throw new Error('the common denominator is too large for BIGINT');
			return `SELECT subject_id, group_id,
				((basis + ${d.denominator / 200n}) // ${d.denominator / 100n}) / 100 AS score, basis
			FROM (SELECT subject_id, group_id, ${byShares(d, g)} AS basis FROM wide_whole${g})`;
		})),
	},
	{
		name: 'wide table, DOUBLE, level by level',
		gaps: true,
		query: () => union(groups.map(g => `SELECT subject_id, group_id, round(basis, 2) AS score, basis
			FROM (${wideLevels(doubles, g, false, `wide_double${g}`)})`)),
	},
	{
		name: 'wide table, DOUBLE, level by level, a column of 1 or 0 for each reading',
		gaps: true,
		query: () => union(groups.map(g => `SELECT subject_id, group_id, round(basis, 2) AS score, basis
			FROM (${presentLevels(doubles, g, `wide_present${g}`)})`)),
	},
	{
		name: 'wide table, DOUBLE, level by level, means without a gap apart',
		gaps: true,
		query: () => union(groups.map(g => `SELECT subject_id, group_id, round(basis, 2) AS score, basis
			FROM (${wideLevels(doubles, g, true, `wide_double${g}`)})`)),
	},
	{
		name: 'long table, DOUBLE, level by level, a column for each mean',
		gaps: true,
		query: () => `WITH middle AS (
			SELECT subject_id, any_value(group_id) AS group_id,
				${middles(groups[0]).map(n => `sum(weight * points) FILTER (node = ${n}) / sum(weight) FILTER (node = ${n}) AS m${n}`).join(', ')},
				coalesce(sum(points) FILTER (node = 402), 0) AS deductions, coalesce(sum(points) FILTER (node = 403), 0) AS bonus
			FROM (SELECT subject_id, r.group_id, node, weight, CASE rule
				WHEN 1 THEN least(high, greatest(low, a * value + b))
				WHEN 2 THEN greatest(low, b - a * floor(greatest(0, target - value) * steps))
				WHEN 3 THEN greatest(low, b - a * ceil(greatest(0, target - value) * steps))
				WHEN 4 THEN CASE WHEN value < c1 THEN p1 WHEN value < c2 THEN p2 WHEN value < c3 THEN p3 WHEN value < c4 THEN p4 ELSE p5 END
				WHEN 5 THEN p1 + s1 * (greatest(c1, least(c2, value)) - c1) + s2 * (greatest(c2, least(c3, value)) - c2)
					+ s3 * (greatest(c3, least(c4, value)) - c3) END AS points
				FROM long_double AS r JOIN setting AS s ON s.group_id = r.group_id AND s.item = r.item)
			GROUP BY subject_id)
		${union(groups.map(g => `SELECT subject_id, group_id, round(basis, 2) AS score, basis
			FROM (${upperLevels(doubles, g, false, `(SELECT * FROM middle WHERE group_id = ${g})`)})`))}`,
	},
].filter(form => form.gaps || readings === 'whole');

// The settings of the long form: every rule brought to one of five shapes.
function settingRows() {
	return scheme.indicators.map(k => {
		const p = x => { const y = F(x); return Number(y.n) / Number(y.d); };
		const rate = k.step === null ? null : div(k.penalty, k.step);
		const r = {group_id: k.group_id, item: k.item, node: k.node, rule: 1, weight: k.weight, a: null, b: null, low: null, high: null,
			target: k.target, steps: k.step === null ? null : 1 / k.step};
		const ladder = (cuts, values) => {
			r.rule = 4;
			for (let n = 0; n < 4; n++) r[`c${n + 1}`] = n < cuts.length ? cuts[n] : 1e300;
			for (let n = 0; n < 5; n++) r[`p${n + 1}`] = p(values[Math.min(n, values.length - 1)]);
		};
		switch (k.rule) {
		case 'threshold linear': Object.assign(r, {a: p(rate), b: p(sub(k.full_points, mul(rate, k.target)))}); break;
		case 'threshold floor': case 'threshold ceil':
			Object.assign(r, {rule: k.rule === 'threshold floor' ? 2 : 3, a: p(k.penalty), b: p(k.full_points)}); break;
		case 'ceiling': case 'threshold lower':
			Object.assign(r, {a: p(mul(-1, rate)), b: p(add(k.full_points, mul(rate, k.target)))}); break;
		case 'proportional': Object.assign(r, {a: p(div(k.full_points, k.target)), b: 0}); break;
		case 'events': Object.assign(r, {a: p(mul(-1, k.penalty)), b: p(k.full_points)}); break;
		case 'bands': ladder(k.cuts, k.points); break;
		case 'ordinal': ladder(k.points.slice(1).map((_, n) => n + 2), k.points); break;
		case 'met':
			if (k.low !== null) ladder([k.low], [k.points[1], k.points[0]]);
			else ladder([k.high], k.points);
			break;
		case 'interpolate':
			r.rule = 5;
			for (let n = 0; n < 4; n++) r[`c${n + 1}`] = k.cuts[n];
			r.p1 = p(k.points[0]);
			for (let n = 0; n < 3; n++) r[`s${n + 1}`] = p(div(sub(k.points[n + 1], k.points[n]), sub(k.cuts[n + 1], k.cuts[n])));
			break;
		case 'given': Object.assign(r, {a: p(1), b: 0}); break;
		}
		if (r.rule <= 3) {
			r.low = k.low === null ? -1e300 : k.rule === 'proportional' ? p(mul(k.full_points, k.low)) : p(k.low);
			r.high = k.rule === 'proportional' ? p(mul(k.full_points, k.high)) : k.rule === 'given' ? p(k.high) : p(k.full_points);
			if (k.cap !== null) r.high = Math.min(r.high, Number(k.cap));
		}
		return r;
	});
}

// Seats of 20, 70 and 10 %, by largest remainder; ties to the better tier.
const standing = query => `WITH scored AS (${query}), quota AS (
	SELECT group_id, n, tier, n * share // 100 AS seats, n * share % 100 AS rest, preference
	FROM (SELECT group_id, count(*) AS n FROM scored GROUP BY group_id),
		(VALUES (1, 20, 2), (2, 70, 1), (3, 10, 3)) AS t (tier, share, preference)
), seat AS (
	SELECT group_id, tier, seats + CASE WHEN row_number() OVER (PARTITION BY group_id ORDER BY rest DESC, preference)
		<= n - sum(seats) OVER (PARTITION BY group_id) THEN 1 ELSE 0 END AS seats FROM quota
), cut AS (
	SELECT group_id, sum(seats) FILTER (tier = 1) AS first_cut, sum(seats) FILTER (tier < 3) AS second_cut FROM seat GROUP BY group_id
)
SELECT q.*, CASE WHEN rank <= first_cut THEN 1 WHEN rank <= second_cut THEN 2 ELSE 3 END AS tier
FROM (SELECT *, rank() OVER (PARTITION BY group_id ORDER BY basis DESC) AS rank FROM scored) AS q
	JOIN cut USING (group_id)`;

// ---- psql at the other end: a line out, a line in.
function openServer() {
	const psql = spawn('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1'], {stdio: ['pipe', 'pipe', 'inherit']});
	const lines = readline.createInterface({input: psql.stdout})[Symbol.asyncIterator]();
	return {
		async ask(statement) {
			psql.stdin.write(statement + ';\n');
			const {value, done} = await lines.next();
			if (done) throw new Error('psql has gone');
			return value;
		},
		tell(statement) { psql.stdin.write(statement + ';\n'); },
		end() { psql.stdin.end(); },
	};
}

const quote = s => `'${s.replace(/'/g, "''")}'`;
const median = xs => { const s = [...xs].sort((a, b) => a - b); const h = s.length >> 1; return s.length % 2 ? s[h] : (s[h - 1] + s[h]) / 2; };

async function main() {
	const instance = await DuckDBInstance.create(':memory:', {threads});
	const duck = await instance.connect();
	const rows = async sql => (await duck.runAndReadAll(sql)).getRows();
	// Work is handed to threads by row groups, of 122,880 rows unless told otherwise.
	await duck.run("ATTACH ':memory:' AS small (ROW_GROUP_SIZE 8192)");
	await duck.run('USE small');
	const columns = type => [...Array(100)].map((_, n) => type(`c${n + 1}`)).join(', ');
	await duck.run(`CREATE TABLE wide AS SELECT * FROM read_csv(${quote(path.join(folder, 'readings.csv'))}, header = false,
		columns = {'subject_id': 'BIGINT', 'group_id': 'INTEGER', ${columns(c => `'${c}': 'DECIMAL(5,2)'`)}})`);
	for (const g of groups) {
		await duck.run(`CREATE TABLE wide_double${g} AS SELECT subject_id, group_id, ${columns(c => `${c}::DOUBLE AS ${c}`)} FROM wide WHERE group_id = ${g}`);
		await duck.run(`CREATE TABLE wide_present${g} AS SELECT subject_id, group_id, ${columns(c => `coalesce(${c}, 0)::DOUBLE AS ${c}, (${c} IS NOT NULL)::INTEGER::DOUBLE AS h${c.slice(1)}`)} FROM wide WHERE group_id = ${g}`);
		await duck.run(`CREATE TABLE wide_whole${g} AS SELECT subject_id, group_id, ${columns(c => `(${c} * 100)::INTEGER AS ${c}`)} FROM wide WHERE group_id = ${g}`);
	}
	await duck.run(`CREATE TABLE long_double AS SELECT subject_id, group_id, item[2:]::INTEGER AS item, value::DOUBLE AS value
		FROM (UNPIVOT wide ON COLUMNS('c[0-9]+') INTO NAME item VALUE value)`);
	const names = ['group_id', 'item', 'node', 'rule', 'weight', 'a', 'b', 'low', 'high', 'target', 'steps', 'c1', 'c2', 'c3', 'c4', 'p1', 'p2', 'p3', 'p4', 'p5', 's1', 's2', 's3'];
	await duck.run(`CREATE TABLE setting (${names.map((n, i) => `${n} ${i < 4 ? 'INTEGER' : 'DOUBLE'}`).join(', ')})`);
	await duck.run(`INSERT INTO setting VALUES ${settingRows().map(r => `(${names.map(n => r[n] === undefined || r[n] === null ? 'NULL' : String(r[n])).join(', ')})`).join(', ')}`);

	const [[version]] = await rows('SELECT version()');
	console.log(`DuckDB ${version}, in memory, ${threads} threads`);
	const timed = async query => {
		const begun = process.hrtime.bigint();
		await (typeof query === 'string' ? duck.runAndReadAll(query) : query.runAndReadAll());
		return Number(process.hrtime.bigint() - begun) / 1e9;
	};

	const server = openServer();
	for (const form of forms) {
		form.scores = `WITH scored AS MATERIALIZED (${form.query()}) SELECT sum(score) FROM scored`;
		form.standings = `SELECT sum(score), sum(rank), sum(tier) FROM (${standing(form.query())})`;
		// the answers first
		const file = path.join(folder, 'duckdb.csv');
		await duck.run(`COPY (SELECT subject_id, score::DECIMAL(9, 2), ${form.basis || 'basis'} AS basis, rank, tier FROM (${standing(form.query())})) TO ${quote(file)} (HEADER false)`);
		server.tell('TRUNCATE bench.answer');
		server.tell(`\\copy bench.answer FROM ${quote(file)} (FORMAT csv)\n`);
		const wrong = await server.ask('SELECT bench.wrong_answers()');
		console.log(`${form.name}: ${wrong}`);
		if (wrong.startsWith('UNEQUAL')) form.name += ' (UNEQUAL)';
	}
	// Planning such long expressions takes longer than running them, so the
	// plans are made beforehand; the best form is also raced without that.
	forms.push({...forms[0], name: `${forms[0].name}, planned each time`});
	for (const form of forms.slice(0, -1)) {
		form.scores = await duck.prepare(form.scores);
		form.standings = await duck.prepare(form.standings);
	}
	const tasks = [
		{what: 'scores', aim: '0.33', query: 'scores', ours: 'SELECT sum(score) FROM bench.packed'},
		{what: 'scores, ranks and tiers', aim: '0.67', query: 'standings', ours: 'SELECT sum(score), sum(rank), sum(tier) FROM bench.packed_standing'},
	];
	server.tell('SET parallel_setup_cost = 0');
	server.tell('SET parallel_tuple_cost = 0');
	for (const task of tasks) {
		for (const workers of [0, 2]) {
			server.tell(`SET max_parallel_workers_per_gather = ${workers}`);
			for (const form of forms) {
				const mine = [], theirs = [];
				for (let n = 0; n <= runs; n++) {
					const a = Number(await server.ask(`SELECT bench.seconds(${quote(task.ours)})`));
					const b = await timed(form[task.query]);
					if (n > 0) { mine.push(a); theirs.push(b); }
				}
				server.tell(`INSERT INTO bench.result (what, against, ratio, aim, seconds, against_seconds) VALUES (
					${quote(`${task.what}${readings === 'gaps' ? ' with gaps' : ''}, ${workers ? '2 workers' : 'serial'}`)}, ${quote(`DuckDB, ${form.name}`)},
					${median(mine.map((a, n) => a / theirs[n])).toFixed(3)}, ${quote(workers ? task.aim : '-')},
					${median(mine).toFixed(4)}, ${median(theirs).toFixed(4)})`);
			}
		}
	}
	server.end();
}

main().catch(e => { console.error(e.message); process.exit(1); });
