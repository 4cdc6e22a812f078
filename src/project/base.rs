//! The generated files as they were generated, packed: what a later update compares a project with.

use crate::render::Files;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// The packed files: a tar archive, compressed with zstd.
pub const BASE_PATH: &str = ".scaffold/base.tar.zst";
/// Fast, and within some per cent of the best: the files are small and much alike.
const LEVEL: i32 = 3;
/// The most that is unpacked, in bytes: a project of 500 entities has a tenth of it.
const MOST: u64 = 1 << 30;

/// Packs files, the same ones always to the same bytes. What lies in `.scaffold/` is left out.
pub fn pack(files: &Files) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(zstd::Encoder::new(Vec::new(), LEVEL)?);
    for (path, file) in files.iter().filter(|(path, _)| !path.starts_with(super::RECORDS)) {
        let mut header = tar::Header::new_gnu();
        header.set_size(file.bytes.len() as u64);
        header.set_mode(if file.executable { 0o755 } else { 0o644 });
        header.set_mtime(0);
        archive.append_data(&mut header, path, file.bytes.as_ref())?;
    }
    archive.into_inner()?.finish()
}

/// The files of an archive that [`pack`] made, by path.
pub fn unpack(bytes: &[u8]) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = tar::Archive::new(zstd::Decoder::new(bytes)?.take(MOST));
    let mut files = BTreeMap::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        files.insert(path, bytes);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::RenderedFile;
    use std::borrow::Cow;

    fn files(list: &[(&str, &'static str)]) -> Files {
        let file = |text: &'static str| RenderedFile::new(Cow::Borrowed(text.as_bytes()));
        list.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect()
    }

    #[test]
    fn what_was_packed_comes_back_and_records_are_left_out() {
        let long = format!("{}/b.txt", "a".repeat(150));
        let some = files(&[("a.txt", "one\n"), (&long, ""), (".scaffold/lock.toml", "x")]);
        let packed = pack(&some).unwrap();
        assert_eq!(packed, pack(&some).unwrap());
        let back = unpack(&packed).unwrap();
        assert_eq!(back.keys().map(String::as_str).collect::<Vec<_>>(), ["a.txt", &long]);
        assert_eq!(back["a.txt"], b"one\n");
    }

    #[test]
    fn what_is_no_archive_is_an_error() {
        assert!(unpack(b"").is_err() && unpack(b"nonsense").is_err());
        let packed = pack(&files(&[("a.txt", "one\n")])).unwrap();
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
    }
}
