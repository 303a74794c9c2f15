//! What a document tells about its dates: its language, and the dates whose meaning is beyond doubt.

use jiff::civil::Date;

use super::day::{self, Order};
use super::parts::Parts;
use super::words::{self, ALL, Tongues};

/// Regions that write the month before the day (CLDR): the United States and what belongs to them, the Philippines.
const MONTH_FIRST: [&str; 8] = ["us", "as", "gu", "mp", "pr", "vi", "um", "ph"];
/// Languages that write the year first, however short it is.
const YEAR_FIRST: [&str; 5] = ["ja", "zh", "ko", "hu", "mn"];

/// How a document writes its dates. No clock is asked: that a date lies ahead is no proof of anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habit {
    /// Lower case, with hyphens; empty if nobody says.
    language: String,
    /// Languages that have all the words that were met.
    heard: Tongues,
    /// Whether `22/11/2026` was met, and whether `11/22/2026` was.
    proofs: [bool; 2],
}

impl Default for Habit {
    fn default() -> Self {
        Self { language: String::new(), heard: ALL, proofs: [false; 2] }
    }
}

impl Habit {
    /// The habit of a document in `language` (BCP 47) with these dates in it.
    pub fn of<'a>(language: Option<&str>, dates: impl IntoIterator<Item = &'a str>) -> Self {
        let language = language.map(|tag| tag.trim().replace('_', "-").to_ascii_lowercase()).unwrap_or_default();
        let mut habit = Self { language, ..Self::default() };
        for text in dates {
            if let Some(parts) = super::parts_of(text) {
                habit.hear(&parts);
                habit.prove(&parts);
            }
        }
        habit
    }

    /// The language, lower case, empty if nobody says.
    pub(super) fn language(&self) -> &str {
        &self.language
    }

    /// Narrows the languages to those that have the words of a date. A word that contradicts the others is no evidence.
    pub(super) fn hear(&mut self, parts: &Parts) {
        for word in &parts.words {
            let both = self.heard & word.tongues();
            if both != 0 {
                self.heard = both;
            }
        }
    }

    /// Languages that a word is taken from: the stated one if it has all words, else those that have. A feed in French says `en-US`
    /// where nobody changed what its program came with.
    pub(super) fn tongues(&self) -> Tongues {
        let stated = words::tongue(&self.language);
        if self.heard & stated == 0 { self.heard } else { stated }
    }

    /// Whether the year of `26/11/22` stands first.
    pub(super) fn is_year_first(&self) -> bool {
        YEAR_FIRST.iter().any(|tag| self.language.split('-').next() == Some(*tag))
    }

    /// Whether years count from the death of the Buddha.
    pub(super) fn is_thai(&self) -> bool {
        self.language.split('-').next() == Some("th")
    }

    /// What the other dates prove, if they do not contradict each other.
    pub(super) fn proven(&self) -> Option<Order> {
        match self.proofs {
            [true, false] => Some(Order::DayFirst),
            [false, true] => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// What the language has for usual, and whether it is told at all.
    pub(super) fn usual(&self) -> (Order, bool) {
        let month_first = self.language.split('-').skip(1).any(|region| MONTH_FIRST.contains(&region));
        (if month_first { Order::MonthFirst } else { Order::DayFirst }, !matches!(self.language.as_str(), "" | "en"))
    }

    fn prove(&mut self, parts: &Parts) {
        match day::order_in(parts) {
            Some(Order::DayFirst) => self.proofs[0] = true,
            Some(Order::MonthFirst) => self.proofs[1] = true,
            None => {}
        }
    }
}

/// Whether the words beside a date name its day of the week.
pub(super) fn has_day(parts: &Parts, date: Option<Date>) -> bool {
    let Some(date) = date else { return false };
    let weekday = date.weekday().to_monday_one_offset();
    parts.words.iter().any(|word| word.days.iter().any(|(day, _)| *day == weekday))
}
