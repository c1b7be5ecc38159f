// duckdb.js - the job by DuckDB.
//
//     duckdb.js prepare SCHOOL.duckdb STUDENTS.csv COURSES.csv
//     duckdb.js keys|nokeys ids|texts WORK SCHOOL.duckdb
//     duckdb.js links SCHOOL.duckdb LINKS.csv
//
// prepare makes the school that the job is done in; keys has primary and
// foreign keys, nokeys has none; links writes out what student_courses holds.
const { DuckDBInstance } = require('@duckdb/node-api');

async function open(path) {
    return (await DuckDBInstance.create(path)).connect();
}

async function rows(db, sql) {
    return (await db.runAndReadAll(sql)).getRowsJson();
}

async function digest(db, table) {
    return JSON.stringify(
        await rows(db, `SELECT count(*), sum(hash(t)) FROM ${table} AS t`));
}

async function prepare(path, students, courses) {
    const db = await open(path);
    await db.run(`CREATE TABLE students (id INTEGER PRIMARY KEY,
                  student_number VARCHAR NOT NULL UNIQUE, name VARCHAR)`);
    await db.run(`CREATE TABLE courses (id INTEGER PRIMARY KEY,
                  course_code VARCHAR NOT NULL UNIQUE, title VARCHAR)`);
    await db.run(`COPY students FROM '${students}' (HEADER)`);
    await db.run(`COPY courses FROM '${courses}' (HEADER)`);
    await db.run('CHECKPOINT');
    db.closeSync();
}

function source(kind, work) {
    const names = kind === 'ids'
        ? ['student_id', 'course_id']
        : ['student_number', 'course_code', 'term', 'grade'];
    const file = kind === 'ids' ? 'enr_int.csv' : 'enr_key.csv';
    const columns = names.map((name) => `'${name}': 'VARCHAR'`).join(', ');
    return `read_csv('${work}/${file}', header = true, auto_detect = false,
                     delim = ',', quote = '"', escape = '"',
                     columns = {${columns}}, store_rejects = true)`;
}

function select(kind, work) {
    const [student, course] = kind === 'ids'
        ? ['s.id = TRY_CAST(r.student_id AS INTEGER)',
            'c.id = TRY_CAST(r.course_id AS INTEGER)']
        : ['s.student_number = r.student_number',
            'c.course_code = r.course_code'];
    return `SELECT DISTINCT s.id AS student_id, c.id AS course_id
            FROM ${source(kind, work)} AS r
            JOIN students AS s ON ${student} JOIN courses AS c ON ${course}
            ORDER BY 1, 2`;
}

async function job(keys, kind, work, path) {
    const db = await open(path);
    const parents = async () =>
        await digest(db, 'students') + await digest(db, 'courses');
    const before = await parents();
    if (keys) {
        await db.run(`CREATE TABLE student_courses (
            student_id INTEGER NOT NULL REFERENCES students (id),
            course_id INTEGER NOT NULL REFERENCES courses (id),
            PRIMARY KEY (student_id, course_id))`);
        await db.run(`INSERT INTO student_courses ${select(kind, work)}`);
    } else {
        await db.run(`CREATE TABLE student_courses AS ${select(kind, work)}`);
    }
    if (before !== await parents())
        throw new Error('the parents changed');
    console.log(await digest(db, 'student_courses'),
        JSON.stringify(await rows(db, 'SELECT count(*) FROM reject_errors')));
    await db.run('CHECKPOINT');
    db.closeSync();
}

async function links(path, file) {
    const db = await open(path);
    await db.run(`COPY (SELECT student_id, course_id FROM student_courses
                        ORDER BY 1, 2) TO '${file}' (HEADER false)`);
    db.closeSync();
}

const [verb, ...rest] = process.argv.slice(2);
const work = verb === 'prepare' ? prepare(...rest)
    : verb === 'links' ? links(...rest)
        : job(verb === 'keys', ...rest);
work.catch((error) => {
    console.error(`duckdb.js: ${error.message}`);
    process.exit(1);
});
