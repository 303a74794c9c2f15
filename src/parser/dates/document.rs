//! The dates of one document, read when all of them are known: what one of them proves holds for the others.

use jiff::Timestamp;

use super::{Defect, Habit, Reading, read, strict};
use crate::error::Fault;
use crate::model::ParsedEntry;
use crate::parser::faults::MAX_FAULTS;
use crate::parser::text;

/// Characters of a date that are shown in a fault.
const SHOWN: usize = 60;
/// Characters of an entry's name there.
const NAME: usize = 80;

/// The dates of an entry as they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::parser) struct Written {
    /// When it appeared.
    pub published: Option<String>,
    /// When it was changed.
    pub updated: Option<String>,
}

/// How a format writes dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parser) enum Form {
    /// RSS: RFC 822.
    Mail,
    /// All others: RFC 3339.
    Iso,
}

/// What is wrong in the same way with one or more dates of a document.
struct Complaint {
    defects: Vec<Defect>,
    /// The first date that has it, how it was read, and the entry that it stands in.
    shown: String,
    at: Option<Timestamp>,
    entry: usize,
    more: usize,
}

/// Reads what is `written`, one for each of `entries`, into them, in a document of this language. A thing that is wrong with many dates
/// is told once, with what to write in this `form`.
pub(in crate::parser) fn settle(
    entries: &mut [ParsedEntry],
    written: &[Written],
    language: Option<&str>,
    form: Form,
    faults: &mut Vec<Fault>,
) {
    let mut loose = Vec::new();
    for (at, (entry, written)) in entries.iter_mut().zip(written).enumerate() {
        for (is_update, text) in [(false, &written.published), (true, &written.updated)] {
            let Some(text) = text.as_deref() else { continue };
            match strict(text) {
                Some(moment) => *place(entry, is_update) = Some(moment),
                None => loose.push((at, is_update, text)),
            }
        }
    }
    // nearly every document writes all its dates as the standards say, and no evidence is asked for
    if loose.is_empty() {
        return;
    }
    let language = language.or_else(|| entries.iter().find_map(|entry| entry.language.as_deref()));
    let habit = Habit::of(language, loose.iter().map(|(.., text)| *text));
    let mut complaints: Vec<Complaint> = Vec::new();
    for (at, is_update, text) in loose {
        let Reading { at: moment, defects } = read(text, &habit);
        if let Some(entry) = entries.get_mut(at) {
            *place(entry, is_update) = moment;
        }
        if defects.is_empty() {
            continue;
        }
        match complaints.iter_mut().find(|complaint| complaint.defects == defects) {
            Some(complaint) => complaint.more += 1,
            None => {
                let shown = text::line(text, SHOWN).unwrap_or_default();
                complaints.push(Complaint { defects, shown, at: moment, entry: at, more: 0 });
            }
        }
    }
    for complaint in complaints {
        if faults.len() < MAX_FAULTS {
            let entry = entries.get(complaint.entry);
            let name = entry.and_then(|entry| text::line(entry.guid.as_ref().or(entry.link.as_ref())?, NAME));
            faults.push(Fault::new("date", complaint.told(&name.unwrap_or_else(|| "without a name".to_owned()), form)));
        }
    }
}

fn place(entry: &mut ParsedEntry, is_update: bool) -> &mut Option<Timestamp> {
    if is_update { &mut entry.updated } else { &mut entry.published }
}

impl Complaint {
    /// One line for the publisher: the date, what is wrong with it, how it was read, what is right.
    fn told(&self, entry: &str, form: Form) -> String {
        let Self { shown, more, .. } = self;
        let more = if *more == 0 { String::new() } else { format!(" ({} times)", more + 1) };
        let right = match form {
            Form::Mail => "%a, %d %b %Y %H:%M:%S +0000",
            Form::Iso => "%Y-%m-%dT%H:%M:%SZ",
        };
        let Some(at) = self.at else {
            let example = Timestamp::UNIX_EPOCH.strftime(right);
            return format!("entry {entry}: '{shown}' is no date and is ignored; write it as '{example}'{more}");
        };
        let wrong: Vec<&str> = self.defects.iter().map(|defect| defect.told()).collect();
        format!("'{shown}' {}; if that is right, write '{}'{more}", wrong.join(" and "), at.strftime(right))
    }
}

impl Defect {
    fn told(self) -> &'static str {
        match self {
            Self::Unreadable => "is no date",
            Self::NoZone => "names no zone that is known and is read as UTC",
            Self::ZoneName => "names a zone that the standards do not have",
            Self::Language => "is not written in English",
            Self::Month => "names a month that means another one elsewhere",
            Self::Order => "may have the day or the month first",
            Self::Numbers => "writes the day in numbers alone",
            Self::Halves => "counts twelve hours",
            Self::Unix => "is a number and is read as a time since 1970",
            Self::Calendar => "counts years of another calendar",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the dates of a document are read, and what kinds of defects are told.
    fn check(language: Option<&str>, dates: &[(&str, &str)], words: &[&str]) {
        let mut entries = vec![ParsedEntry::default(); dates.len()];
        let written: Vec<Written> =
            dates.iter().map(|(text, _)| Written { published: Some((*text).to_owned()), updated: None }).collect();
        let mut faults = Vec::new();
        settle(&mut entries, &written, language, Form::Mail, &mut faults);
        for (entry, (text, expected)) in entries.iter().zip(dates) {
            let day = entry.published.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
            assert_eq!(day, *expected, "{text} among {dates:?} in {language:?}");
        }
        assert_eq!(faults.len(), words.len(), "{faults:?}");
        for (fault, word) in faults.iter().zip(words) {
            assert!(fault.kind == "date" && fault.detail.contains(word), "{} for {word}", fault.detail);
        }
    }

    const NUMBERS: &str = "in numbers alone";
    const GUESS: &str = "the day or the month first";

    #[test]
    fn dates_of_the_standards_leave_no_fault() {
        for date in [
            "Sun, 22 Nov 2026 10:00:00 GMT",
            "Sun, 22 Nov 2026 10:00:00 EST",
            "Sun, 22 Nov 2026 10:00:00 +0100",
            "22 Nov 26 10:00 Z",
            "2026-11-22T10:00:00.5+01:00",
            "2026-11-22",
            "2026-11-22T10:00Z",
            "Mon, 22 November 2026 10:00:00 GMT",
        ] {
            check(Some("de"), &[(date, "2026-11-22")], &[]);
        }
    }

    #[test]
    fn one_date_proves_the_order_of_all() {
        let day_first = [("05/06/2026", "2026-06-05"), ("22/11/2026", "2026-11-22")];
        check(Some("en-US"), &day_first, &[NUMBERS]);
        let month_first = [("05/06/2026", "2026-05-06"), ("11-22-2026", "2026-11-22")];
        check(Some("de"), &month_first, &[NUMBERS]);
        check(None, &[("Fri 05/06/2026", "2026-06-05"), ("07/06/2026", "2026-06-07")], &[NUMBERS]);
        // each proves the opposite of the other
        check(Some("fr"), &[("05/06/2026", "2026-06-05"), ("22/11/2026", "2026-11-22"), ("11/22/2026", "2026-11-22")], &[NUMBERS]);
    }

    #[test]
    fn the_language_decides_what_nothing_proves() {
        check(Some("en-US"), &[("05/06/2026", "2026-05-06")], &[NUMBERS]);
        check(Some("en-GB"), &[("05/06/2026", "2026-06-05")], &[NUMBERS]);
        check(Some("pt_BR"), &[("05/06/2026", "2026-06-05")], &[NUMBERS]);
        check(None, &[("05/06/2026", "2026-06-05"), ("06/06/2026", "2026-06-06")], &[GUESS, NUMBERS]);
        check(Some("en"), &[("05/06/2026 10:00 AM +0000", "2026-05-06")], &["twelve hours"]);
        check(None, &[("05.06.2026", "2026-06-05"), ("06/06/2026", "2026-06-06")], &[NUMBERS]);
        check(Some("ja"), &[("26/11/22", "2026-11-22")], &[NUMBERS]);
    }

    #[test]
    fn a_month_is_one_of_its_language() {
        let told = "not written in English";
        check(Some("pl"), &[("15 lis 2026", "2026-11-15")], &[told]);
        check(Some("hr"), &[("15 lis 2026", "2026-10-15")], &[told]);
        check(
            None,
            &[("15 lis 2026", "2026-11-15")],
            &["is not written in English and names a month that means another one elsewhere"],
        );
        check(None, &[("15 lis 2026", "2026-10-15"), ("3 ruj 2026", "2026-09-03")], &[told]);
        // the language that a program comes with is not that of its dates
        check(Some("en-US"), &[("15 lis 2026", "2026-10-15"), ("3 rujna 2026", "2026-09-03")], &[told]);
    }

    #[test]
    fn a_thing_is_told_once_and_in_the_form_that_is_right() {
        let mut entries = vec![ParsedEntry::default(); 3];
        let written: Vec<Written> =
            (1..4).map(|day| Written { published: Some(format!("2{day} Nov 2026 10:00")), updated: None }).collect();
        let mut faults = Vec::new();
        settle(&mut entries, &written, None, Form::Mail, &mut faults);
        let expected = "'21 Nov 2026 10:00' names no zone that is known and is read as UTC; \
            if that is right, write 'Sat, 21 Nov 2026 10:00:00 +0000' (3 times)";
        assert_eq!(faults, [Fault::new("date", expected)]);
    }
}
