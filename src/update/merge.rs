//! Two changes of one text, put together line by line.

use diffy::{ConflictStyle, IncompleteHunkStyle, MergeOptions};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What has come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// All of both changes.
    Clean(Vec<u8>),
    /// Where they exclude each other both stand between marks, as git writes them; so many places.
    Conflict(usize, Vec<u8>),
}

/// What a person has.
const OURS: &str = "<<<<<<< yours";
/// What is generated.
const THEIRS: &str = ">>>>>>> generated";

/// Merges what a person has made of `base` with what is generated now.
pub fn merge(base: &[u8], yours: &[u8], generated: &[u8]) -> Merged {
    let mut options = MergeOptions::new();
    options.set_conflict_style(ConflictStyle::Merge).set_incomplete_hunk_style(IncompleteHunkStyle::Git);
    match options.merge_bytes(base, yours, generated) {
        Ok(bytes) => Merged::Clean(bytes),
        Err(bytes) => {
            let mut places = 0;
            let mut named = Vec::with_capacity(bytes.len());
            for line in bytes.split_inclusive(|it| *it == b'\n') {
                let (text, end) = line.strip_suffix(b"\n").map_or((line, &b""[..]), |text| (text, &b"\n"[..]));
                let text = match text {
                    b"<<<<<<< ours" => {
                        places += 1;
                        OURS.as_bytes()
                    }
                    b">>>>>>> theirs" => THEIRS.as_bytes(),
                    other => other,
                };
                named.extend_from_slice(text);
                named.extend_from_slice(end);
            }
            Merged::Conflict(places, named)
        }
    }
}

/// The lines that two texts have in common, in order: what stands for their base where nobody knows it.
pub fn common(one: &[u8], other: &[u8]) -> Vec<u8> {
    let lines = |text: &'_ [u8]| text.split_inclusive(|it| *it == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (one, other) = (lines(one), lines(other));
    let same = capture_diff_slices(Algorithm::Myers, &one, &other).into_iter().filter_map(|it| match it {
        DiffOp::Equal { old_index, len, .. } => Some(old_index..old_index + len),
        _ => None,
    });
    same.flat_map(|range| one[range].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_apart_are_both_kept() {
        let merged = merge(b"a\nb\nc\nd\ne\n", b"A\nb\nc\nd\ne\n", b"a\nb\nc\nd\nE\n");
        assert_eq!(merged, Merged::Clean(b"A\nb\nc\nd\nE\n".to_vec()));
    }

    #[test]
    fn changes_of_one_line_are_marked_as_git_does() {
        let merged = merge(b"a\nb\nc\n", b"a\nmine\nc\n", b"a\nnew\nc\n");
        let text = b"a\n<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> generated\nc\n";
        assert_eq!(merged, Merged::Conflict(1, text.to_vec()));
    }

    #[test]
    fn the_same_change_on_both_sides_is_one() {
        assert_eq!(merge(b"a\n", b"b\n", b"b\n"), Merged::Clean(b"b\n".to_vec()));
    }

    #[test]
    fn common_lines_keep_their_order() {
        assert_eq!(common(b"a\nb\nc\n", b"x\nb\nc\nd\n"), b"b\nc\n");
    }
}
