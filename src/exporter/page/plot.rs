//! Bars, drawn by us: a picture for those who see it, the same numbers in a table for those who do not.

use maud::{Markup, html};

use crate::model::Day;

/// Of the picture's own units, which scale with the page.
const BAR: usize = 9;
const GAP: usize = 1;
const HEIGHT: u64 = 50;

/// What days brought, oldest first.
pub(super) fn activity(days: &[Day]) -> Markup {
    let polls: Vec<u64> = days.iter().map(|day| day.polls).collect();
    let failed: Vec<u64> = days.iter().map(|day| day.failed).collect();
    let new: Vec<u64> = days.iter().map(|day| day.new).collect();
    let shares: Vec<u64> = days.iter().map(folded_share).collect();
    let most = |values: &[u64]| values.iter().copied().max().unwrap_or_default();
    html! {
        div.plots {
            (bars("Polls a day, failed ones in red", &format!("at most {}", most(&polls)), &[("bar", &polls), ("over", &failed)], most(&polls)))
            (bars("New entries a day", &format!("at most {}", most(&new)), &[("bar", &new)], most(&new)))
            (bars("Share of new entries that were folded", &format!("at most {} %", most(&shares)), &[("bar", &shares)], 100))
        }
        details {
            summary { "The same as a table" }
            div.scroll {
                table {
                    caption { "What each day brought, UTC" }
                    thead {
                        tr { th scope="col" { "Day" } @for name in ["Polls", "Failed", "New", "Folded", "MB"] { th.n scope="col" { (name) } } }
                    }
                    tbody {
                        @for day in days.iter().rev().filter(|day| day.polls > 0 || day.new > 0) {
                            tr {
                                th scope="row" { (day.day) }
                                @for value in [day.polls, day.failed, day.new, day.folded, day.bytes / 1_000_000] { td.n { (value) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Percent of a day's new entries that joined the story of another.
fn folded_share(day: &Day) -> u64 {
    day.folded.saturating_mul(100) / day.new.max(1)
}

/// One picture; each of `rows` over those before. `top`: the value of a bar that is as high as the picture.
fn bars(title: &str, said: &str, rows: &[(&str, &[u64])], top: u64) -> Markup {
    let width = rows.first().map_or(0, |(_, values)| values.len() * (BAR + GAP));
    html! {
        figure {
            svg role="img" aria-label={ (title) ": " (said) } viewBox={ "0 0 " (width.max(1)) " " (HEIGHT) } preserveAspectRatio="none" {
                title { (title) ": " (said) }
                @for (class, values) in rows { path class=(class) d=(path(values, top)) {} }
            }
            figcaption.soft { (title) " (" (said) ")" }
        }
    }
}

/// The outlines of bars, in one path: thirty elements would weigh ten times as much.
fn path(values: &[u64], top: u64) -> String {
    let mut path = String::new();
    for (n, value) in values.iter().enumerate().filter(|(_, value)| **value > 0) {
        // What is there at all is seen.
        let high =
            u64::try_from(u128::from(*value) * u128::from(HEIGHT) / u128::from(top.max(1))).unwrap_or(HEIGHT).clamp(1, HEIGHT);
        path.push_str(&format!("M{} {HEIGHT}v-{high}h{BAR}v{high}z", n * (BAR + GAP)));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn bars_stand_for_values() {
        let check = |values: &[u64], top: u64, expected: &str| assert_eq!(path(values, top), expected, "{values:?}");
        check(&[], 0, "");
        check(&[0, 0], 0, "");
        check(&[10, 0, 5], 10, "M0 50v-50h9v50zM20 50v-25h9v25z");
        check(&[1, 1_000], 1_000, "M0 50v-1h9v1zM10 50v-50h9v50z");
        check(&[u64::MAX], u64::MAX, "M0 50v-50h9v50z");
        check(&[200], 100, "M0 50v-50h9v50z");
    }

    #[test]
    fn a_picture_says_in_words_what_it_shows() {
        let day = |n: i8, polls, failed, new, folded| Day { polls, failed, new, folded, ..Day::idle(date(2026, 11, n)) };
        let page = activity(&[day(1, 40, 2, 10, 5), day(2, 0, 0, 0, 0), day(3, 20, 0, 0, 0)]).into_string();
        for part in [
            "role=\"img\" aria-label=\"Polls a day, failed ones in red: at most 40\"",
            "New entries a day (at most 10)",
            "(at most 50 %)",
            "<th scope=\"row\">2026-11-01</th><td class=\"n\">40</td><td class=\"n\">2</td><td class=\"n\">10</td><td class=\"n\">5</td>",
            "<caption>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("2026-11-02") && !page.contains(" style="));
    }
}
