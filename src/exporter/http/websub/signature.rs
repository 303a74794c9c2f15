//! Whether a push is from the hub that got the key, pure (W3C WebSub 7.1).

use aws_lc_rs::hmac;

use crate::model::HubSecret;

/// Longest signature in bytes, of SHA-512.
const MAX_TAG: usize = 64;

/// Whether one of the `X-Hub-Signature` values is right for `body`; compared in constant time. SHA-1 signs nothing any more: a hub
/// that knows no other method is one that does not tell, and its feeds are polled as ever.
pub(super) fn is_right<'a>(secret: &HubSecret, body: &[u8], mut values: impl Iterator<Item = &'a str>) -> bool {
    values.any(|value| {
        let Some((method, tag)) = value.trim().split_once('=') else { return false };
        let algorithm = match method.trim().to_ascii_lowercase().as_str() {
            "sha256" => hmac::HMAC_SHA256,
            "sha384" => hmac::HMAC_SHA384,
            "sha512" => hmac::HMAC_SHA512,
            _ => return false,
        };
        let Some(tag) = bytes(tag.trim()) else { return false };
        hmac::verify(&hmac::Key::new(algorithm, secret.0.as_bytes()), body, &tag).is_ok()
    })
}

/// Hexadecimal digits, in either case.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = hex.as_bytes().chunks(2);
    if hex.len() > MAX_TAG * 2 {
        return None;
    }
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // RFC 4231, test case 2, and the same with SHA-1 (RFC 2202)
    const KEY: &str = "Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const SHA1: &str = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
    const SHA256: &str = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const SHA384: &str = "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
    const SHA512: &str = "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd\
                          caeab1a34d4a6b4b636e070a38bce737";

    fn check(values: &[&str], expected: bool) {
        let secret = HubSecret(KEY.to_owned());
        assert_eq!(is_right(&secret, BODY, values.iter().copied()), expected, "{values:?}");
    }

    #[test]
    fn sha_256_and_up_is_believed() {
        for good in [SHA256, SHA384, SHA512] {
            check(&[good], true);
            check(&[&good.to_uppercase()], true);
            check(&[SHA1, good], true);
            let secret = HubSecret(KEY.to_owned());
            assert!(!is_right(&secret, b"what do you want for nothing?", [good].into_iter()), "another body");
            assert!(!is_right(&HubSecret("jefe".to_owned()), BODY, [good].into_iter()), "another key");
        }
    }

    #[test]
    fn all_else_is_not() {
        check(&[], false);
        check(&[SHA1], false);
        let tag = SHA256.strip_prefix("sha256=").unwrap_or_default();
        for bad in ["", "=", "sha256", "sha256=", "sha256=zz", "sha256=5b", tag, "sha256=é"] {
            check(&[bad], false);
        }
        check(&[&format!("md5={tag}")], false);
        check(&[&format!("sha512={tag}")], false);
        check(&[&format!("{SHA256}00")], false);
        check(&[&SHA256[..SHA256.len() - 1]], false);
        check(&[&format!("sha256={}", "5b".repeat(1000))], false);
        check(&[&SHA256.replacen("5b", "5c", 1)], false);
    }

    proptest! {
        #[test]
        fn no_value_makes_it_panic(value in "(sha(256|384|512)=)?\\PC{0,140}") {
            prop_assert!(!is_right(&HubSecret(KEY.to_owned()), BODY, [value.as_str()].into_iter()));
        }
    }
}
