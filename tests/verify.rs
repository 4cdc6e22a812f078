//! `scaffold verify` against servers that are no service of ours. That it passes on generated services and fails on
//! broken ones is shown by `cargo xtask proof`.

mod common;

use common::{Ran, Scaffold};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const ANSWERS: &str = "[project]\nname = \"notes\"\n[stack]\nframework = \"fastapi\"\nauth = \"none\"\n\
                       [entities.Note]\nfields.text = \"string\"\n";

/// Runs the suite against a server that treats every connection so.
fn against(treat: fn(TcpStream), options: &[&str]) -> Ran {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || treat(stream));
        }
    });
    verify(&url, options)
}

fn verify(url: &str, options: &[&str]) -> Ran {
    let scaffold = Scaffold::new().file("notes.toml", ANSWERS);
    scaffold.args(["verify", "--url", url, "--answers", "notes.toml"]).args(options.iter().copied()).run()
}

/// Reads the head of a request.
fn request(stream: &mut TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
}

fn html(mut stream: TcpStream) {
    request(&mut stream);
    let page = "<html>Welcome</html>";
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{page}", page.len());
}

fn endless(mut stream: TcpStream) {
    request(&mut stream);
    let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n");
    while stream.write_all(&[b' '; 8_192]).is_ok() {}
}

fn silent(mut stream: TcpStream) {
    request(&mut stream);
    thread::park();
}

/// Knows its own paths and no others.
fn other(mut stream: TcpStream) {
    request(&mut stream);
    let head = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: 2\r\n\r\n{{}}");
}

/// Answers the first requests, and nothing more.
fn falls_silent(mut stream: TcpStream) {
    static ANSWERED: AtomicUsize = AtomicUsize::new(0);
    if ANSWERED.fetch_add(1, Ordering::SeqCst) < 8 { html(stream) } else { request(&mut stream) }
}

/// Wants one failure that says this, and a named skip for everything else.
fn gives_up(ran: Ran, expected: &str) {
    let ran = ran.fails(1);
    let (out, err) = (ran.stdout(), ran.stderr());
    assert!(out.contains("FAILED   front/answers\n"), "{out}");
    assert!(out.contains(expected), "{out}");
    assert!(out.contains("skipped  rows/note/created: the service does not answer\n"), "{out}");
    assert!(out.contains("\n0 passed, 1 failed, "), "{out}");
    assert_eq!(err, "");
}

#[test]
fn a_dead_port_is_told_once() {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|it| it.local_addr()).expect("a port").port();
    gives_up(verify(&format!("http://127.0.0.1:{port}"), &["--verbose"]), "an answer to GET /healthz");
}

#[test]
fn a_service_that_hangs_is_not_waited_for() {
    gives_up(against(silent, &["--verbose", "--timeout", "1"]), "an answer to GET /healthz");
}

#[test]
fn a_service_that_resets_connections_is_told() {
    gives_up(against(drop, &["--verbose"]), "an answer to GET /healthz");
}

#[test]
fn an_endless_answer_is_cut() {
    gives_up(against(endless, &["--verbose"]), "of at most 16777216 bytes");
}

#[test]
fn a_server_of_pages_fails_check_by_check() {
    let ran = against(html, &[]).fails(1);
    let out = ran.stdout();
    assert!(out.contains("FAILED   rows/note/created\n"), "{out}");
    assert!(out.contains("         expected  status 201\n         got       200\n"), "{out}");
    assert!(out.contains("         answer    200 <html>Welcome</html>\n"), "{out}");
    assert_eq!(ran.stderr(), "");
}

#[test]
fn a_service_without_the_probe_is_asked_on() {
    let ran = against(other, &[]).fails(1);
    let out = ran.stdout();
    assert!(out.contains("FAILED   front/answers\n"), "{out}");
    assert!(out.contains("FAILED   rows/note/created\n"), "{out}");
    assert!(!out.contains("the service does not answer"), "{out}");
    assert_eq!(ran.stderr(), "");
}

#[test]
fn a_service_that_falls_silent_is_told_once() {
    let ran = against(falls_silent, &["--verbose", "--timeout", "1"]).fails(1);
    let out = ran.stdout();
    assert!(out.contains("FAILED   front/answers-on\n"), "{out}");
    assert!(out.contains("requests in a row without one"), "{out}");
    assert!(out.contains("skipped  rows/note/created: the service no longer answers\n"), "{out}");
    assert_eq!(ran.stderr(), "");
}

#[test]
fn groups_are_chosen_and_the_report_is_data() {
    let ran = against(html, &["--group", "paths", "--json"]).fails(1);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout()).expect("JSON");
    let checks = report["checks"].as_array().expect("checks");
    assert!(checks.iter().all(|it| it["group"] == "front" || it["group"] == "paths"), "{report}");
    let unknown = checks.iter().find(|it| it["id"] == "paths/unknown").expect("the check");
    assert_eq!((&unknown["result"], &unknown["expected"]), (&"failed".into(), &"status 404".into()));
    assert_eq!(unknown["answer"]["body"], "<html>Welcome</html>");
    let ran = verify("http://127.0.0.1:1", &["--group", "path"]).fails(2);
    assert!(ran.stderr().contains("invalid value 'path' for '--group <GROUP>'"), "{}", ran.stderr());
}

#[test]
fn an_admin_without_a_password_is_wrong_usage() {
    let ran = verify("http://127.0.0.1:1", &["--admin-email", "admin@example.com"]).fails(2);
    assert!(ran.stderr().contains("--admin-password <PASSWORD>"), "{}", ran.stderr());
}
