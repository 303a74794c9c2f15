use super::*;
use crate::extractor::cut::cut;

fn dirt(html: &str) -> bool {
    let blocks = cut(html);
    is_dirt(blocks.list.first().unwrap_or_else(|| panic!("no block in {html}")))
}

#[test]
fn labels_are_dirt_in_any_language() {
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
        assert!(dirt(&format!("<p>{label}</p>")), "{label}");
    }
}

#[test]
fn teasers_and_prompts_are_dirt() {
    for html in [
        "<p>Im Video: <a href=x>So kämpfen die Helfer</a></p>",
        "<p><b>Lesen Sie auch:</b> <a href=x>Als die Flut kam</a></p>",
        "<p>Watch: <a href=x>Helpers at work</a></p>",
        "<p>Read more: <a href=x>When the flood came</a></p>",
        "<p>Im Video: So kämpfen die Helfer gegen das Wasser</p>",
        "<p>Jetzt abonnieren und weiterlesen!</p>",
        "<p>Sign up for our daily newsletter.</p>",
        "<p>Follow us on Facebook</p>",
        "<p><a href=x>When the flood came</a></p>",
        "<p class=byline>Mara Lind</p>",
        "<nav><p>Start</p></nav>",
    ] {
        assert!(dirt(html), "{html}");
    }
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
        assert!(!dirt(&format!("<p>{text}</p>")), "{text}");
    }
    assert!(!dirt("<ul><li>The dam, which was built in 1954, will be <a href=x>raised by two metres</a>.</li></ul>"));
}

#[test]
fn a_newsletter_box_is_dirt_and_a_story_about_newsletters_is_not() {
    let pitch = "Unser Newsletter bringt Ihnen jeden Morgen die wichtigsten Meldungen ins Postfach.";
    assert!(dirt(&format!("<div class=\"newsletter-box\"><p>{pitch}</p></div>")));
    assert!(dirt("<div class=\"newsletter-box\"><h3>Der Morgen in Kürze</h3></div>"));
    assert!(!dirt("<p>Der Verlag verkaufte seinen Newsletter nach langem Streit an die Gründerin zurück.</p>"));
}
