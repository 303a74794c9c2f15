use super::*;

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
