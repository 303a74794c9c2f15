//! Content codings: which one a reader wants, and packing.

use async_compression::Level;
use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZstdEncoder};
use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use tokio::io::AsyncWriteExt as _;

use super::wishes::Wishes;

/// How the bytes of an answer may be packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Zstd,
    Gzip,
}

impl Coding {
    /// Smallest first.
    pub(super) const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// What the reader likes best of what we have; ours decide between equals (RFC 9110 section 12.5.3).
    pub(super) fn wanted(headers: &HeaderMap) -> Option<Self> {
        let wishes = Wishes::of(headers, &header::ACCEPT_ENCODING);
        let weight = |coding: Self| wishes.weight(coding.name()).or_else(|| wishes.weight("*")).unwrap_or(0.0);
        // Of equals `max_by` takes the last.
        let weighted = Self::ALL.into_iter().rev().map(|coding| (coding, weight(coding))).filter(|(_, weight)| *weight > 0.0);
        weighted.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(coding, _)| coding)
    }

    /// `plain` packed so.
    pub(super) async fn pack(self, plain: Bytes) -> Bytes {
        let handle = tokio::runtime::Handle::current();
        // Milliseconds of work: not on a thread that others wait for.
        let packed = tokio::task::spawn_blocking(move || handle.block_on(self.through(&plain)));
        packed.await.unwrap_or_default().into()
    }

    /// Levels at which a megabyte takes some 20 ms; the highest save a few percent and take seconds.
    async fn through(self, plain: &[u8]) -> Vec<u8> {
        macro_rules! through {
            ($encoder:expr) => {{
                let mut encoder = $encoder;
                // A Vec takes everything.
                encoder.write_all(plain).await.ok();
                encoder.shutdown().await.ok();
                encoder.into_inner()
            }};
        }
        match self {
            Self::Brotli => through!(BrotliEncoder::with_quality(Vec::new(), Level::Precise(5))),
            Self::Zstd => through!(ZstdEncoder::with_quality(Vec::new(), Level::Precise(6))),
            Self::Gzip => through!(GzipEncoder::with_quality(Vec::new(), Level::Precise(6))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_chooses_and_we_decide_between_equals() {
        let check = |offer: &str, expected: Option<Coding>| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, offer.parse().unwrap())]);
            assert_eq!(Coding::wanted(&headers), expected, "{offer}");
        };
        check("gzip, deflate, br", Some(Coding::Brotli));
        check("gzip", Some(Coding::Gzip));
        check("gzip;q=1.0, br;q=0.5", Some(Coding::Gzip));
        check("gzip; q=0, *", Some(Coding::Brotli));
        check("*;q=0.1", Some(Coding::Brotli));
        check("gzip;q=0.2, *;q=0.2", Some(Coding::Brotli));
        check("br;q=0.9, *", Some(Coding::Zstd));
        check("identity", None);
        check("br;q=0, zstd;q=0, gzip;q=x", None);
        check("GZIP", Some(Coding::Gzip));
        assert_eq!(Coding::wanted(&HeaderMap::new()), None);
    }

    #[tokio::test]
    async fn packing_can_be_undone() {
        use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZstdDecoder};
        use tokio::io::AsyncReadExt as _;
        let plain = Bytes::from(b"again and again ".repeat(500));
        for coding in Coding::ALL {
            let packed = coding.pack(plain.clone()).await;
            assert!(packed.len() < plain.len() / 10);
            let mut back = Vec::new();
            match coding {
                Coding::Brotli => BrotliDecoder::new(&packed[..]).read_to_end(&mut back).await.unwrap(),
                Coding::Zstd => ZstdDecoder::new(&packed[..]).read_to_end(&mut back).await.unwrap(),
                Coding::Gzip => GzipDecoder::new(&packed[..]).read_to_end(&mut back).await.unwrap(),
            };
            assert_eq!(back, plain);
        }
    }
}
