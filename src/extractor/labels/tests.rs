use super::folded::Folded;
use super::notation::pieces;
use super::*;

#[path = "language_tests.rs"]
mod language_tests;

fn check(line: &str, expected: Option<Label>) {
    assert_eq!(label(line), expected, "{line}");
}

#[test]
fn labels_are_told_in_any_language() {
    for label in [
        "Anzeige",
        "WERBUNG",
        "- Anzeige -",
        "Advertisement",
        "ADVERTISEMENT - CONTINUE READING BELOW",
        "Advertisement. Scroll to continue reading.",
        "ADVERTISEMENT:",
        "Publicité",
        "Publicidad",
        "Annons",
        "Реклама",
        "広告",
        "광고",
        "Lesen Sie auch:",
        "Mehr zum Thema",
        "Read more",
        "Related articles",
        "Lire aussi",
        "Leer más",
        "関連記事",
        "Teilen",
        "12 Kommentare",
        "Share this article",
        "© 2024 Daily",
        "Foto: dpa",
        "Newsletter",
        "Externer Inhalt",
        "Czytaj także",
        "Читайте также",
    ] {
        assert!(super::label(label).is_some(), "{label}");
    }
}

#[test]
fn teasers_and_prompts_are_told() {
    check("Im Video: So kämpfen die Helfer gegen das Wasser", Some(Label::Teaser));
    check("In the video: helpers at work", Some(Label::Teaser));
    check("Στο βίντεο: Οι εθελοντές στο ποτάμι", Some(Label::Teaser));
    check("Lesen Sie auch: Als die Flut kam", Some(Label::Teaser));
    check("Watch: Helpers at work", Some(Label::Teaser));
    check("Read more: When the flood came", Some(Label::Teaser));
    check("Jetzt abonnieren und weiterlesen!", Some(Label::Prompt));
    check("Sign up for our daily newsletter.", Some(Label::Prompt));
    check("Follow us on Facebook", Some(Label::Prompt));
    check("- Anzeige -", Some(Label::Advertising));
    check("Foto: dpa", Some(Label::Widget));
    check("Mehr zum Thema", Some(Label::Section));
}

#[test]
fn a_story_s_own_sentences_are_not() {
    for text in [
        "Anzeige erstattete am Montag auch der Nachbar.",
        "Werbung für Zigaretten bleibt verboten, entschied das Gericht.",
        "Er lachte.",
        "Das Wichtigste in Kürze",
        "Video games are art, says the museum in its new show, which opens on Friday.",
        "Watch the river closely, the mayor told the people, who had come to the bridge to see for themselves what was happening there.",
        "„Wir waren vorbereitet“",
        "Related work on rivers goes back to the last century, when the first dams were built in the valley.",
        "Anzeige: Der Nachbar hatte die Polizei gerufen, nachdem er in der Nacht zum Montag Schreie aus dem Haus gehört hatte, in dem die Familie seit vielen Jahren lebte, ohne dass es je zu einem Streit gekommen wäre, wie er am Dienstag vor dem Landgericht sagte.",
    ] {
        check(text, None);
    }
}

#[test]
fn a_word_of_one_language_is_no_label_in_another() {
    for line in [
        "Gem",
        "Mere",
        "Pub",
        "Tag",
        "Luk",
        "Ilan",
        "Deli",
        "Desa",
        "Vir",
        "Close",
        "Del 2",
        "Deel 1",
        "Ja.",
        "Sí.",
        "Sim.",
        "Да.",
        "Evet.",
        "Anh: Tôi không biết.",
        "Mais de 300 pessoas",
        "Más de 300 personas",
        "More on that later.",
        "Copy",
        "5 minutes",
        "Na vrh",
        "Clip: The sea",
    ] {
        check(line, None);
    }
}

#[test]
fn a_teaser_needs_its_colon_arrow_or_bar() {
    for line in
        ["Video: Die Flut", "Video | Die Flut", "Video – Die Flut", "Video » Die Flut", "Vidéo : la crue", "视频：洪水", "Video"]
    {
        check(line, Some(Label::Teaser));
    }
    for line in ["Video-Beweis im Finale", "Video der Flut", "Videos der Flut: drei Funde", "Interview-Partner gesucht", "Video?"] {
        check(line, None);
    }
}

#[test]
fn a_prompt_ends_with_a_word() {
    check("Sign up to our newsletter", Some(Label::Prompt));
    check("Sign up today!", Some(Label::Prompt));
    check("Sign up tomorrow, says the coach", None);
    check("Assine a newsletter", Some(Label::Prompt));
    check("Assinei o contrato em maio.", None);
    check("订阅我们的电子报", Some(Label::Prompt));
}

#[test]
fn holes_take_some_characters_and_no_more() {
    let name = "x".repeat(79);
    check(&format!("Foto: {name}"), Some(Label::Widget));
    check(&format!("Foto: {name}xxx"), None);
    check("More from the valley", Some(Label::Section));
    check("Inhalte von Beispielseite anzeigen", Some(Label::Widget));
    check("Advertisement - story continues below", Some(Label::Advertising));
    check("Get our weekly garden newsletter", Some(Label::Prompt));
    check("Get our weekly bread, he said", None);
}

#[test]
fn numbers_are_any() {
    for line in ["12 Kommentare", "1.234 Kommentare", "١٢ تعليق", "コメント 12件", "Comments (12)", "3 min read", "댓글 7개"]
    {
        check(line, Some(Label::Widget));
    }
    check("12 Bäume", None);
}

#[test]
fn writing_differs_and_the_words_are_the_same() {
    for (line, expected) in [
        ("İLGİLİ HABERLER", Label::Section),
        ("İlgili haberler", Label::Section),
        ("YAZI BOYUTU", Label::Widget),
        ("ΔΙΑΦΗΜΙΣΗ", Label::Advertising),
        ("διαφήμιση", Label::Advertising),
        ("PUBLICITE", Label::Advertising),
        ("Publicite\u{301}", Label::Advertising),
        ("إعلان", Label::Advertising),
        ("إِعْلَان", Label::Advertising),
        ("إعـــلان", Label::Advertising),
        ("بیشتر بخوانید:", Label::Section),
        ("بيشتر بخوانيد", Label::Section),
        ("آگهی\u{200c}ها", Label::Advertising),
        ("来源：新华社", Label::Widget),
        ("【関連記事】川が戻る", Label::Teaser),
        ("【広告】", Label::Advertising),
        ("［広告］", Label::Advertising),
        ("ＡＤＶＥＲＴＩＳＥＭＥＮＴ", Label::Advertising),
        ("\u{feff}Anzeige\u{a0}", Label::Advertising),
        ("Don’t miss", Label::Teaser),
        ("S’abonner", Label::Prompt),
        ("Mehr\u{a0}zum  Thema", Label::Section),
        ("(Anzeige)", Label::Advertising),
        ("▶ Video", Label::Teaser),
    ] {
        check(line, Some(expected));
    }
}

#[test]
fn nothing_that_is_written_panics() {
    for line in
        ["", " ", "\u{301}", "(", "((((", "#", "<30>", "İ", "ﷺﷺﷺ", "©", "Foto:", "\u{0}", "🇩🇪 Anzeige", "a\u{335}b", "ß", "१२"]
    {
        let _ = label(line);
    }
    for phrase in ["Foto: ", "more from ", "© ", "Anzeige ", "댓글 "] {
        for tail in ["\u{fdfa}", "\u{200d}", "９", "ﬃ", "\u{e0001}", "İ"] {
            let line = format!("{phrase}{}", tail.repeat(MAX_LABEL));
            for end in (0..MAX_LABEL * 2).filter(|end| line.is_char_boundary(*end)) {
                let _ = label(&line[..end]);
            }
        }
    }
    check(&format!("Anzeige{}", " ".repeat(MAX_LABEL)), None);
}

fn spelled(phrase: &str) -> String {
    phrase.split_inclusive(['<', '>']).map(|part| Folded::of(part).collect::<String>()).collect()
}

#[test]
fn the_tables_hold_many_languages_and_every_phrase_once() {
    let names: std::collections::BTreeSet<_> = languages().map(|words| words.language).collect();
    assert_eq!(names.len(), languages().count(), "a language twice");
    assert!(names.len() >= 38, "{names:?}");
    let mut twice = Vec::new();
    for words in languages() {
        for (label, phrases) in words.kinds() {
            let mut seen = std::collections::BTreeSet::new();
            assert!(!expand(phrases).is_empty(), "{} has no {label:?}", words.language);
            twice.extend(
                expand(phrases)
                    .into_iter()
                    .filter(|phrase| !seen.insert(spelled(phrase)))
                    .map(|phrase| format!("{} {label:?} {phrase}", words.language)),
            );
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

#[test]
fn every_phrase_is_found_as_its_kind_or_a_stronger_one() {
    let mut lost = Vec::new();
    for words in languages() {
        for (label, phrases) in words.kinds() {
            for phrase in expand(phrases) {
                let (head, holes) = pieces(&phrase);
                assert!(holes.iter().all(|(most, _)| *most > 0), "{phrase}");
                assert!(head.chars().count() >= 2 || head == "©", "{phrase} begins with its hole");
                let mut line: String =
                    [head.to_owned()].into_iter().chain(holes.iter().map(|(_, then)| format!("x{then}"))).collect();
                if label == Label::Prompt {
                    line.push_str(" x");
                }
                if super::label(&line.replace('#', "12")).is_none_or(|found| found > label) {
                    lost.push(format!("{} {label:?} {phrase}", words.language));
                }
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn the_notation_stands_for_phrases() {
    assert_eq!(expand("a|b"), ["a", "b"]);
    assert_eq!(expand("a( b|) (c|d(e|))"), ["a b c", "a b de", "a b d", "a c", "a de", "a d"]);
    assert_eq!(expand(""), Vec::<String>::new());
    assert_eq!(pieces("foto: <80>"), ("foto: ", vec![(80, "")]));
    assert_eq!(pieces("a <3>b<9>c"), ("a ", vec![(3, "b"), (9, "c")]));
}
