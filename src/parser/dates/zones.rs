//! Zones by their names.

/// Names that RFC 822 allows, `UTC` with them: whoever writes it means what everybody reads.
const STANDARD: [&str; 12] = ["z", "ut", "utc", "gmt", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"];

/// Named zones and their minutes east of Greenwich. Names with several meanings have the one most frequent in feeds here, and the
/// others in [`ELSEWHERE`].
#[rustfmt::skip]
const ZONES: [(&str, i32); 84] = [
    ("z", 0), ("ut", 0), ("utc", 0), ("gmt", 0), ("tu", 0), ("wet", 0), ("west", 60), ("wez", 0), ("wesz", 60), ("bst", 60),
    ("cet", 60), ("cest", 120), ("met", 60), ("mest", 120), ("mez", 60), ("mesz", 120), ("hnec", 60), ("haec", 120),
    ("eet", 120), ("eest", 180), ("oez", 120), ("oesz", 180), ("sast", 120), ("cat", 120), ("wat", 60), ("eat", 180),
    ("msk", 180), ("мск", 180), ("msd", 240), ("trt", 180), ("idt", 180), ("samt", 240), ("yekt", 300), ("екб", 300), ("omst", 360), ("krat", 420),
    ("gst", 240), ("irst", 210), ("pkt", 300), ("uzt", 300), ("ist", 330), ("npt", 345), ("ict", 420), ("wib", 420), ("wita", 480), ("wit", 540),
    ("hkt", 480), ("sgt", 480), ("myt", 480), ("pht", 480), ("awst", 480), ("jst", 540), ("kst", 540),
    ("acst", 570), ("acdt", 630), ("aest", 600), ("aedt", 660), ("chst", 600), ("nzst", 720), ("nzdt", 780),
    ("nst", -210), ("ndt", -150), ("ast", -240), ("adt", -180), ("brt", -180), ("brst", -120), ("art", -180), ("uyt", -180), ("clt", -240),
    ("clst", -180), ("vet", -240), ("cot", -300), ("pet", -300),
    ("est", -300), ("edt", -240), ("cst", -360), ("cdt", -300), ("mst", -420), ("mdt", -360), ("pst", -480), ("pdt", -420),
    ("akst", -540), ("akdt", -480), ("hst", -600),
];

/// American radio leaves the season out; a feed does so, too.
const SEASONLESS: [(&str, i32); 4] = [("et", -300), ("ct", -360), ("mt", -420), ("pt", -480)];

/// The same names in other places: language or whole tag, name, minutes east.
const ELSEWHERE: [(&str, &str, i32); 8] = [
    ("he", "ist", 120),
    ("en-il", "ist", 120),
    ("en-ie", "ist", 60),
    ("ga", "ist", 60),
    ("zh", "cst", 480),
    ("bn", "bst", 360),
    ("en-au", "est", 600),
    ("en-ph", "pst", 480),
];

/// Minutes east of the zone `name` in a feed of the language `tag`, in lower case both.
pub(super) fn offset(name: &str, tag: &str) -> Option<i32> {
    let here = |place: &str| tag.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let local = ELSEWHERE.iter().find(|(place, known, _)| *known == name && here(place)).map(|(.., minutes)| *minutes);
    local.or_else(|| ZONES.iter().chain(&SEASONLESS).find(|(known, _)| *known == name).map(|(_, minutes)| *minutes))
}

/// Whether RFC 822 has the name.
pub(super) fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_zones_have_places() {
        for (name, tag, expected) in [
            ("cet", "", Some(60)),
            ("mesz", "de", Some(120)),
            ("мск", "ru", Some(180)),
            ("ist", "en", Some(330)),
            ("ist", "en-ie", Some(60)),
            ("ist", "he-il", Some(120)),
            ("cst", "en-us", Some(-360)),
            ("cst", "zh-cn", Some(480)),
            ("est", "en-au", Some(600)),
            ("est", "en-austria", Some(-300)),
            ("xyz", "", None),
        ] {
            assert_eq!(offset(name, tag), expected, "{name} in {tag}");
        }
        assert!(is_standard("pdt") && !is_standard("mez"));
    }
}
