use std::fmt::Write as _;

use async_compression::Level;
use async_compression::tokio::write::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use async_compression::zstd::CParameter;
use proptest::prelude::*;
use tokio::io::AsyncWriteExt;

use super::*;
use crate::fetcher::Fetcher;
use crate::fetcher::test_server::{Act, Server, reply};
use crate::fetcher::tests::{body, clock, local, request, settings};
use crate::model::{Body, Fetched};

const MIB: usize = 1 << 20;

async fn pack(coding: &str, bytes: &[u8]) -> Vec<u8> {
    macro_rules! with {
        ($encoder:expr) => {{
            let mut encoder = $encoder;
            encoder.write_all(bytes).await.expect("packed");
            encoder.shutdown().await.expect("packed");
            encoder.into_inner()
        }};
    }
    match coding {
        "gzip" => with!(GzipEncoder::new(Vec::new())),
        "zlib" => with!(ZlibEncoder::new(Vec::new())),
        "raw" => with!(DeflateEncoder::new(Vec::new())),
        "br" => with!(BrotliEncoder::with_quality(Vec::new(), Level::Fastest)),
        "zstd" => with!(ZstdEncoder::new(Vec::new())),
        "wide" => with!(ZstdEncoder::with_quality_and_params(Vec::new(), Level::Fastest, &[CParameter::window_log(27)])),
        other => panic!("{other}"),
    }
}

fn text() -> Vec<u8> {
    (0..4000)
        .fold(String::new(), |mut text, n| {
            let _ = write!(text, "<item>{n}</item>");
            text
        })
        .into_bytes()
}

/// What becomes of an answer with these bytes, under a limit of 1 MiB.
async fn got(bytes: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let server = Server::always(bytes).await;
    match local().get(request(server.url("/"))).await? {
        Fetched::Body(body) => Ok(body.bytes.to_vec()),
        Fetched::NotModified { .. } => panic!("a body was sent"),
    }
}

async fn got_packed(declared: &str, packed: &[u8]) -> Result<Vec<u8>, FetchError> {
    got(reply("200 OK", &[&format!("Content-Encoding: {declared}")], packed)).await
}

async fn check_broken(what: &str, bytes: Vec<u8>) {
    let error = got(bytes).await.expect_err(what);
    assert!(matches!(error, FetchError::Broken(_)), "{what}: {error}");
}

#[tokio::test]
async fn every_coding_on_offer_is_decoded() {
    let text = text();
    for (declared, coding) in [
        ("gzip", "gzip"),
        ("X-GZip", "gzip"),
        ("deflate", "zlib"),
        ("deflate", "raw"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("identity", "gzip"),
        ("", "gzip"),
    ] {
        assert_eq!(got_packed(declared, &pack(coding, &text).await).await.as_ref(), Ok(&text), "{declared} {coding}");
    }
    assert_eq!(got_packed("identity", &text).await.as_ref(), Ok(&text));
}

#[tokio::test]
async fn codings_on_top_of_each_other() {
    let text = text();
    let gzip = pack("gzip", &text).await;
    let twice = pack("gzip", &gzip).await;
    assert_eq!(got_packed("gzip, br", &pack("br", &gzip).await).await.as_ref(), Ok(&text));
    assert_eq!(got_packed("gzip, gzip", &twice).await.as_ref(), Ok(&text));
    assert_eq!(got_packed("gzip", &twice).await.as_ref(), Ok(&text), "packed again behind the server's back");
    assert_eq!(got_packed("gzip", &[gzip.clone(), gzip].concat()).await, Ok([text.clone(), text].concat()), "two members");
    check_broken("three", reply("200 OK", &["Content-Encoding: gzip, gzip, gzip"], pack("gzip", &twice).await)).await;
    check_broken("unknown", reply("200 OK", &["Content-Encoding: compress"], "x")).await;
}

#[tokio::test]
async fn an_empty_body_is_a_body() {
    assert_eq!(got(reply("200 OK", &[], "")).await, Ok(vec![]));
    for coding in ["gzip", "br", "zstd", "deflate"] {
        assert_eq!(got_packed(coding, b"").await, Ok(vec![]), "{coding}");
    }
}

#[tokio::test]
async fn what_was_cut_or_mangled_never_counts() {
    let text = text();
    for (declared, coding) in [("gzip", "gzip"), ("deflate", "zlib"), ("deflate", "raw"), ("br", "br"), ("zstd", "zstd")] {
        let packed = pack(coding, &text).await;
        for left in [packed.len() - 1, packed.len() / 2, 1] {
            let line = format!("Content-Encoding: {declared}");
            check_broken(&format!("{coding} cut to {left}"), reply("200 OK", &[&line], &packed[..left])).await;
        }
    }
    let mut wrong_sum = pack("gzip", &text).await;
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    check_broken("checksum", reply("200 OK", &["Content-Encoding: gzip"], wrong_sum)).await;
    check_broken("no gzip", reply("200 OK", &["Content-Encoding: gzip"], "<rss/>")).await;
    check_broken("short", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss>".to_vec()).await;
    let chunked = |rest: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n{rest}").into_bytes();
    check_broken("no last chunk", chunked("")).await;
    check_broken("cut chunk", chunked("9\r\nabc")).await;
    check_broken("no chunk size", chunked("zz\r\nabc\r\n0\r\n\r\n")).await;
    assert_eq!(got(chunked("0\r\n\r\n")).await, Ok(b"<rss>".to_vec()));
}

#[tokio::test]
async fn bombs_end_at_the_decoded_limit() {
    let zeros = vec![0; 3 * MIB];
    for (declared, coding) in [("gzip", "gzip"), ("deflate", "zlib"), ("br", "br"), ("zstd", "zstd")] {
        let bomb = pack(coding, &zeros).await;
        assert_eq!(got_packed(declared, &bomb).await, Err(FetchError::TooLarge { limit: 1 << 20 }), "{coding}");
    }
    let twice = pack("gzip", &pack("gzip", &zeros).await).await;
    assert_eq!(got_packed("gzip, gzip", &twice).await, Err(FetchError::TooLarge { limit: 1 << 20 }));
    let nothing = pack("gzip", b"").await.repeat(50_000);
    for (declared, bomb) in [("gzip", &nothing), ("gzip, gzip", &pack("gzip", &nothing).await)] {
        assert!(matches!(got_packed(declared, bomb).await, Err(FetchError::Broken(_))), "{declared}: members without content");
    }
    let wide = pack("wide", &zeros).await;
    assert!(matches!(got_packed("zstd", &wide).await, Err(FetchError::Broken(_))), "a window of 128 MiB");
}

#[tokio::test]
async fn plain_bodies_end_at_the_limit_too() {
    assert_eq!(got(reply("200 OK", &[], vec![b'x'; MIB])).await.map(|bytes| bytes.len()), Ok(MIB));
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", MIB + 1).into_bytes();
    assert_eq!(got(announced).await, Err(FetchError::TooLarge { limit: 1 << 20 }));
    let chunk = [b"4000\r\n".to_vec(), vec![b'x'; 0x4000], b"\r\n".to_vec()].concat();
    let server = Server::start(move |_| {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        vec![Act::Send(head), Act::Drip(chunk.clone(), Duration::ZERO)]
    })
    .await;
    let error = local().get(request(server.url("/"))).await.expect_err("endless");
    assert_eq!(error, FetchError::TooLarge { limit: 1 << 20 });
}

#[tokio::test]
async fn a_robots_txt_is_cut_instead() {
    let server = Server::always(reply("200 OK", &[], vec![b'x'; 3 * MIB])).await;
    let mut asked = request(server.url("/robots.txt"));
    asked.kind = Kind::Robots;
    asked.limits.body_bytes = 1000;
    assert_eq!(body(&local(), asked).await.bytes.len(), 1000);
}

#[tokio::test]
async fn stalling_and_dripping_bodies_are_let_go() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\nx".to_vec();
    let server = Server::start(move |path| {
        let then = if path == "/stall" { Act::Hang } else { Act::Drip(b"x".to_vec(), Duration::from_millis(10)) };
        vec![Act::Send(head.clone()), then]
    })
    .await;
    let fetcher = local();
    for (path, stage) in [("/stall", Stage::Idle), ("/drip", Stage::Total)] {
        let mut asked = request(server.url(path));
        let after = Duration::from_millis(300);
        if stage == Stage::Idle {
            asked.limits.step = after
        } else {
            asked.limits.total = after
        }
        assert_eq!(fetcher.get(asked).await.expect_err(path), FetchError::Timeout { stage, after }, "{path}");
    }
}

#[tokio::test]
async fn bodies_share_one_memory_and_give_it_back() {
    let server = Server::start(|path| {
        let kib: usize = path.trim_start_matches('/').parse().expect("a size");
        vec![Act::Send(reply("200 OK", &[], vec![b'x'; kib << 10]))]
    })
    .await;
    let fetch = crate::config::Fetch { memory: 256 << 10, ..settings(&["127.0.0.0/8"]) };
    let fetcher = Fetcher::new(&fetch, clock()).expect("good settings");
    let free = || fetcher.0.memory.free_kib();
    let large = body(&fetcher, request(server.url("/190"))).await;
    assert_eq!((free(), large.held.as_ref().map(OwnedSemaphorePermit::num_permits)), (66, Some(190)));
    let small = body(&fetcher, request(server.url("/1"))).await;
    let beyond = body(&fetcher, request(server.url("/100"))).await;
    assert_eq!((free(), fetcher.0.memory.is_within_budget()), (1, false));
    drop(small);
    let mut late = request(server.url("/100"));
    late.limits.total = Duration::from_millis(300);
    let error = fetcher.get(late.clone()).await.expect_err("no memory");
    assert_eq!(error, FetchError::Timeout { stage: Stage::Memory, after: late.limits.total });
    assert_eq!(free(), 2, "what a fetch in vain held is free again");
    drop((large, beyond));
    assert_eq!(free(), 256);
    body(&fetcher, request(server.url("/100"))).await;
    let error = fetcher.get(request(server.url("/300"))).await.expect_err("more than there is");
    assert_eq!((error, free()), (FetchError::TooLarge { limit: (256 << 10) - 1 }, 256));
}

#[tokio::test]
async fn a_body_that_waits_for_memory_gets_it_when_it_is_free() {
    let server = Server::always(reply("200 OK", &[], vec![b'x'; 200 << 10])).await;
    let fetch = crate::config::Fetch { memory: 256 << 10, ..settings(&["127.0.0.0/8"]) };
    let fetcher = Fetcher::new(&fetch, clock()).expect("good settings");
    let first = body(&fetcher, request(server.url("/"))).await;
    let second = body(&fetcher, request(server.url("/")));
    tokio::pin!(second);
    let waiting = tokio::time::timeout(Duration::from_millis(150), &mut second).await;
    assert!(waiting.is_err(), "both do not fit");
    drop(first);
    assert_eq!(second.await.bytes.len(), 200 << 10);
}

#[tokio::test]
async fn bodies_that_hold_all_memory_together_do_not_wait_for_each_other() {
    const LENGTH: usize = 100 << 10;
    // 128 KiB is raised to four steps: each body takes one, and needs a second
    let server = Server::start(|_| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n").into_bytes();
        vec![Act::Send(head), Act::Drip(vec![b'x'; LENGTH / 10], Duration::from_millis(5))]
    })
    .await;
    let fetch = crate::config::Fetch { memory: 128 << 10, ..settings(&["127.0.0.0/8"]) };
    let fetcher = Fetcher::new(&fetch, clock()).expect("good settings");
    let mut open = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (fetcher, asked) = (fetcher.clone(), request(server.url("/")));
        open.spawn(
            async move { fetcher.get(asked).await.map(|got| matches!(got, Fetched::Body(body) if body.bytes.len() == LENGTH)) },
        );
    }
    let ended = tokio::time::timeout(Duration::from_secs(5), open.join_all()).await.expect("nobody waits to the deadline");
    assert_eq!(ended, [Ok(true), Ok(true), Ok(true), Ok(true)]);
    assert!(fetcher.0.memory.is_within_budget());
    assert_eq!(fetcher.0.memory.free_kib(), 256);
}

#[tokio::test]
async fn one_body_at_a_time_is_beyond_the_budget_as_long_as_its_bytes_are_there() {
    let server = Server::always(reply("200 OK", &[], vec![b'x'; 200 << 10])).await;
    let fetch = crate::config::Fetch { memory: 256 << 10, ..settings(&["127.0.0.0/8"]) };
    let fetcher = Fetcher::new(&fetch, clock()).expect("good settings");
    let memory = &fetcher.0.memory;
    let taken = Arc::clone(&memory.free).acquire_many_owned(192).await.expect("open");
    let Body { bytes, held, .. } = *body(&fetcher, request(server.url("/"))).await;
    assert_eq!((bytes.len(), memory.free_kib(), memory.is_within_budget()), (200 << 10, 0, false));
    let mut late = request(server.url("/"));
    late.limits.total = Duration::from_millis(200);
    let error = fetcher.get(late.clone()).await.expect_err("no memory");
    assert_eq!(error, FetchError::Timeout { stage: Stage::Memory, after: late.limits.total });
    drop(held);
    let error = fetcher.get(late.clone()).await.expect_err("a part of the memory, and another one is beyond it");
    assert_eq!(error, FetchError::Timeout { stage: Stage::Memory, after: late.limits.total });
    drop(bytes);
    assert!(memory.is_within_budget());
    assert_eq!(body(&fetcher, request(server.url("/"))).await.bytes.len(), 200 << 10);
    drop(taken);
    assert_eq!(memory.free_kib(), 256);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), magic in 0_usize..4, codings in
        proptest::collection::vec(proptest::sample::select(vec!["gzip", "deflate", "br", "zstd", "odd"]), 0..3))
    {
        let magics: [&[u8]; 4] = [b"", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], &[0x78, 0x9c], &[0x28, 0xb5, 0x2f, 0xfd]];
        let input = [magics[magic], &bytes].concat();
        let codings = codings.into_iter().map(str::to_owned).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            if let Ok(source) = decoded(Box::new(io::Cursor::new(input)), codings, Kind::Feed, &Arc::default()).await {
                let _ = source.take(MIB as u64).read_to_end(&mut Vec::new()).await;
            }
        });
    }
}
