// What node-postgres does on one server; prints what it has seen. Arguments: port, database, whether by TLS.
// NODE_PATH leads to the package 'pg'.
const { Client, Pool } = require('pg');
const [port, database, tls] = process.argv.slice(2);
const config = { host: '127.0.0.1', port: Number(port), user: 'postgres', database, ssl: tls === 'true' && { rejectUnauthorized: false } };
const fields = ['severity', 'code', 'message', 'detail', 'hint', 'where', 'schema', 'table', 'column', 'constraint', 'routine'];
const told = error => fields.map(name => `${name}=${String(error[name]).replace(/pg_temp_\d+/, 'pg_temp')}`).join(' ');
const print = (what, value) => console.log(what, JSON.stringify(value));

async function main() {
    const client = new Client({ ...config, application_name: 'mine' });
    client.on('notice', notice => print('notice', told(notice)));
    await client.connect();
    print('name', (await client.query('SHOW application_name')).rows);
    print('types', (await client.query(
        "SELECT $1::int AS a, $2::text AS b, $3::jsonb AS c, $4::bytea AS d, ARRAY[1, 2] AS e, TIMESTAMPTZ '2026-01-02 03:04:05Z' AS f, NULL AS g",
        [1, 'ü€', { x: [1] }, Buffer.from([0, 1, 255])])).rows);
    await client.query('CREATE TEMP TABLE t(a int PRIMARY KEY, b text)');
    for (let i = 0; i < 100; i++) {
        await client.query({ name: 'insert', text: 'INSERT INTO t VALUES ($1, $2)', values: [i, 'x'.repeat(i)] });
    }
    print('prepared', (await client.query('SELECT name, statement FROM pg_prepared_statements')).rows);
    print('sent at once', (await Promise.all([1, 2, 3, 4].map(i => client.query('SELECT b FROM t WHERE a = $1', [i])))).map(r => r.rows));
    print('several', (await client.query('SELECT 1 AS a; SELECT 2 AS a')).map(r => r.rows));
    await client.query("DO $$ BEGIN RAISE NOTICE 'noticed' USING DETAIL = 'd', HINT = 'h'; END $$");
    for (const sql of ['INSERT INTO t VALUES (1)', 'SELECT 1 / 0', 'SELECT nonsense', "SET statement_timeout = 50; SELECT pg_sleep(60)"]) {
        await client.query(sql).catch(error => print('error', told(error)));
    }
    await client.query('SET statement_timeout = 0');
    const notified = new Promise(resolve => client.on('notification', n => resolve([n.channel, n.payload])));
    await client.query('LISTEN channel');
    const other = new Client(config);
    await other.connect();
    await other.query("NOTIFY channel, 'payload'");
    print('notification', await notified);
    const sleeping = client.query('SELECT pg_sleep(60)').catch(error => print('cancelled', told(error)));
    let pid = [];
    while (pid.length === 0) {
        pid = (await other.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'mine' AND wait_event = 'PgSleep'")).rows;
    }
    // The request that a client sends on a connection of its own.
    const canceller = new Client({ ...config, ssl: false });
    const done = new Promise(resolve => canceller.connection.on('end', resolve));
    canceller.connection.on('error', () => {});
    canceller.connection.once('connect', () => canceller.connection.cancel(client.processID, client.secretKey));
    canceller.connection.connect(Number(port), '127.0.0.1');
    await Promise.all([sleeping, done]);
    const rows = (await client.query("SELECT g, md5(g::text) FROM generate_series(1, 100000) AS g")).rows;
    print('rows', [rows.length, rows[99999]]);
    const binary = await client.query({ text: 'SELECT 7 AS a, 1.5::float8 AS b', binary: true });
    print('binary', binary.rows);
    await other.end();
    await client.end();
    const pool = new Pool({ ...config, max: 10 });
    print('pool', (await Promise.all([...Array(200).keys()].map(i => pool.query('SELECT $1::int AS i', [i])))).map(r => r.rows[0].i));
    await pool.end();
    const right = new Client({ ...config, user: 'secured', password: 'right' });
    await right.connect();
    print('scram', (await right.query('SELECT current_user')).rows);
    await right.end();
    await new Client({ ...config, user: 'secured', password: 'wrong' }).connect().catch(error => print('wrong', told(error)));
    await new Client({ ...config, user: 'nobody' }).connect().catch(error => print('nobody', told(error)));
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
