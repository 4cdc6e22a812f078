PRAGMA foreign_keys = ON;
-- Ten tables for SQLite.
CREATE TABLE IF NOT EXISTS departments (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, budget NUMERIC(12,2) CHECK (budget >= 0));
CREATE TABLE teachers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 2 AND 100),
  email TEXT UNIQUE,
  hired DATE DEFAULT CURRENT_DATE,
  department_id INTEGER NOT NULL REFERENCES departments(id)
);
CREATE TABLE rooms (id INTEGER PRIMARY KEY, code VARCHAR(10) NOT NULL UNIQUE, seats INTEGER NOT NULL CHECK (seats > 0), floor INT);
CREATE TABLE courses (
  id INTEGER PRIMARY KEY,
  title VARCHAR(120) NOT NULL,
  level TEXT NOT NULL DEFAULT 'basic' CHECK (level IN ('basic', 'advanced')),
  credits INTEGER NOT NULL DEFAULT 3 CHECK (credits BETWEEN 1 AND 12),
  teacher_id INTEGER REFERENCES teachers ON DELETE SET NULL,
  department_id INTEGER NOT NULL,
  FOREIGN KEY (department_id) REFERENCES departments (id) ON DELETE CASCADE
);
CREATE TABLE course_rooms (course_id INTEGER NOT NULL REFERENCES courses(id), room_id INTEGER NOT NULL REFERENCES rooms(id), PRIMARY KEY (course_id, room_id)) WITHOUT ROWID;
CREATE TABLE students (
  id INTEGER PRIMARY KEY, number CHAR(8) NOT NULL UNIQUE, name VARCHAR(100) NOT NULL, born DATE, active BOOLEAN NOT NULL DEFAULT 1,
  mentor_id INTEGER REFERENCES students(id)
);
CREATE TABLE terms (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, starts_on DATE NOT NULL, ends_on DATE NOT NULL, CHECK (ends_on > starts_on));
CREATE TABLE enrolments (
  id INTEGER PRIMARY KEY,
  student_id INTEGER NOT NULL REFERENCES students(id) ON DELETE CASCADE,
  course_id INTEGER NOT NULL REFERENCES courses(id),
  term_id INTEGER NOT NULL REFERENCES terms(id),
  grade REAL CHECK (grade >= 0 AND grade <= 100),
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (student_id, course_id, term_id)
);
CREATE TABLE profiles (id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL UNIQUE REFERENCES students(id), about TEXT, photo BLOB);
CREATE TABLE sessions (id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL REFERENCES courses(id), room_id INTEGER REFERENCES rooms(id), held_at DATETIME NOT NULL, topic VARCHAR(200), notes TEXT);
CREATE INDEX idx_sessions_held ON sessions(held_at);
CREATE TRIGGER t AFTER INSERT ON students BEGIN UPDATE students SET active = 1; SELECT 1; END;
