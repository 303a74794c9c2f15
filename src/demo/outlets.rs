//! The outlets of the demo web: who publishes, in which format, with which habits. All names are invented.

use std::time::Duration;

/// One publisher, on a port of its own.
#[derive(Debug)]
pub(super) struct Outlet {
    /// As stories name it.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    /// BCP 47.
    pub(super) lang: &'static str,
    /// Tags of the demo's subscription.
    pub(super) tags: &'static [&'static str],
    pub(super) format: Format,
    /// Path of the feed.
    pub(super) feed: &'static str,
    /// Path of an article: `{slug}`, and `{n}` for a number.
    pub(super) page: &'static str,
    /// Whether the feed carries whole articles, so that no page needs to be asked for.
    pub(super) whole: bool,
    /// Bytes are ISO-8859-1 instead of UTF-8.
    pub(super) latin1: bool,
    /// Hours ahead of UTC of the dates in feed and page.
    pub(super) offset: i8,
    pub(super) look: Look,
    pub(super) health: Health,
}

/// Format of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// RSS 2.0.
    Rss,
    /// RSS 1.0.
    Rdf,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

/// How its pages are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// `article` element, Open Graph, JSON-LD with the whole text.
    Modern,
    /// `article` element, Open Graph, JSON-LD without the text.
    Plain,
    /// Nested `div`s with class names, Open Graph only.
    Divs,
    /// Nothing but a title to go by.
    Bare,
}

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Fine,
    /// 503 with a `Retry-After` until so long after the start.
    DownUntil(Duration),
    /// The feed is not there: 404.
    Missing,
}

const GERMAN_DAILY: Outlet = Outlet {
    id: "",
    title: "",
    about: "",
    lang: "de",
    tags: &["deutsch", "regional"],
    format: Format::Rss,
    feed: "/rss.xml",
    page: "/artikel/{slug}-{n}.html",
    whole: false,
    latin1: false,
    offset: 2,
    look: Look::Plain,
    health: Health::Fine,
};

/// Everyone who publishes.
pub(super) const OUTLETS: [Outlet; 16] = [
    Outlet {
        id: "lpm",
        title: "Landespressedienst Mitte",
        about: "Meldungen für Zeitungen und Sender",
        tags: &["deutsch", "agentur"],
        feed: "/dienst/alle.rss",
        page: "/meldung/{n}/{slug}",
        look: Look::Modern,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "wessenburg",
        title: "Wessenburger Tagblatt",
        about: "Nachrichten aus Wessenburg und dem Tal",
        latin1: true,
        page: "/{n}/{slug}.html",
        look: Look::Divs,
        ..GERMAN_DAILY
    },
    Outlet { id: "norderhafen", title: "Küstenbote Norderhafen", about: "Zeitung für Hafen, Stadt und Inseln", ..GERMAN_DAILY },
    Outlet {
        id: "hochland",
        title: "Hochland-Rundschau",
        about: "Die Zeitung oberhalb des Tals",
        format: Format::Atom,
        feed: "/atom.xml",
        look: Look::Divs,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "muehlwerder",
        title: "Stadtblick Mühlwerder",
        about: "Was in Mühlwerder geschieht",
        format: Format::Rdf,
        feed: "/backend.rdf",
        ..GERMAN_DAILY
    },
    Outlet {
        id: "rechenwerk",
        title: "Rechenwerk",
        about: "Magazin für Leute, die es genau wissen wollen",
        tags: &["deutsch", "technik"],
        format: Format::Atom,
        feed: "/feed.atom",
        page: "/beitrag/{slug}-{n}",
        whole: true,
        look: Look::Modern,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "quellgrund",
        title: "Radio Quellgrund",
        about: "Nachrichten zum Nachlesen",
        tags: &["deutsch", "radio"],
        feed: "/nachrichten.xml",
        health: Health::DownUntil(Duration::from_secs(40)),
        ..GERMAN_DAILY
    },
    Outlet {
        id: "valbrune",
        title: "La Gazette de Valbrune",
        about: "L'actualité de la vallée",
        lang: "fr",
        tags: &["français"],
        feed: "/flux/rss",
        page: "/articles/{slug}-{n}",
        look: Look::Plain,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "puertalba",
        title: "El Faro de Puertalba",
        about: "Noticias del puerto y la ciudad",
        lang: "es",
        tags: &["español"],
        format: Format::Json,
        feed: "/feed.json",
        page: "/noticias/{n}/{slug}.html",
        look: Look::Divs,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "veldermond",
        title: "Dagblad Veldermond",
        about: "Nieuws uit stad en streek",
        lang: "nl",
        tags: &["nederlands"],
        page: "/nieuws/{slug}~{n}",
        look: Look::Plain,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "pellworth",
        title: "The Pellworth Chronicle",
        about: "News and comment from Pellworth and the Penn valley",
        lang: "en",
        tags: &["english"],
        format: Format::Atom,
        feed: "/news/atom.xml",
        page: "/news/{slug}-{n}",
        offset: 1,
        look: Look::Modern,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "anglemere",
        title: "Anglemere Wire",
        about: "Short reports from the coast, around the clock",
        lang: "en",
        tags: &["english", "agency"],
        feed: "/wire.rss",
        page: "/story/{n}/{slug}",
        whole: true,
        offset: 0,
        look: Look::Divs,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "shiomi",
        title: "汐見日報",
        about: "港町の毎日を伝える",
        lang: "ja",
        tags: &["日本語"],
        feed: "/rss/index.xml",
        page: "/kiji/{n}/{slug}.html",
        offset: 9,
        look: Look::Plain,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "shed",
        title: "Notes from the Shed",
        about: "One man, one bench, too many chisels",
        lang: "en",
        tags: &["english", "blog"],
        format: Format::Json,
        feed: "/feed.json",
        page: "/notes/{slug}/",
        whole: true,
        offset: 1,
        look: Look::Bare,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "drawer",
        title: "The Link Drawer",
        about: "Things worth reading elsewhere",
        lang: "en",
        tags: &["english", "links"],
        feed: "/index.xml",
        page: "/{slug}",
        offset: 0,
        look: Look::Bare,
        ..GERMAN_DAILY
    },
    Outlet {
        id: "altemark",
        title: "Altemärker Landblatt",
        about: "Erscheint nicht mehr",
        health: Health::Missing,
        look: Look::Bare,
        ..GERMAN_DAILY
    },
];
