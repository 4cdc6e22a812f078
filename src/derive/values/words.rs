//! Texts that a person would write, by the words in a field's name.

use crate::spec::Name;

/// What a field is about → texts.
const BY_WORD: [(&[&str], &[&str]); 16] = [
    (&["first", "given"], &["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald"]),
    (&["last", "family", "surname"], &["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth"]),
    (&["city", "town", "place"], &["Lisbon", "Bergen", "Kyoto", "Tartu", "Quito", "Galway"]),
    (&["country", "nation"], &["Portugal", "Norway", "Japan", "Estonia", "Ecuador", "Ireland"]),
    (&["street", "address", "line"], &["12 Harbour Street", "4 Mill Lane", "77 Station Road", "3 Orchard Close"]),
    (&["phone", "mobile", "fax"], &["+44 20 7946 0123", "+49 30 901820", "+33 1 7000 1234", "+1 202 555 0147"]),
    (&["color", "colour"], &["red", "sea green", "amber", "slate", "ivory"]),
    (&["currency"], &["EUR", "GBP", "JPY", "NOK"]),
    (&["language", "locale"], &["en", "de", "pt", "ja"]),
    (&["code", "sku", "number", "reference", "serial"], &["AB-1042", "KX-2207", "MN-3310", "QT-4125", "ZR-5098"]),
    (
        &["title", "subject", "headline"],
        &["The Night Train", "Letters from Bergen", "A Short History of Tea", "Winter Light"],
    ),
    (
        &["company", "supplier", "customer", "vendor", "shop", "organisation", "organization"],
        &["Harbour Books Ltd", "Northern Toys", "Mill Lane Trading", "Orchard & Sons"],
    ),
    (
        &["person", "author", "user", "member", "employee", "patient", "student"],
        &["Ada Lovelace", "Grace Hopper", "Alan Turing", "Barbara Liskov"],
    ),
    (&["tag", "label", "keyword"], &["new", "sale", "gift", "classic", "local"]),
    (&["category", "kind", "group", "genre"], &["crime", "travel", "history", "craft"]),
    (&["product", "item", "article"], &["The Night Train", "Wooden Blocks", "Sea Battle", "Brass Lamp", "Blue Kettle"]),
];

const SENTENCES: [&str; 6] = [
    "Quiet, sturdy and easy to carry.",
    "Made by hand in small numbers.",
    "Came back after many people asked for it.",
    "Best kept in a dry place.",
    "A present for somebody who has everything.",
    "Seen at the harbour early in the morning.",
];

const PEOPLE: [&str; 6] = ["ada", "grace", "alan", "edsger", "barbara", "donald"];

/// The `nth` text of a field, with at least `min` and at most `max` characters.
pub(super) fn nth(name: &Name, owner: &str, long: bool, min: u32, max: u32, nth: usize) -> String {
    let human = name.human();
    let known = || BY_WORD.iter().find(|(words, _)| human.split(' ').any(|word| words.contains(&word)));
    // A name says what kind of thing it names by its entity: a tag's name is a tag.
    let of_owner = || {
        let named =
            ["name", "label", "title", "text", "value"].iter().any(|it| human.split(' ').any(|word| word == *it));
        BY_WORD.iter().find(|(words, _)| named && owner.split(' ').any(|word| words.contains(&word)))
    };
    let text = if long {
        sentence(nth)
    } else if let Some((_, texts)) = of_owner().or_else(known) {
        numbered(texts, nth)
    } else {
        let human = format!("{owner} {human}");
        numbered(&[capitalized(human.trim()).as_str()], nth)
    };
    fitted(&text, min, max, nth)
}

/// The `nth` sentence.
pub(super) fn sentence(nth: usize) -> String {
    numbered(&SENTENCES, nth)
}

/// The `nth` address.
pub(super) fn email(nth: usize) -> String {
    let round = nth / PEOPLE.len();
    let number = if round == 0 { String::new() } else { (round + 1).to_string() };
    format!("{}{number}@example.com", PEOPLE[nth % PEOPLE.len()])
}

/// The `nth` link.
pub(super) fn url(owner: &str, nth: usize) -> String {
    format!("https://example.com/{}/{}", owner.replace(' ', "-"), nth + 1)
}

/// The `nth` of a few texts; from the second round on with a number.
fn numbered(texts: &[&str], nth: usize) -> String {
    let text = texts[nth % texts.len()];
    let round = nth / texts.len();
    if round == 0 { text.to_owned() } else { format!("{text} {}", round + 1) }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The text cut or continued to the allowed length; one that is cut ends in its number, so that it stays different.
fn fitted(text: &str, min: u32, max: u32, nth: usize) -> String {
    let (min, max) = (min as usize, max as usize);
    let mut fitted = text.to_owned();
    while fitted.chars().count() < min {
        fitted.push(' ');
        fitted.push_str(SENTENCES[fitted.len() % SENTENCES.len()]);
    }
    if fitted.chars().count() <= max {
        return fitted;
    }
    if min >= text.chars().count() {
        // A long text was asked for: its beginning tells it apart already.
        return fitted.chars().take(max).collect();
    }
    let number = if nth == 0 { String::new() } else { letters(nth) };
    let kept = max.saturating_sub(number.len());
    let head: String = fitted.chars().take(kept).collect();
    format!("{}{number}", head.trim_end())
}

/// A number in letters: short, and allowed where digits may not be.
fn letters(mut number: usize) -> String {
    let mut text = String::new();
    while number > 0 {
        text.extend(('a'..='z').nth(number % 26));
        number /= 26;
    }
    text
}
