//! TLS: whose certificates are believed, which protocols are offered, which sessions are taken up again.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls_platform_verifier::Verifier;

use super::sessions::Sessions;

/// Offered in this order. One HTTP/2 connection serves all feeds of a host at once.
const PROTOCOLS: [&str; 2] = ["h2", "http/1.1"];

/// The client's side of TLS. `extra_roots` are believed besides those of the system; only tests have any.
///
/// # Errors
/// One line: the system has no root certificates.
pub(super) fn config(extra_roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig, String> {
    const REMEDY: &str = "install the ca-certificates of the system, or name a file of them in SSL_CERT_FILE";
    let provider = Arc::new(aws_lc_rs::default_provider());
    let roots = Verifier::new_with_extra_roots(extra_roots, Arc::clone(&provider)).map_err(|error| format!("{error}; {REMEDY}"))?;
    with_roots(provider, Arc::new(roots)).map_err(|error| error.to_string())
}

fn with_roots(provider: Arc<CryptoProvider>, roots: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    // "dangerous" is any verifier that is handed in; this one is what the client would take by itself
    let mut config = builder.dangerous().with_custom_certificate_verifier(roots).with_no_client_auth();
    config.alpn_protocols = PROTOCOLS.iter().map(|name| name.as_bytes().to_vec()).collect();
    config.resumption = Resumption::store(Arc::new(Sessions::default()));
    Ok(config)
}

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tests;
