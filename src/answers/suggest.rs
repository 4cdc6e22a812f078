//! "did you mean".

/// Among more names than a person has in mind, none is meant.
const MOST_CANDIDATES: usize = 500;

/// The candidate nearest to what was written, when one is near at all.
pub(super) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > 100 {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let wanted = plain(written);
    candidates
        .into_iter()
        .take(MOST_CANDIDATES)
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len().max(written.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
