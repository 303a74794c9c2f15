//! Numbers and words to a day.

use jiff::civil::Date;

use super::Defect;
use super::habit::{Habit, has_day};
use super::parts::{Number, Parts};
use super::words::{self, ENGLISH, Word};

/// Which of two numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// Years of the Thai calendar that a feed can mean, and how far they are ahead (BE 2569 is 2026).
const BUDDHIST: std::ops::RangeInclusive<i16> = 2513..=2743;
const BUDDHIST_AHEAD: i16 = 543;

/// A reading of a day, before it is known that there is such a day.
struct Reading<'a> {
    parts: &'a Parts,
    habit: &'a Habit,
    /// Whether it is written in Thai.
    is_thai: bool,
    defects: &'a mut Vec<Defect>,
}

/// The day in `parts`, read as `habit` says; what is wrong with it goes to `defects`.
pub(super) fn day(parts: &Parts, habit: &Habit, is_thai: bool, defects: &mut Vec<Defect>) -> Option<Date> {
    Reading { parts, habit, is_thai, defects }.day()
}

/// The order that a date of two small numbers and a year proves: by a number over twelve, or by the day of the week beside it.
pub(super) fn order_in(parts: &Parts) -> Option<Order> {
    let [a, b, year] = parts.numbers.as_slice() else { return None };
    if a.digits > 2 || year.digits < 2 || b.before == '.' || month(parts).is_some() {
        return None;
    }
    let readings = [(a, b), (b, a)].map(|(day, month)| {
        date(if year.digits == 4 { year.value } else { full_year(year.value) }, i8_of(month.value), i8_of(day.value))
    });
    match readings {
        [Some(_), None] => Some(Order::DayFirst),
        [None, Some(_)] => Some(Order::MonthFirst),
        [Some(first), Some(second)] if first != second => match (has_day(parts, Some(first)), has_day(parts, Some(second))) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        },
        _ => None,
    }
}

/// The word that is the month. `mar. 24 nov.` is a Tuesday in four languages, so is `mar. 24/11/2026`: what may be a day of the week is
/// one beside another month or beside three numbers.
fn month(parts: &Parts) -> Option<&'static Word> {
    let months = || parts.words.iter().rev().filter(|word| !word.months.is_empty());
    let sure = months().find(|word| word.days.is_empty());
    sure.or_else(|| months().next().filter(|_| parts.numbers.len() < 3)).copied()
}

impl Reading<'_> {
    fn day(&mut self) -> Option<Date> {
        let month_word = month(self.parts);
        let foreign = |word: &&&Word| word.tongues() & ENGLISH == 0;
        if self.parts.words.iter().any(|word| foreign(&word)) {
            self.defects.push(Defect::Language);
        }
        let month = match month_word {
            Some(word) => {
                let months = words::said(&word.months, self.habit.tongues());
                if months.len() > 1 {
                    self.defects.push(Defect::Month);
                }
                months.first().copied()
            }
            None => None,
        };
        let is_year = |number: &Number| number.digits == 4;
        match (month, self.parts.numbers.as_slice()) {
            (Some(month), [year, day]) if is_year(year) => self.date(year, month, i8_of(day.value)),
            (Some(month), [day, year]) => self.date(year, month, i8_of(day.value)),
            (Some(month), [year]) if is_year(year) => self.date(year, month, 1),
            (None, [year, month, day]) if is_year(year) => {
                if matches!(month.before, '.' | '/') {
                    self.defects.push(Defect::Numbers);
                }
                self.date(year, i8_of(month.value), i8_of(day.value))
            }
            (None, [year, month]) if is_year(year) => self.date(year, i8_of(month.value), 1),
            (None, [year]) if is_year(year) => self.date(year, 1, 1),
            (None, [a, b, c]) if c.digits >= 2 => self.numbers(a, b, c),
            _ => None,
        }
    }

    /// Three numbers of which the first is no year with four digits.
    fn numbers(&mut self, a: &Number, b: &Number, c: &Number) -> Option<Date> {
        self.defects.push(Defect::Numbers);
        let short = a.digits == 2 && b.digits == 2 && c.digits == 2;
        // `03-01-02` is year first (W3CDTF cut short), `22.11.26` is German
        let dashed = b.before == '-' && c.before == '-';
        if short
            && (dashed || self.habit.is_year_first())
            && let Some(date) = self.date(a, i8_of(b.value), i8_of(c.value))
        {
            return Some(date);
        }
        let proof = order_in(self.parts);
        let (usual, told) = self.habit.usual();
        let same = a.value == b.value;
        let order = match proof {
            Some(order) => order,
            // with dots the day is first everywhere
            None if b.before == '.' => Order::DayFirst,
            None => self.habit.proven().unwrap_or_else(|| {
                // AM and PM beside numbers are what .NET prints for Americans
                let halves = !told && self.parts.clock.as_ref().is_some_and(|clock| clock.is_half);
                if !same && !told {
                    self.defects.push(Defect::Order);
                }
                if halves { Order::MonthFirst } else { usual }
            }),
        };
        let (day, month) = if order == Order::DayFirst { (a, b) } else { (b, a) };
        let first = self.date(c, i8_of(month.value), i8_of(day.value));
        first.or_else(|| self.date(c, i8_of(day.value), i8_of(month.value)))
    }

    fn date(&mut self, year: &Number, month: i8, day: i8) -> Option<Date> {
        let year = match (year.digits, year.value) {
            (4, year) if self.is_thai && BUDDHIST.contains(&year) => {
                self.defects.push(Defect::Calendar);
                year - BUDDHIST_AHEAD
            }
            // of which calendar?
            (0..=2, _) if self.is_thai => return None,
            (4, year) => year,
            (_, year) => full_year(year),
        };
        date(year, month, day)
    }
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

fn i8_of(value: i16) -> i8 {
    i8::try_from(value).unwrap_or(0)
}

fn full_year(year: i16) -> i16 {
    match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        // a Perl or JavaScript program that prints `getYear()`
        100..=199 => year + 1900,
        year => year,
    }
}
