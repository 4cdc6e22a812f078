//! Words that make sense to a person, by the name of a field.

use crate::spec::Name;

const PEOPLE: [&str; 8] = [
    "Ada Lovelace",
    "Grace Hopper",
    "Alan Turing",
    "Katherine Johnson",
    "Linus Pauling",
    "Mary Jackson",
    "Niels Bohr",
    "Emmy Noether",
];
const THINGS: [&str; 8] = [
    "Night Train",
    "Wooden Blocks",
    "Sea Battle",
    "Garden Lamp",
    "Blue Kettle",
    "Paper Kite",
    "Oak Table",
    "Wool Scarf",
];
const CITIES: [&str; 8] = ["Lisbon", "Berlin", "Nairobi", "Osaka", "Toronto", "Lima", "Oslo", "Wellington"];
const COUNTRIES: [&str; 8] = ["Portugal", "Germany", "Kenya", "Japan", "Canada", "Peru", "Norway", "New Zealand"];
const STREETS: [&str; 6] = ["Harbour Street", "Mill Lane", "Station Road", "Church Walk", "Park Avenue", "Bridge End"];
const COMPANIES: [&str; 6] =
    ["Harbour Books Ltd", "Beech & Sons", "Corner Games", "Northwind Traders", "Blue Lantern", "Old Mill Press"];
const COLOURS: [&str; 6] = ["red", "green", "blue", "yellow", "black", "white"];
const LABELS: [&str; 8] = ["bestseller", "new", "on sale", "handmade", "classic", "limited", "organic", "vintage"];
const SENTENCES: [&str; 6] = [
    "Arrived in good order and works as described.",
    "A short story about a long journey by rail.",
    "Made by hand from local beech.",
    "Best kept in a dry and cool place.",
    "For two players and an idle evening.",
    "Please call before delivery.",
];

/// What an entity can be that its name is told by.
const KINDS: [&str; 17] = [
    "city",
    "town",
    "country",
    "company",
    "supplier",
    "brand",
    "publisher",
    "organisation",
    "organization",
    "author",
    "person",
    "contact",
    "customer",
    "tag",
    "label",
    "keyword",
    "topic",
];

/// A text for a field of that name; unique ones differ for every seed. `max` keeps what makes them differ in view.
pub(super) fn text(name: &Name, owner: Option<&Name>, seed: usize, unique: bool, max: usize) -> String {
    let snake = name.snake();
    let mut last = snake.rsplit('_').next().unwrap_or_default();
    // "name" says little by itself: what is named is what the entity is.
    let named = owner.map(Name::snake).unwrap_or_default();
    let named = named.rsplit('_').next().unwrap_or_default();
    if ["name", "title", "label"].contains(&last) && KINDS.contains(&named) {
        last = named;
    }
    let words: &[&str] = match last {
        "city" | "town" => &CITIES,
        "country" => &COUNTRIES,
        "street" | "address" => &STREETS,
        "company" | "supplier" | "brand" | "publisher" | "organisation" | "organization" => &COMPANIES,
        "colour" | "color" => &COLOURS,
        "author" | "nickname" | "person" | "contact" | "customer" => &PEOPLE,
        "name" if snake == "first_name" || snake == "last_name" || snake == "full_name" => &PEOPLE,
        "name" | "title" | "product" => &THINGS,
        "tag" | "label" | "keyword" | "topic" => &LABELS,
        "description" | "text" | "body" | "comment" | "note" | "notes" | "bio" | "summary" | "content" | "remark"
        | "message" => &SENTENCES,
        "phone" | "telephone" | "mobile" | "fax" => return format!("+44 20 7946 {:04}", 123 + seed % 9_000),
        "zip" | "postcode" => return format!("{:05}", 10_115 + seed % 80_000),
        "code" | "sku" | "number" | "reference" | "isbn" => return coded(last, seed, max),
        _ => return counted(&name.human(), seed, true, max),
    };
    let word = words[seed % words.len()];
    let word = match (snake.as_str(), word.split_once(' ')) {
        ("first_name", Some((first, _))) => first,
        ("last_name", Some((_, last))) => last,
        _ => word,
    };
    let round = seed / words.len();
    let longest = words.iter().map(|it| it.len()).max().unwrap_or_default();
    if unique && longest + 1 + (round + 1).to_string().len() > max {
        // Words may be the same once they are cut.
        return counted(word, seed, true, max);
    }
    counted(word, round, unique && round > 0, max)
}

/// The word with a number behind it, the number never cut away.
fn counted(word: &str, number: usize, counted: bool, max: usize) -> String {
    if !counted {
        return word.to_owned();
    }
    let number = (number + 1).to_string();
    let room = max.saturating_sub(number.len() + 1);
    if room == 0 {
        return ending(&number, max);
    }
    let word: String = word.chars().take(room).collect();
    format!("{} {number}", word.trim_end())
}

/// Letters of the word with a number behind them, or as much of the number as fits.
fn coded(word: &str, number: usize, max: usize) -> String {
    let number = format!("{:04}", number + 1);
    let prefix: String = word.chars().take(3).collect::<String>().to_uppercase();
    let code = format!("{prefix}-{number}");
    if code.len() <= max { code } else { ending(&number, max) }
}

/// The end of a number, where the next one differs.
fn ending(number: &str, max: usize) -> String {
    number[number.len().saturating_sub(max)..].to_owned()
}

/// One of some sentences.
pub(super) fn sentence(seed: usize) -> &'static str {
    SENTENCES[seed % SENTENCES.len()]
}

/// An address that nobody has.
pub(super) fn email(seed: usize) -> String {
    let person = PEOPLE[seed % PEOPLE.len()].to_lowercase().replace(' ', ".");
    match seed / PEOPLE.len() {
        0 => format!("{person}@example.com"),
        round => format!("{person}.{}@example.com", round + 1),
    }
}

/// A page that nobody has.
pub(super) fn url(seed: usize) -> String {
    let thing = THINGS[seed % THINGS.len()].to_lowercase().replace(' ', "-");
    match seed / THINGS.len() {
        0 => format!("https://example.com/{thing}"),
        round => format!("https://example.com/{thing}-{}", round + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::spec::Name;

    #[test]
    fn what_tells_unique_texts_apart_is_not_cut_away() {
        for name in ["code", "serial", "title"] {
            for max in [3, 6, 8] {
                let of = |seed| text(&Name::new(name), None, seed, true, max);
                let (one, other) = (of(98_765_432), of(98_765_433));
                assert!(one != other && one.len() <= max, "{name} of {max}: `{one}`, `{other}`");
            }
        }
        assert_eq!(text(&Name::new("code"), None, 6, true, 8), "COD-0007");
    }
}
