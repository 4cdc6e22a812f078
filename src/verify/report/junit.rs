//! A run as `JUnit` XML, which every CI shows.

use crate::verify::{CheckResult, Fault, Run, StageResult, StageVerdict, Verdict};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

impl Run {
    /// The run as `JUnit` XML: a suite of stages, and one for each group of checks.
    pub fn junit(&self) -> Result<String, String> {
        let mut report = Report::new(self.title.clone());
        report.set_time(self.took);
        if !self.stages.is_empty() {
            let mut suite = TestSuite::new("stages");
            suite.add_test_cases(self.stages.iter().map(stage));
            report.add_test_suite(suite);
        }
        for group in self.contract.results.chunk_by(|left, right| left.group == right.group) {
            let mut suite = TestSuite::new(format!("contract/{}", group[0].group));
            suite.add_test_cases(group.iter().map(check));
            report.add_test_suite(suite);
        }
        report.to_string().map_err(|error| error.to_string())
    }
}

fn stage(stage: &StageResult) -> TestCase {
    let status = match &stage.verdict {
        StageVerdict::Passed => TestCaseStatus::success(),
        StageVerdict::Skipped(why) => skipped(why),
        StageVerdict::Failed(fault) => failed(&fault.reason, fault.lines.join("\n")),
    };
    let mut case = TestCase::new(stage.name, status);
    case.set_classname("stages").set_time(stage.took);
    case
}

fn check(result: &CheckResult) -> TestCase {
    let status = match &result.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Skipped(why) => skipped(why),
        Verdict::Failed(fault) => failed(&fault.to_string(), shown(result, fault)),
    };
    let mut case = TestCase::new(result.id.clone(), status);
    case.set_classname(format!("contract.{}", result.group)).set_time(result.took);
    case
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

fn failed(message: &str, description: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message).set_description(description);
    status
}

fn shown(result: &CheckResult, fault: &Fault) -> String {
    let mut lines = vec![
        format!("contract: {}", result.says),
        format!("expected: {}", fault.expected),
        format!("got: {}", fault.got),
    ];
    if let Some(exchange) = &fault.exchange {
        lines.push(format!("request: {} {}", exchange.method, exchange.url));
        lines.extend(exchange.sent_text());
        lines.push(format!("answer: {} {}", exchange.status, exchange.text()));
    }
    lines.join("\n")
}
