//! Content codings: which one a reader wants, and packing.

use async_compression::Level;
use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZstdEncoder};
use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use tokio::io::AsyncWriteExt as _;

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

    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "-br",
            Self::Zstd => "-zstd",
            Self::Gzip => "-gzip",
        }
    }

    /// What the reader likes best of what we have; ours decide between equals (RFC 9110 section 12.5.3).
    pub(super) fn wanted(headers: &HeaderMap) -> Option<Self> {
        let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let offers: Vec<(&str, f32)> = lists
            .flat_map(|list| list.split(','))
            .map(|offer| {
                let (name, parameters) = offer.split_once(';').unwrap_or((offer, ""));
                let weight = parameters.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
                (name.trim(), weight)
            })
            .collect();
        let weight = |coding: &Self| {
            let named = offers.iter().find(|(name, _)| name.eq_ignore_ascii_case(coding.name()));
            named.or_else(|| offers.iter().find(|(name, _)| *name == "*")).map_or(0.0, |(_, weight)| *weight)
        };
        let mut best = None;
        for coding in Self::ALL {
            let weight = weight(&coding);
            if weight > best.map_or(0.0, |(_, weight)| weight) {
                best = Some((coding, weight));
            }
        }
        best.map(|(coding, _)| coding)
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
            assert_eq!(
                Coding::wanted(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, offer.parse().unwrap())])),
                expected,
                "{offer}"
            )
        };
        check("gzip, deflate, br", Some(Coding::Brotli));
        check("gzip", Some(Coding::Gzip));
        check("gzip;q=1.0, br;q=0.5", Some(Coding::Gzip));
        check("gzip; q=0, *", Some(Coding::Brotli));
        check("*;q=0.1", Some(Coding::Brotli));
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
