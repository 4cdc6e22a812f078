//! Numbers in Prometheus' text format.

use super::client::{Client, Request};
use super::fault::{Fault, Stop, skip};
use super::world::World;
use super::{Exchange, Target};

/// What one process counts.
pub struct Meter {
    client: Client,
}

/// What it counted at one moment.
pub struct Metrics {
    text: String,
    /// The request that asked for it, and the answer.
    pub answer: Exchange,
}

impl Meter {
    /// The process that handles events and jobs: the worker, without a queue the service.
    pub fn of_worker(world: &World<'_>) -> Result<Self, Stop> {
        match (&world.target.worker, world.spec.has_queue()) {
            (Some(worker), true) => Ok(Self::at(world, worker)),
            (None, true) => skip("no worker was named (--worker-url)"),
            (_, false) => Ok(Self::at(world, &world.target.url)),
        }
    }

    /// The process at an address.
    pub fn at(world: &World<'_>, url: &str) -> Self {
        let target = Target { url: url.to_owned(), ..world.target.clone() };
        Self { client: Client::new(&target, "", world.spec.api.json_case) }
    }

    /// Asks for another of its documents.
    pub fn get(&self, path: &str) -> Result<Exchange, Fault> {
        self.client.send(&Request::get(path))
    }

    /// Asks for its numbers.
    pub fn read(&self) -> Result<Metrics, Stop> {
        let answer = self.get("/metrics")?;
        answer.status(200)?;
        Ok(Metrics { text: String::from_utf8_lossy(&answer.body).into_owned(), answer })
    }
}

impl Metrics {
    /// All series of this name with these labels, added up; 0 where there is none yet.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        value(&self.text, name, &labels).unwrap_or_default()
    }

    /// The values that a label has in the series of this name.
    pub fn labels(&self, name: &str, label: &str) -> Vec<String> {
        let start = format!("{label}=\"");
        let found = self.text.lines().filter(|line| line.starts_with(&format!("{name}{{")));
        let mut found: Vec<_> =
            found.filter_map(|line| line.split(&start).nth(1)?.split('"').next().map(str::to_owned)).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Whether there is a metric of this name, perhaps without a number yet.
    pub fn knows(&self, name: &str) -> bool {
        self.text.lines().any(|line| line.starts_with(&format!("# TYPE {name} ")))
    }
}

/// The value of the series of this name with these labels, all that match added up.
pub fn value(text: &str, name: &str, labels: &[String]) -> Option<f64> {
    let series = text.lines().filter(|line| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|it| it.starts_with(['{', ' '])) && labels.iter().all(|label| line.contains(label))
    });
    let values: Vec<f64> = series.filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect();
    (!values.is_empty()).then(|| values.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# HELP jobs_total Attempts.\n# TYPE jobs_total counter\n\
        jobs_total{job=\"mail\",outcome=\"done\"} 3\njobs_total{job=\"mail\",outcome=\"failed\"} 1\n\
        jobs_total{job=\"clean_up\",outcome=\"done\"} 2.0\n# TYPE outbox_pending gauge\noutbox_pending 0\n";

    #[test]
    fn series_are_added_up_by_their_labels() {
        let sum =
            |name, labels: &[&str]| value(TEXT, name, &labels.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
        assert_eq!(sum("jobs_total", &[]), Some(6.0));
        assert_eq!(sum("jobs_total", &["outcome=\"done\""]), Some(5.0));
        assert_eq!(sum("jobs_total", &["job=\"mail\"", "outcome=\"failed\""]), Some(1.0));
        assert_eq!(sum("outbox_pending", &[]), Some(0.0));
        assert_eq!(sum("jobs", &[]), None);
    }
}
