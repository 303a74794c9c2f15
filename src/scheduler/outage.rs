//! Tells, pure, a network that is down from publishers that are: what our own line does must not count against feeds.

use std::collections::HashSet;

/// So many hosts in a row that could not be reached, and none that could, are the network's doing. A single dead host never is.
const SILENT_HOSTS: usize = 4;

/// Hosts that could not be reached since the last one that could.
#[derive(Debug, Default)]
pub(super) struct Outage {
    silent: HashSet<String>,
    offline: bool,
}

/// What a request shows about the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Something on the other side answered.
    Answered,
    /// Nothing did.
    Silent,
    /// The machine itself knows no way out.
    Offline,
    /// Neither: the request was not sent.
    Nothing,
}

impl Outage {
    /// Whether the network seems to be down.
    pub(super) fn is_down(&self) -> bool {
        self.offline || self.silent.len() >= SILENT_HOSTS
    }

    /// Takes in what a request to `host` showed; says whether its failure is the network's.
    pub(super) fn blames_network(&mut self, host: &str, reach: Reach) -> bool {
        match reach {
            Reach::Answered => {
                *self = Self::default();
                false
            }
            Reach::Nothing => false,
            Reach::Offline => {
                self.offline = true;
                true
            }
            Reach::Silent => {
                if self.silent.len() < SILENT_HOSTS {
                    self.silent.insert(host.to_owned());
                }
                self.is_down()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each letter is a request: upper case answered, lower case silent, `!` offline. Gives which of them blame the network.
    fn check(requests: &str, expected: &str) {
        let mut outage = Outage::default();
        let blamed = requests.chars().filter(|request| {
            let reach = match request {
                '!' => Reach::Offline,
                '.' => Reach::Nothing,
                c if c.is_uppercase() => Reach::Answered,
                _ => Reach::Silent,
            };
            outage.blames_network(&request.to_string(), reach)
        });
        assert_eq!(blamed.collect::<String>(), expected, "{requests}");
    }

    #[test]
    fn many_silent_hosts_and_no_answer_are_an_outage() {
        check("ABC", "");
        check("abc", "");
        check("abcdef", "def");
        check("aaaaaaa", "");
        check("abcAdefBg", "");
        check("abcdeAfgh", "de");
        check("ab.cd", "d");
        check("a!A!", "!!");
        check("!ab", "!ab");
    }
}
