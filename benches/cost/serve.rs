//! A page of 100 entries written in each format, beside escaping its texts; and the answers that most readers get.

use std::hint::black_box;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use axum::routing::get;
use divan::Bencher;
use divan::counter::BytesCount;
use feedmux::clock::Clock;
use feedmux::config::{Config, Stories};
use feedmux::exporter::fold::{Shown, fold};
use feedmux::exporter::http::{App, Hosts, router};
use feedmux::exporter::{Channel, Format, Outputs, Page, Query, render};
use feedmux::model::Order;
use tower::Service as _;

use crate::plan::moment;
use crate::store::{Bench, ITEMS};

#[allow(clippy::unwrap_used)] // the default configuration
fn page() -> (Channel, Vec<Shown>) {
    let items = Bench::filled().items();
    assert_eq!(items.len(), ITEMS, "there are enough");
    let outputs = Outputs::compile(&Config::default()).unwrap();
    let channel = outputs.channel(outputs.get("all").unwrap(), &Query::default(), &Page::default());
    (channel, fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0))
}

fn html(shown: &Shown) -> &str {
    shown.lead.content.as_ref().or(shown.lead.summary.as_ref()).map_or("", |html| html.as_str())
}

mod write_100 {
    use super::*;

    #[divan::bench(args = ["atom", "rss", "json"])]
    fn a_render(bencher: Bencher, format: &str) {
        let (channel, shown) = page();
        let format = Format::from_name(format).unwrap_or(Format::Atom);
        let bytes = render(format, &channel, &shown).len();
        bencher.counter(BytesCount::new(bytes)).bench(|| render(format, black_box(&channel), black_box(&shown)));
    }

    #[divan::bench]
    fn b_xml_escape_alone(bencher: Bencher) {
        let (_, shown) = page();
        let bytes: usize = shown.iter().map(|one| html(one).len()).sum();
        bencher.counter(BytesCount::new(bytes)).bench(|| {
            let mut out = String::new();
            for one in black_box(&shown) {
                out.push_str(&quick_xml::escape::escape(html(one)));
            }
            out
        });
    }

    #[divan::bench]
    fn c_json_strings_alone(bencher: Bencher) {
        let (_, shown) = page();
        let texts: Vec<&str> = shown.iter().map(html).collect();
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        bencher.counter(BytesCount::new(bytes)).bench(|| serde_json::to_vec(black_box(&texts)));
    }
}

/// In process: no socket, no HTTP parser.
mod answer {
    use super::*;

    #[allow(clippy::unwrap_used)] // a request made here, answers that cannot fail
    fn ask(bench: &Bench, routes: &mut axum::Router, etag: Option<&header::HeaderValue>) -> Response<Body> {
        let mut request = Request::get("/feeds/all.atom").header(header::HOST, "localhost");
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        bench.runtime.block_on(routes.call(request.body(Body::empty()).unwrap())).unwrap()
    }

    #[allow(clippy::unwrap_used)] // the default configuration
    fn routes(bench: &Bench) -> axum::Router {
        router(App::new(bench.store.clone(), &Config::default(), Clock::manual(moment())).unwrap(), None, Hosts::any())
    }

    #[divan::bench]
    fn a_not_modified(bencher: Bencher) {
        let bench = Bench::filled();
        let mut routes = routes(&bench);
        let etag = ask(&bench, &mut routes, None).headers().get(header::ETAG).cloned();
        assert_eq!(ask(&bench, &mut routes, etag.as_ref()).status(), StatusCode::NOT_MODIFIED);
        bencher.bench_local(|| ask(&bench, &mut routes, etag.as_ref()));
    }

    #[divan::bench]
    fn b_from_memory(bencher: Bencher) {
        let bench = Bench::filled();
        let mut routes = routes(&bench);
        assert_eq!(ask(&bench, &mut routes, None).status(), StatusCode::OK);
        bencher.bench_local(|| ask(&bench, &mut routes, None));
    }

    /// Both answers above begin with this: did anything move?
    #[divan::bench]
    fn c_change_counter_alone(bencher: Bencher) {
        let bench = Bench::filled();
        bencher.bench_local(|| bench.runtime.block_on(bench.store.change_seq()).unwrap_or_default());
    }

    #[divan::bench]
    fn d_router_alone(bencher: Bencher) {
        let bench = Bench::new();
        let mut routes = axum::Router::new().route("/feeds/{file}", get(async || StatusCode::NOT_MODIFIED));
        assert_eq!(ask(&bench, &mut routes, None).status(), StatusCode::NOT_MODIFIED);
        bencher.bench_local(|| ask(&bench, &mut routes, None));
    }
}
