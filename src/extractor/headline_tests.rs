use super::*;

#[test]
fn the_site_s_name_is_cut() {
    let check = |title: &str, sites: &[&str], is_tab: bool, expected: &str| {
        assert_eq!(without_site(title, sites, is_tab), expected, "{title}");
    };
    check("Rain all week | The Daily", &["The Daily"], false, "Rain all week");
    check("Rain all week | Weather | The Daily", &["The Daily"], false, "Rain all week | Weather");
    check("The Daily: Rain", &["The Daily"], false, "The Daily: Rain");
    check("The Daily | Rain all week", &["The Daily"], false, "Rain all week");
    check("The Daily » Blog Archive » Rain all week", &["The Daily"], true, "Rain all week");
    check("Rain all week – DD – 18.11.2024", &["DD"], false, "Rain all week");
    check("雨が一週間続く：毎日の新聞", &["毎日の新聞"], false, "雨が一週間続く");
    check("雨が一週間続く見込み：気象庁", &[], true, "雨が一週間続く見込み：気象庁");
    check("Rain all week, says the office - Elsewhere", &[], true, "Rain all week, says the office");
    check("Rain all week, says the office - Elsewhere", &[], false, "Rain all week, says the office - Elsewhere");
    check("The Daily", &["The Daily"], true, "The Daily");
    // A short name is a word of its own.
    check("Stau am Morgen - Brücke wieder frei", &["BR"], false, "Stau am Morgen - Brücke wieder frei");
    check("Stau am Morgen - BR Nachrichten", &["BR"], false, "Stau am Morgen");
    check("Stau am Morgen | B.R. Nachrichten", &["BR"], false, "Stau am Morgen");
    check("Six ways to go - Next week", &["X"], false, "Six ways to go - Next week");
    check("雨が一週間続く | 朝日新聞デジタル", &["朝日"], false, "雨が一週間続く");
}

fn forms(h1: Option<&str>, headline: Option<&str>, social: Option<&str>, tab: Option<&str>) -> Forms {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Forms { social: text(social), headline: text(headline), h1: text(h1), tab: text(tab) }
}

#[test]
fn the_shown_form_is_believed_first() {
    let check = |forms: Forms, expected: Option<&str>| assert_eq!(forms.best().as_deref(), expected, "{forms:?}");
    let (rain, wet) = (Some("Rain falls all week long"), Some("This week will be wet"));
    check(forms(rain, wet, wet, wet), rain);
    check(forms(None, rain, wet, wet), rain);
    check(forms(None, None, rain, wet), rain);
    check(forms(None, None, None, wet), wet);
    check(forms(None, None, None, None), None);
    // The kicker is shown in the heading, or above it.
    check(forms(Some("Weather Rain falls all week long"), None, rain, None), rain);
    check(forms(Some("Weather Rain falls all week long"), rain, None, wet), rain);
    let whole = Some("Weather: Rain falls all week long");
    check(forms(whole, rain, None, whole), whole);
    check(forms(rain, whole, whole, None), whole);
    check(forms(rain, whole, None, None), rain);
}
