//! What a receiver verifies, pure (Standard Webhooks): HMAC-SHA256 of `ID.TIMESTAMP.BODY`, in base64.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The value of `webhook-signature` for a try at `second` (Unix time).
pub(super) fn sign(key: &[u8], id: &str, second: i64, body: &[u8]) -> String {
    let mut signed = format!("{id}.{second}.").into_bytes();
    signed.extend_from_slice(body);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &signed);
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_libraries_of_standard_webhooks_expect() {
        // The example of its specification's libraries: secret, id, time and body are theirs.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
