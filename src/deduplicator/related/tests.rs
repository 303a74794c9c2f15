use super::{Likeness, Question};
use crate::model::EntryId;

/// Days on which nothing of this happened, in one language: of each sentence many, so that its words are common.
const ENGLISH: &[&str] = &[
    "The council said on Monday that it was in talks with the company and that the plan for the centre is not over.",
    "A man who was in the car at the time said that he had not seen the police, and that it was the fault of the road.",
    "It is the first time in a year that the price of bread and of milk has gone up by more than one per cent in a week.",
    "The team won the match at home after a goal in the second half, and the coach said that he was happy with the result.",
];
const GERMAN: &[&str] = &[
    "Der Rat hat am Montag mitgeteilt, dass die Gespräche mit der Firma noch nicht zu Ende sind und der Plan für das Zentrum gilt.",
    "Ein Mann, der in dem Auto war, hat die Polizei nicht gesehen und sagt, dass es an der Straße und an dem Wetter lag.",
    "Die Mannschaft hat das Spiel zu Hause mit einem Tor in der zweiten Halbzeit gewonnen, und der Trainer war mit dem Ergebnis zufrieden.",
];
const JAPANESE: &[&str] = &[
    "市議会は月曜日、会社との話し合いを続けていると発表した。計画はまだ終わっていないという。",
    "警察によると、車に乗っていた男性は道路が悪かったと話しているという。けが人はなかった。",
    "チームは後半に得点し、試合に勝った。監督は結果に満足していると話した。",
];

/// How often each of those is told.
const TIMES: usize = 300;

const MILL: (&str, &str) = (
    "Fire destroys Harrowgate paper mill at Lindsmouth",
    "A fire has destroyed the Harrowgate paper mill at Lindsmouth in the night. The mayor, Odile Verrant, said that 43 people who worked \
     the late shift were safe, and that brigades came from as far as Kestrel Bay. The mill was built in 1887.",
);
const MILL_ANEW: (&str, &str) = (
    "Lindsmouth: blaze leaves nothing of the Harrowgate works",
    "Nothing is left of the Harrowgate mill in Lindsmouth after flames went through it before dawn. All 43 of the late shift got out, \
     according to mayor Odile Verrant. Crews were sent from Kestrel Bay, too. It had stood since 1887.",
);

/// What is found when `subject` is looked at among `other` and the texts of `rest`, each of those told so often.
fn likeness(subject: (&str, &str), other: (&str, &str), rest: &[&str], times: usize) -> Option<Likeness> {
    found(subject, other, rest, times, false)
}

fn found(subject: (&str, &str), other: (&str, &str), rest: &[&str], times: usize, is_same_site: bool) -> Option<Likeness> {
    let pair = [subject, other].map(|(title, text)| [title, text].join("\n"));
    let keys = |text: &str| Question::of("", text).words.into_iter().map(|(_, key)| key).collect::<Vec<_>>();
    let rest = rest.iter().flat_map(|text| std::iter::repeat_n(keys(text), times));
    let documents: Vec<Vec<String>> = pair.iter().map(|text| keys(text)).chain(rest).collect();
    let sightings = |key: &str| -> Vec<EntryId> {
        let has = |document: &&Vec<String>| document.iter().any(|word| word == key);
        documents.iter().zip(1..).filter(|(document, _)| has(document)).map(|(_, number)| EntryId(number)).collect()
    };
    let question = Question::of(subject.0, subject.1);
    let keys: Vec<String> = question.words.iter().map(|(_, key)| key.clone()).collect();
    let hits: Vec<usize> = keys.iter().map(|key| sightings(key).len()).collect();
    let chosen = question.choose(&hits, 1.0);
    let counted: Vec<Vec<EntryId>> = chosen.ask.iter().map(|at| sightings(&keys[*at])).collect();
    let subject = question.weigh(chosen, &counted, &[EntryId(1)], documents.len());
    if !subject.candidates().any(|entry| entry == EntryId(2)) {
        return None;
    }
    subject.judge(other.0, other.1, is_same_site)
}

/// Whether both are related, whichever is looked at.
fn check(one: (&str, &str), other: (&str, &str), rest: &[&str], expected: bool) {
    for (subject, other) in [(one, other), (other, one)] {
        let like = likeness(subject, other, rest, TIMES);
        assert_eq!(like.is_some(), expected, "{} / {}: {like:?}", subject.0, other.0);
    }
}

#[test]
fn a_report_that_is_written_anew_is_related() {
    check(MILL, MILL_ANEW, ENGLISH, true);
    let told = likeness(MILL, MILL_ANEW, ENGLISH, TIMES).unwrap();
    assert!(told.is_same_language && told.words.iter().any(|word| word.contains("Lindsmouth")), "{told:?}");
    assert!(told.words.contains(&"Kestrel Bay".to_owned()), "a name is told whole: {told:?}");
}

#[test]
fn the_same_headline_with_other_names_is_another_event() {
    let other = (
        "Fire destroys Ashcombe paper mill at Dunmere",
        "A fire has destroyed the Ashcombe paper mill at Dunmere in the night. The mayor, Piet Hollander, said that 112 people who worked \
         the late shift were safe, and that brigades came from as far as Gull Point. The mill was built in 1921.",
    );
    check(MILL, other, ENGLISH, false);
}

#[test]
fn two_matches_of_one_team_are_two_events() {
    let one = (
        "Rovers beat Castleford 3-1",
        "Rovers beat Castleford at home on Saturday after goals of Mbeki, Larsson and Orlov in the second half. Coach Jan Tervoort said \
         that he was happy with the result. Castleford had led by a header of Quigley.",
    );
    let other = (
        "Rovers draw at Penhallow",
        "Rovers came back with a point from Penhallow on Wednesday. Trescott scored for the hosts, Larsson with a late penalty for the \
         guests. Coach Jan Tervoort said that it was a long evening on a wet pitch.",
    );
    check(one, other, ENGLISH, false);
}

#[test]
fn a_translated_report_is_related_by_names_and_figures() {
    let german = (
        "Papierfabrik Harrowgate in Lindsmouth abgebrannt",
        "In der Nacht ist die Papierfabrik Harrowgate in Lindsmouth abgebrannt. Bürgermeisterin Odile Verrant sagt, dass alle 43 Arbeiter \
         der Spätschicht in Sicherheit sind. Die Feuerwehr kam bis aus Kestrel Bay. Das Haus stand seit 1887.",
    );
    let both: Vec<&str> = ENGLISH.iter().chain(GERMAN).copied().collect();
    check(MILL, german, &both, true);
    assert!(!likeness(MILL, german, &both, TIMES).unwrap().is_same_language);
    let other = (
        "Papierfabrik Aschau in Dünmeer abgebrannt",
        "In der Nacht ist die Papierfabrik Aschau in Dünmeer abgebrannt. Bürgermeister Piet Hollander sagt, dass alle 112 Arbeiter der \
         Spätschicht in Sicherheit sind. Die Feuerwehr kam bis aus Kestrel Bay. Das Haus stand seit 1921.",
    );
    check(MILL, other, &both, false);
}

#[test]
fn scripts_without_spaces_are_read_as_well() {
    let one = (
        "霧島製紙工場で火災、全焼",
        "鹿児島県霧島市の製紙工場で夜、火災が発生し、建物が全焼した。深夜勤務の従業員四十三人は全員避難して無事だった。中村京子市長が発表した。工場は明治二十年に創業した。",
    );
    let anew = (
        "火災で製紙工場が全焼　霧島市",
        "霧島市の中村京子市長によると、製紙工場は火災で全焼したが、深夜勤務だった従業員は避難して全員無事だった。鹿児島県内で明治時代に創業した工場だった。",
    );
    let other = (
        "富山の化学工場で爆発、二人けが",
        "富山県高岡市の化学工場で朝、爆発が起き、作業員二人がけがをした。消防によると、薬品を混ぜていたという。工場は操業を停止した。",
    );
    check(one, anew, JAPANESE, true);
    check(one, other, JAPANESE, false);
    let told = likeness(one, anew, JAPANESE, TIMES).unwrap();
    assert!(told.words.iter().any(|word| word.chars().count() > 2), "more than pairs of characters are told: {told:?}");
}

#[test]
fn nothing_rare_in_common_is_nothing_in_common() {
    check(("Council meets", ENGLISH[0]), ("Council met", ENGLISH[0]), ENGLISH, false);
    check(MILL, ("Prices rise", ENGLISH[2]), ENGLISH, false);
}

#[test]
fn one_rare_word_again_and_again_is_one_place() {
    let names = ("Verrant", "Verrant, Verrant and Verrant: Odile Verrant, again Odile Verrant.");
    check(MILL, names, ENGLISH, false);
}

#[test]
fn a_headline_with_other_figures_is_a_series() {
    let draw = |day: &'static str| {
        (day, "Zyklon, Barrakuda, Quitte, Mandrill, Ozelot, Pfifferling, Gnu, Wadi and Fjord were drawn at Lindsmouth.")
    };
    check(draw("Draw of 3 March"), draw("Draw of 4 March"), ENGLISH, false);
}

#[test]
fn a_form_that_is_filled_anew_is_a_series() {
    let weather = |title: &'static str, text: &'static str| (title, text);
    let one = weather(
        "Weather in Lindsmouth",
        "Drizzle lingers over Kestrel Bay until noon, whereupon gusts freshen from the northwest. Highs reach 14 degrees, lows 6. Pollen: birch.",
    );
    let other = weather(
        "Weather for Harrowgate",
        "Drizzle lingers over Kestrel Bay until noon, whereupon gusts freshen from the northwest. Highs reach 17 degrees, lows 9. Pollen: birch.",
    );
    check(one, other, ENGLISH, false);
}

#[test]
fn a_site_does_not_tell_one_event_twice_but_in_another_language() {
    assert!(found(MILL, MILL_ANEW, ENGLISH, TIMES, true).is_none());
    let both: Vec<&str> = ENGLISH.iter().chain(GERMAN).copied().collect();
    let german = (
        "Harrowgate: Feuer in Lindsmouth",
        "Odile Verrant: alle 43 sind in Sicherheit. Kestrel Bay half. Harrowgate stand seit 1887 in Lindsmouth.",
    );
    assert!(found(MILL, german, &both, TIMES, true).is_some());
}

#[test]
fn what_everybody_tells_names_nothing() {
    // Words of an event that a tenth of all entries are about are not telling: related would be everything.
    let everywhere: Vec<&str> = ENGLISH.iter().chain([&MILL.1]).copied().collect();
    check(MILL, MILL_ANEW, &everywhere, false);
}

#[test]
fn a_store_of_few_entries_knows_nothing_rare() {
    assert!(likeness(MILL, MILL_ANEW, ENGLISH, 1).is_none());
}

#[test]
fn hostile_texts_cost_no_more_than_others() {
    let long: String = (0..10_000).map(|n| format!("Zq{n}x ")).collect();
    let question = Question::of(&long, &long);
    assert!(question.words().count() <= 160);
    let one_word = "x".repeat(1 << 20);
    assert_eq!(Question::of(&one_word, &one_word).words().count(), 0);
    for (title, text) in [("", ""), ("\u{301}\u{301}", "\n\n"), ("\"", "NEAR(a b) AND * ^ :"), (&long, "")] {
        assert!(likeness((title, text), MILL, ENGLISH, 2).is_none(), "{title:.9}");
        assert!(likeness(MILL, (title, text), ENGLISH, TIMES).is_none(), "{title:.9}");
    }
}
