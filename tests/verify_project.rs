//! `scaffold verify DIR`, with a project whose Makefile and service are as small as can be. That real projects pass and
//! broken ones fail is shown by `cargo xtask proof`.
#![cfg(unix)]

mod common;

use common::{Ran, Scaffold};
use std::process::{Command, Stdio};
use std::time::Duration;

const ANSWERS: &str = "[project]\nname = \"notes\"\n[stack]\nframework = \"fastapi\"\ndatabase = \"sqlite\"\nauth = \"none\"\n\
                       [entities.Note]\nfields.text = \"string\"\n";

/// Answers 200 to everything, and ends as it is told to.
const SERVER: &str = r#"
import http.server, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "24")
        self.end_headers()
        self.wfile.write(b"<b>\"welcome\" & so on</b>")
        if "DIE" in os.environ and self.path != "/readyz":
            os._exit(7)
    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_OPTIONS = do_HEAD = answer
    def log_message(self, *_): pass
signal.signal(signal.SIGTERM, lambda *_: os._exit(int(os.environ.get("EXIT", "0"))) if "DEAF" not in os.environ else None)
print("serving", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"#;

/// Every target succeeds, and the service is [`SERVER`].
const MAKEFILE: &str = "setup format-check lint typecheck coverage migrate migrate-down:\n\t@echo \"$@ $$DATABASE_URL\" >> made.txt\n\
                        run:\n\t@python3 server.py\n";

/// A project with this Makefile.
fn project(makefile: &str) -> Scaffold {
    Scaffold::new()
        .file("notes/.scaffold/answers.toml", ANSWERS)
        .file("notes/Makefile", makefile)
        .file("notes/server.py", SERVER)
}

fn verify(scaffold: Scaffold, options: &[&str]) -> Ran {
    scaffold.args(["verify", "notes", "--logs", "logs"]).args(options.iter().copied()).run()
}

#[test]
fn stages_run_in_order_on_a_database_of_their_own() {
    let only = ["--only", "setup", "--only", "types", "--only", "start"];
    let ran = verify(project(MAKEFILE), &only).success();
    let out = ran.stdout();
    let told: Vec<_> = out.lines().take(10).map(|line| line.split_whitespace().take(2).collect::<Vec<_>>()).collect();
    let expected = [
        "passed setup",
        "skipped format",
        "skipped lint",
        "passed types",
        "skipped tests",
        "passed migrations",
        "passed start",
        "skipped contract",
        "passed stop",
        "skipped settings",
    ];
    assert_eq!(told.iter().map(|it| it.join(" ")).collect::<Vec<_>>(), expected, "{out}");
    assert!(out.contains("not asked for\n"), "{out}");
    assert!(out.contains("\nstages: 5 passed, 0 failed, 5 skipped, in "), "{out}");
    let made = ran.read("notes/made.txt");
    let targets: Vec<_> = made.lines().map(|line| line.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(targets, ["setup", "typecheck", "migrate", "migrate-down", "migrate"]);
    assert!(made.lines().nth(2).is_some_and(|line| line.contains(" sqlite:////")), "{made}");
    assert!(ran.read("logs/start.log").contains("serving\n"));
}

#[test]
fn the_first_stage_that_fails_ends_the_run_with_its_first_lines() {
    let makefile = MAKEFILE.replace("typecheck ", "")
        + "typecheck:\n\t@echo '12 files'; echo 'app.py:3: error: no <int>'; echo 'Found 1 error'; exit 4\n";
    let ran = verify(project(&makefile), &["--report", "report.html", "--junit", "junit.xml"]).fails(1);
    let out = ran.stdout();
    assert!(out.contains("\n         `make typecheck` failed (exit status: 2)\n"), "{out}");
    assert!(out.contains("\n         | app.py:3: error: no <int>\n         | Found 1 error\n"), "{out}");
    let skipped = out.lines().filter(|line| line.starts_with("skipped ") && line.ends_with("`types` failed")).count();
    assert_eq!(skipped, 6, "{out}");
    assert!(ran.read("logs/types.log").starts_with("12 files\n"));
    assert!(!ran.read("notes/made.txt").contains("coverage"));
    let page = ran.read("report.html");
    assert!(page.contains("app.py:3: error: no &lt;int&gt;") && page.contains("/logs/types.log</code>"), "{page}");
    let junit = ran.read("junit.xml");
    assert!(junit.contains("tests=\"10\" skipped=\"6\" failures=\"1\""), "{junit}");
    assert!(junit.contains("app.py:3: error: no &lt;int&gt;"), "{junit}");
}

#[test]
fn a_run_that_keeps_going_skips_only_what_cannot_be_done() {
    let makefile = MAKEFILE.replace("lint ", "") + "lint:\n\t@exit 1\n";
    let ran = verify(project(&makefile), &["--keep-going", "--only", "lint", "--only", "tests", "--json"]).fails(1);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout()).expect("JSON");
    let result = |name: &str| {
        let stages = report["stages"].as_array().expect("stages");
        stages.iter().find(|it| it["stage"] == name).expect("the stage")["result"].clone()
    };
    assert_eq!(report["ok"], false);
    assert_eq!(
        (result("lint"), result("tests"), result("start")),
        ("failed".into(), "passed".into(), "skipped".into())
    );

    let ran = verify(project(&MAKEFILE.replace("migrate-down:", "nothing:")), &["--keep-going"]).fails(1);
    let out = ran.stdout();
    assert!(out.contains("No rule to make target 'migrate-down'"), "{out}");
    for stage in ["start", "contract", "stop"] {
        assert!(
            out.lines().any(|it| it.starts_with(&format!("skipped  {stage}")) && it.ends_with("`migrations` failed"))
        );
    }
}

#[test]
fn a_setup_that_fails_says_what_to_do() {
    let makefile = "setup:\n\t@echo 'no such package: reed'; exit 1\n";
    let out = verify(project(makefile), &["--keep-going"]).fails(1).stdout();
    assert!(out.contains("everything else needs what it installs"), "{out}");
    assert!(out.contains("| no such package: reed\n"), "{out}");
    assert_eq!(out.matches("`setup` failed\n").count(), 9, "{out}");
}

#[test]
fn a_service_that_does_not_keep_the_contract_is_told_everywhere() {
    let options = ["--only", "contract", "--group", "paths", "--report", "report.html", "--junit", "junit.xml"];
    let ran = verify(project(MAKEFILE), &options).fails(1);
    let out = ran.stdout();
    assert!(out.contains("FAILED   paths/unknown\n"), "{out}");
    assert!(out.contains("passed   stop "), "what runs is stopped: {out}");
    assert!(ran.read("logs/contract.log").contains("passed   front/answers\n"));
    let (page, junit) = (ran.read("report.html"), ran.read("junit.xml"));
    for (report, body) in [(&page, "&lt;b&gt;&quot;welcome&quot; &amp; so on&lt;/b&gt;"), (&junit, "&lt;b&gt;")] {
        assert!(report.contains("paths/unknown") && report.contains("status 404"), "{report}");
        assert!(report.contains(body) && !report.contains("<b>\"welcome"), "{report}");
    }
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("<link"), "{page}");
}

#[test]
fn a_service_that_does_not_start_or_dies_or_stays_is_told() {
    let makefile = |run: &str| MAKEFILE.replace("python3 server.py", run);
    let out = verify(project(&makefile("echo 'port 8000 is taken'; exit 3")), &["--only", "start"]).fails(1).stdout();
    assert!(out.contains("`make run` ended before it served (exit status: 2)\n"), "{out}");
    assert!(out.contains("| port 8000 is taken\n"), "{out}");

    let out = verify(project(&makefile("DIE=1 python3 server.py")), &["--only", "contract"]).fails(1).stdout();
    assert!(out.contains("the service ended while it was asked (exit status: 2)\n"), "{out}");
    assert!(out.contains("FAILED   stop "), "{out}");

    let out = verify(project(&makefile("EXIT=5 python3 server.py")), &["--only", "stop"]).fails(1).stdout();
    assert!(out.contains("after SIGTERM the service ended with a fault (exit status: 2)\n"), "{out}");
}

#[test]
fn a_command_that_never_ends_is_ended() {
    let makefile = "setup:\n\t@echo begun; sleep 600\n";
    let out = verify(project(makefile), &["--only", "setup", "--stage-timeout", "1"]).fails(1).stdout();
    assert!(out.contains("`make setup` was ended after 1 s; `--stage-timeout SECONDS` gives it longer\n"), "{out}");
    assert!(out.contains("| begun\n"), "{out}");
}

#[test]
fn ctrl_c_ends_the_service_and_the_run() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let slow = MAKEFILE.replace("python3 server.py", "echo $$$$ > ../pid; exec python3 server.py");
    let stuck = SERVER.replace("        self.send_response(200)", "        if self.path != '/readyz': open('../asked', 'w'); import time; time.sleep(600)\n        self.send_response(200)");
    let scaffold = project(&slow).file("notes/server.py", &stuck);
    let mut child = Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(["verify", "notes", "--logs", "logs", "--only", "contract"])
        .current_dir(scaffold.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let asked = scaffold.folder.path().join("asked");
    while !asked.exists() {
        assert!(child.try_wait().expect("a state").is_none(), "ended before it asked");
        std::thread::sleep(Duration::from_millis(10));
    }
    kill(Pid::from_raw(child.id().try_into().expect("an id")), Signal::SIGINT).expect("it is there");
    let output = child.wait_with_output().expect("the program ends");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{message}");
    assert!(message.contains("interrupted; everything that was started has ended"), "{message}");
    let pid = std::fs::read_to_string(scaffold.folder.path().join("pid")).expect("the service's id");
    assert!(kill(Pid::from_raw(pid.trim().parse().expect("a number")), None).is_err(), "the service runs on");
}

#[test]
fn what_is_no_project_is_told() {
    let says = |scaffold: Scaffold, options: &[&str], text: &str| {
        let message = scaffold.args(["verify"]).args(options.iter().copied()).run().fails(2).stderr();
        assert!(message.contains(text), "{message}");
    };
    says(Scaffold::new(), &["nowhere"], "there is no folder `nowhere`");
    says(Scaffold::new(), &[], "`.` is no generated project: it has no .scaffold/answers.toml\n");
    let half = Scaffold::new().file("notes/.scaffold/answers.toml", ANSWERS);
    says(half, &["notes"], "`notes` is no complete project: it has no Makefile\n");
    says(project(MAKEFILE), &["notes", "--report", "none/report.html"], "its folder does not exist");
    says(project(MAKEFILE), &["notes", "--url", "http://127.0.0.1:1"], "cannot be used with");
    says(project(MAKEFILE), &["notes", "--only", "tets"], "[possible values: setup, format, lint,");
}

#[test]
fn a_server_that_is_missing_is_named_with_what_to_set() {
    let postgres = ANSWERS.replace("sqlite", "postgresql");
    let scaffold = || project(MAKEFILE).file("notes/.scaffold/answers.toml", &postgres);
    let out = verify(scaffold(), &["--keep-going"]).fails(1).stdout();
    assert!(out.contains("a PostgreSQL database is needed, and no Docker engine answers"), "{out}");
    assert!(out.contains("set TEST_DATABASE_URL to the address of an empty PostgreSQL database"), "{out}");
    assert!(out.contains("set VERIFY_DATABASE_URL to the address of an empty PostgreSQL database"), "{out}");
    assert!(out.contains("skipped  contract "), "{out}");
}

#[test]
fn every_server_that_a_project_needs_has_an_address() {
    let cached = ANSWERS.replace("auth =", "cache = \"redis\"\nauth =");
    let makefile = MAKEFILE.replace("$$DATABASE_URL", "$$TEST_REDIS_URL $$REDIS_URL");
    let scaffold = || project(&makefile).file("notes/.scaffold/answers.toml", &cached);
    let out = verify(scaffold(), &["--keep-going"]).fails(1).stdout();
    assert!(out.contains("a Redis (Valkey) server is needed, and no Docker engine answers"), "{out}");
    assert!(out.contains("set TEST_REDIS_URL to the address of an empty Redis (Valkey) server"), "{out}");
    assert!(out.contains("set VERIFY_REDIS_URL to the address of an empty Redis (Valkey) server"), "{out}");
    let scaffold = scaffold();
    let output = Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(["verify", "notes", "--only", "setup", "--only", "tests", "--only", "migrations"])
        .current_dir(scaffold.folder.path())
        .env("REDIS_URL", "redis://somebody")
        .env("TEST_REDIS_URL", "redis://tests")
        .env("VERIFY_REDIS_URL", "redis://service")
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let made = std::fs::read_to_string(scaffold.folder.path().join("notes/made.txt")).expect("targets ran");
    assert!(made.starts_with("setup  \ncoverage redis://tests \nmigrate  redis://service\n"), "{made}");
}

#[test]
fn a_server_is_started_through_compose_where_docker_is_and_removed_afterwards() {
    use std::os::unix::fs::PermissionsExt;
    let postgres = ANSWERS.replace("sqlite", "postgresql");
    let scaffold = project(MAKEFILE)
        .file("notes/.scaffold/answers.toml", &postgres)
        .file("notes/compose.yaml", "services: {}\n")
        .file("bin/docker", "#!/bin/sh\necho \"$@\" >> docker.txt\n");
    let (folder, docker) = (scaffold.folder.path(), scaffold.folder.path().join("bin/docker"));
    std::fs::set_permissions(&docker, std::fs::Permissions::from_mode(0o755)).expect("it is there");
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").expect("a path"));
    let output = Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(["verify", "notes", "--only", "tests", "--only", "migrations"])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("TEST_DATABASE_URL")
        .env_remove("VERIFY_DATABASE_URL")
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let said = std::fs::read_to_string(folder.join("notes/docker.txt")).expect("docker was called");
    let said: Vec<_> = said.lines().collect();
    assert_eq!((said.len(), said[0]), (3, "version"), "{said:?}");
    assert!(said[1].ends_with(" up --detach --wait postgresql"), "{said:?}");
    assert!(said[2].ends_with(" down --volumes"), "{said:?}");
    let made = std::fs::read_to_string(folder.join("notes/made.txt")).expect("targets ran");
    assert!(made.contains("migrate postgresql://app:development@127.0.0.1:5432/app\n"), "{made}");
}
