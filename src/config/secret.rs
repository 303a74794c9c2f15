//! A text that is used and never shown.

use serde::{Deserialize, Deserializer};

/// A text that is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// For tests and for credentials found in addresses.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: only where it is used.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether none is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "Secret(none)" } else { "Secret(set)" })
    }
}

/// Own, because serde's message for a wrong type quotes the value: `token = 4711` would end in the log.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        String::deserialize(de).map(Self).map_err(|_| serde::de::Error::custom("expected a text in quotes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_and_no_debug_text_shows_a_secret() {
        #[derive(Debug, Deserialize)]
        struct Holder {
            token: Secret,
        }
        assert_eq!(toml::from_str::<Holder>("token = \"s3cret\"").unwrap().token.expose(), "s3cret");
        for text in ["token = 4711", "token = 47.11", "token = 4711-01-01", "token = 47111111111111111111", "token = [4711]"] {
            let error = toml::from_str::<Holder>(text).unwrap_err();
            assert!(!error.message().contains("4711"), "{text}: {}", error.message());
        }
        assert_eq!(format!("{:?}", Secret::new("s3cret")), "Secret(set)");
        assert_eq!(format!("{:?}", Secret::default()), "Secret(none)");
    }
}
