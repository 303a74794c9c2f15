//! The table: each line with the habit that forced it.

use proptest::prelude::*;

use super::*;

/// As it is read in a feed of that language.
fn in_language(tag: &str, text: &str, expected: &str) {
    let at = read(text, &Habit::of(Some(tag), [text])).at;
    assert_eq!(at.map(|at| at.to_string()).unwrap_or_default(), expected, "{text:?} in {tag}");
}

fn check(text: &str, expected: &str) {
    assert_eq!(parse(text).map(|at| at.to_string()).unwrap_or_default(), expected, "{text:?}");
}

const TEN: &str = "2026-11-22T10:00:00Z";

#[test]
fn as_the_standards_say() {
    check("Sun, 22 Nov 2026 10:00:00 GMT", TEN);
    check("Sun, 22 Nov 2026 11:00:00 +0100", TEN);
    check("2026-11-22T10:00:00Z", TEN);
    check("2026-11-22T11:00:00.000+01:00", TEN);
    check("2026-11-22", "2026-11-22T00:00:00Z");
    check("2026-11", "2026-11-01T00:00:00Z");
    check("2026", "2026-01-01T00:00:00Z");
}

#[test]
fn rfc_2822_as_it_is_really_written() {
    check("Mon, 22 Nov 2026 10:00:00 GMT", TEN); // weekday counted wrong
    check("22 Nov 2026 10:00:00 GMT", TEN); // no weekday
    check("Sun 22 Nov 2026 10:00:00 GMT", TEN); // no comma
    check("Sunday, 22 November 2026 10:00:00 GMT", TEN); // long names
    check("SUN, 22 NOV 2026 10:00:00 GMT", TEN); // upper case
    check("Sun, 22 Nov 26 10:00:00 GMT", TEN); // two-digit year, as RFC 822
    check("Sun, 22 Nov 2026 10:00 GMT", TEN); // no seconds
    check("Sun, 22 Nov 2026 10:00:00", TEN); // no zone
    check("10:00 - 22 Nov 2026", TEN); // a dash is no zone
    check("202611221000", TEN); // nor twelve digits a number of seconds
    check("Sun, 22 Nov 2026", "2026-11-22T00:00:00Z"); // no time
    check("  Sun,  22  Nov  2026   10:00:00   GMT ", TEN); // columns
    check("Sun, 2 Aug 2026 9:05:07 GMT", "2026-08-02T09:05:07Z"); // single digits
    check("Sun, Nov 22 2026 10:00:00 GMT", TEN); // month first
    check("November 22, 2026 10:00:00 GMT", TEN); // month first, American comma
    check("Nov 22, 2026 10:00:00 AM", TEN); // twelve hours
    check("Nov 22, 2026 12:30 a.m.", "2026-11-22T00:30:00Z");
    check("Nov 22, 2026, 3:15pm", "2026-11-22T15:15:00Z");
    check("22nd November 2026 10:00", TEN); // ordinals
    check("22-Nov-2026 10:00:00", TEN); // dashes, as cookies and Oracle
}

#[test]
fn iso_8601_as_it_is_really_written() {
    check("2026-11-22 10:00:00", TEN); // space for T
    check("2026-11-22T10:00:00", TEN); // no zone
    check("2026-11-22T10:00", TEN); // no seconds
    check("2026-11-22T10:00Z", TEN);
    check("2026-11-22T10Z", TEN); // hour alone
    check("2026-11-22 11:00:00 +0100", TEN); // Ruby
    check("2026-11-22T11:00:00+0100", TEN); // no colon in the offset
    check("2026-11-22T11:00:00+01", TEN); // PostgreSQL
    check("2026-11-22T10:00:00.123456Z", "2026-11-22T10:00:00.123456Z");
    check("2026-11-22T24:00:00Z", "2026-11-23T00:00:00Z");
    check("20261122T100000Z", TEN); // basic format
    check("20261122", "2026-11-22T00:00:00Z");
    check("2026/11/22 10:00", TEN); // Japan
    check("2026年11月22日 10:00", TEN);
}

#[test]
fn zones_by_name() {
    for (text, expected) in [
        ("05:00:00 EST", TEN),
        ("03:00:00 PDT", "2026-11-22T10:00:00Z"),
        ("11:00:00 CET", TEN),
        ("12:00:00 CEST", TEN),
        ("11:00:00 MEZ", TEN),
        ("12:00:00 MESZ", TEN),
        ("11:00:00 BST", TEN),
        ("19:00:00 JST", TEN),
        ("10:00:00 UTC", TEN),
        ("10:00:00 UT", TEN),
        ("10:00:00 Z", TEN),
        ("11:00:00 GMT+1", TEN),
        ("11:00:00 GMT+0100", TEN),
        ("11:00:00 UTC+01:00", TEN),
        ("11:00:00 +01:00", TEN),
        ("11:00:00 +0100 (CET)", TEN),
        ("10:00:00 -0000", TEN),
        ("10:00:00 Xyz", TEN),
        ("10:00:00 +9900", TEN),
    ] {
        check(&format!("Sun, 22 Nov 2026 {text}"), expected);
    }
}

#[test]
fn other_programs() {
    check("Sun Nov 22 10:00:00 2026", TEN); // asctime
    check("Sun Nov 22 11:00:00 CET 2026", TEN); // java.util.Date.toString
    check("Sun Nov 22 11:00:00 +0100 2026", TEN); // Ruby, Twitter
    check("Sun Nov 22 2026 11:00:00 GMT+0100 (Central European Standard Time)", TEN); // JavaScript
    check("1795341600", TEN); // time()
    check("1795341600000", TEN); // Date.now()
    check("11/22/2026 10:00:00 AM", TEN); // .NET
    check("22/11/2026 10:00", TEN);
    check("22-11-2026 10:00", TEN);
    check("11-22-2026 10:00", TEN); // PHP in America
    check("22.11.26", "2026-11-22T00:00:00Z");
    check("1795341600.25", TEN); // Python's time.time()
    check("1795341600000000", TEN); // PostgreSQL, microseconds
    check("/Date(1795341600000)/", TEN); // ASP.NET
    check("2026-11-22T11:00:00+01:00[Europe/Berlin]", TEN); // java.time.ZonedDateTime
    check("Sun, 22 Nov 2026 10:00:00 PM", "2026-11-22T22:00:00Z");
}

#[test]
fn other_languages() {
    check("22.11.2026 10:00", TEN);
    check("22.11.2026", "2026-11-22T00:00:00Z");
    check("22. November 2026, 10:00 Uhr", TEN);
    check("22. November 2026, 10.00 Uhr", TEN);
    check("So, 22 Nov 2026 11:00:00 +0100", TEN);
    check("Di, 01 Dez 2026 10:00:00 GMT", "2026-12-01T10:00:00Z");
    check("Mi., 4. März 2026 10:00", "2026-03-04T10:00:00Z");
    check("mar. 24 nov. 2026 10:00", "2026-11-24T10:00:00Z");
    check("mardi 3 mars 2026", "2026-03-03T00:00:00Z");
    check("sam., 15 août 2026 10:00:00 +0000", "2026-08-15T10:00:00Z");
    check("15 déc. 2026 10h30", "2026-12-15T10:30:00Z");
    check("22 de noviembre de 2026", "2026-11-22T00:00:00Z");
    check("gio, 5 feb 2026 10:00:00 +0000", "2026-02-05T10:00:00Z");
    check("lun, 12 gen 2026 10:00:00 +0000", "2026-01-12T10:00:00Z");
    check("zo, 22 mrt 2026 10:00:00 +0000", "2026-03-22T10:00:00Z");
    check("dom, 22 out 2026 10:00:00 +0000", "2026-10-22T10:00:00Z");
}

#[test]
fn every_month_of_every_language() {
    for language in &languages::LANGUAGES {
        for (month, names) in language.months.iter().enumerate() {
            let expected = format!("2026-{:02}-22T10:00:00Z", month + 1);
            for name in names.split(' ') {
                for text in [
                    format!("22 {name} 2026 10:00 GMT"),
                    format!("22. {}. 2026 10:00", name.to_uppercase()),
                    format!("{name} 22, 2026, 10:00 +0000"),
                    format!("2026 {name} 22 10:00"),
                ] {
                    in_language(language.tag, &text, &expected);
                }
            }
        }
    }
}

#[test]
fn no_day_of_the_week_is_in_the_way() {
    for language in &languages::LANGUAGES {
        let november = language.months[10].split(' ').next().unwrap();
        for name in language.days.iter().flat_map(|names| names.split(' ')) {
            in_language(language.tag, &format!("{name}, 22 {november} 2026 10:00 GMT"), TEN);
            in_language(language.tag, &format!("{name}. 22. {november} 2026 10:00"), TEN);
            in_language(language.tag, &format!("{name} 22/11/2026 10:00"), TEN);
        }
    }
}

#[test]
fn dates_as_languages_write_them() {
    for (tag, text) in [
        ("de", "Sonntag, den 22. November 2026 um 10:00 Uhr"),
        ("de-AT", "So., 22.11.2026, 11:00 Uhr MEZ"),
        ("de", "22.11.26 10.00 Uhr"),
        ("fr", "dimanche 22 novembre 2026 à 10 h 00"),
        ("fr", "le dim. 22 nov. 2026 10h"),
        ("es", "domingo, 22 de noviembre de 2026 a las 10:00 a. m."),
        ("it", "domenica 22 novembre 2026 alle ore 10.00"),
        ("pt", "domingo, 22 de novembro de 2026 às 10h00"),
        ("nl", "zondag 22 november 2026 10:00 uur"),
        ("pl", "niedziela, 22 listopada 2026 r., godz. 10:00"),
        ("ru", "воскресенье, 22 ноября 2026 г. в 13:00 МСК"),
        ("uk", "22 листопада 2026 р. 10:00"),
        ("cs", "neděle 22. listopadu 2026 10.00"),
        ("fi", "22.11.2026 klo 10.00"),
        ("da", "søndag d. 22. november 2026 kl. 10.00"),
        ("hu", "2026. november 22., vasárnap 10:00"),
        ("lt", "2026 m. lapkričio 22 d. 10:00"),
        ("tr", "22 Kasım 2026 Pazar, ÖÖ 10:00"),
        ("el", "Κυριακή, 22 Νοεμβρίου 2026 10:00 π.μ."),
        ("ar", "٢٢ نوفمبر ٢٠٢٦ ١٠:٠٠ ص"),
        ("fa", "۲۰۲۶-۱۱-۲۲ ۱۰:۰۰"),
        ("ja", "2026年11月22日(日) 午前10時00分"),
        ("ja", "２０２６年１１月２２日 １０：００"),
        ("zh", "2026年11月22日 星期日 上午10:00"),
        ("ko", "2026년 11월 22일 일요일 오전 10:00"),
        ("ko", "2026. 11. 22. 오전 10:00"),
        ("th", "22 พฤศจิกายน พ.ศ. 2569 เวลา 10:00 น."),
        ("th", "22 พ.ย. 2569 10:00"),
        ("th", "2569-11-22T10:00:00Z"),
        ("th", "22/11/2569 10:00"),
    ] {
        in_language(tag, text, TEN);
    }
}

#[test]
fn halves_of_the_day() {
    for (text, hour) in [
        ("12:00 AM", 0),
        ("12:00 p.m.", 12),
        ("3:00PM", 15),
        ("3:00 p. m.", 15),
        ("PM 3:00", 15),
        ("3:00 μ.μ.", 15),
        ("3:00 μμ", 15),
        ("午後3時", 15),
        ("下午 3:00", 15),
        ("오후 3:00", 15),
        ("15:00 PM", 15),
        ("3:00 م", 15),
        ("ÖS 3:00", 15),
    ] {
        check(&format!("2026-11-22 {text}"), &format!("2026-11-22T{hour:02}:00:00Z"));
    }
}

#[test]
fn other_calendars_are_no_guess() {
    check("22 November 2569 10:00", ""); // of Thailand, if anybody said so
    in_language("fa", "1405/09/01 10:00", ""); // of Iran
    in_language("ar", "12/06/1448", ""); // Hijri
    in_language("th", "22 พ.ย. 69", ""); // 1969 or 2569?
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "yesterday",
        "soon",
        "0000-00-00 00:00:00",
        "-0001-11-30T00:00:00+0000",
        "2026-13-45",
        "31 Feb 2026",
        "0",
        "12",
        "Sun, 22 Nov 1026 10:00:00 GMT",
        "99999999999999999999",
        "posted 3 days ago with 5 comments in 2010",
        ":",
        "10:00",
        "1.2.3",
        "22.11.26.3",
        "2026-11-22 25:00",
    ] {
        check(text, "");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn never_panics(text in "([0-9]{1,4}|[-+:./, TZé年時น]|Nov|mar|GMT|am|午後|พ.ย.|\\PC){0,14}", tag in "(en-US|th|ja|xx|[a-z-]{0,5})") {
        let habit = Habit::of(Some(&tag), [text.as_str(), "22/11/2026"]);
        if let Some(at) = read(&text, &habit).at {
            prop_assert_eq!(read(&at.to_string(), &habit).at, Some(at));
        }
        if let Some(at) = parse(&text) {
            prop_assert_eq!(parse(&at.to_string()), Some(at));
        }
    }

    #[test]
    fn what_we_print_we_read(second in 0i64..7_000_000_000) {
        let at = Timestamp::from_second(second).unwrap();
        prop_assert_eq!(parse(&at.to_string()), Some(at));
        prop_assert_eq!(parse(&at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()), Some(at));
        prop_assert_eq!(parse(&at.strftime("%Y-%m-%d %H:%M:%S").to_string()), Some(at));
        prop_assert_eq!(parse(&at.strftime("%d.%m.%Y %H:%M:%S").to_string()), Some(at));
    }
}
