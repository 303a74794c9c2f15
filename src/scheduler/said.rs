//! What a request showed, apart from what it brought: what its host wants, and whether the network is there.

use std::time::Duration;

use super::outage::Reach;
use crate::model::FetchError;

/// What a host said about being asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HostSaid {
    /// Which one, when it is not who was asked for sure.
    pub(crate) host: Option<String>,
    /// Quiet for so long, for all of it.
    pub(crate) hold: Option<Duration>,
    /// 429.
    pub(crate) too_fast: bool,
    /// It answered as one does who has no complaint.
    pub(crate) fine: bool,
    /// Its robots.txt wants so long a pause between pages.
    pub(crate) crawl_delay: Option<Duration>,
}

impl HostSaid {
    pub(crate) fn of<T>(fetched: &Result<T, FetchError>) -> Self {
        fetched.as_ref().map_or_else(Self::of_error, |_| Self { fine: true, ..Self::default() })
    }

    pub(crate) fn of_error(error: &FetchError) -> Self {
        let host = if let FetchError::Status { host, .. } = error { Some(host.clone()) } else { None };
        Self { host, hold: error.asks_for_quiet(), too_fast: error.status() == Some(429), ..Self::default() }
    }
}

impl Reach {
    pub(super) fn of<T>(fetched: &Result<T, FetchError>) -> Self {
        fetched.as_ref().map_or_else(Self::of_error, |_| Self::Answered)
    }

    pub(super) fn of_error(error: &FetchError) -> Self {
        match error {
            error if error.offline() => Self::Offline,
            error if error.unreachable() => Self::Silent,
            error if error.is_ours() => Self::Nothing,
            // A portal or a name server without a way further says of every name that it does not exist.
            FetchError::Dns { .. } => Self::Silent,
            FetchError::Blocked { .. } | FetchError::Request(_) => Self::Nothing,
            _ => Self::Answered,
        }
    }
}
