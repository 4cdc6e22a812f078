//! Probes.

use super::document::Document;
use super::operation::{Operation, Security};
use super::value::object;
use serde_json::{Map, json};

impl Document<'_> {
    pub(super) fn probes(&mut self) {
        const TAG: &str = "operations";
        self.tag(TAG, "For whoever runs the service.");
        let live = object(
            &Map::from_iter([("status".to_owned(), json!({ "type": "string", "const": "ok" }))]),
            &["status".to_owned()],
        );
        self.example("Liveness", live, json!({ "status": "ok" }));
        let ready = object(
            &Map::from_iter([
                ("status".to_owned(), json!({ "type": "string", "enum": ["ok", "unavailable"] })),
                (
                    "checks".to_owned(),
                    json!({ "type": "object", "additionalProperties": { "type": "string", "enum": ["up", "down"] } }),
                ),
            ]),
            &["status".to_owned(), "checks".to_owned()],
        );
        self.example("Readiness", ready, json!({ "status": "ok", "checks": { "database": "up" } }));
        let live = Operation::new("healthz", TAG, "Tell whether the process lives", Security::None)
            .answers(200, "The process lives.", "Liveness")
            .never(&[429, 500, 503]);
        self.add("/healthz", "get", live);
        let ready = Operation::new("readyz", TAG, "Tell whether requests can be served", Security::None)
            .answers(200, "The service can serve requests.", "Readiness")
            .answers(503, "The database is away.", "Readiness")
            .never(&[429, 500]);
        self.add("/readyz", "get", ready);
        if self.offered.metrics {
            let metrics = Operation::new("metrics", TAG, "Read the metrics", Security::None)
                .description("Needs `METRICS_TOKEN` as bearer token when that is set.")
                .answers_text(200, "The metrics in Prometheus' text format.", "# TYPE http_requests_total counter\n")
                .never(&[429, 503])
                .refuses(&[401]);
            self.add("/metrics", "get", metrics);
        }
    }
}
