//! The promises of `fuzz/` on its seeds and on their mutilations: what can be watched without nightly.

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub)] // a library over there, a module here
mod promises;

use std::path::Path;

use promises::TARGETS;

/// As `just fuzz` cuts its inputs, bytes: a longer seed would never be whole.
const MAX_SEED: usize = 64 << 10;

/// Mutilations of each seed, besides the seed itself.
const CUTS: usize = 3;

/// Numbers that are the same in each run, so that what fails can be run again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Ends early, holds a strange byte, says a piece twice: what happens to documents on their way.
fn mutilate(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let at = dice.below(bytes.len());
    match dice.below(3) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, b"\0\xff<>&\"'%]\\:/\n"[dice.below(13)]),
        _ => {
            let end = bytes.len().min(at + dice.below(40));
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
    }
    bytes
}

#[test]
fn every_seed_keeps_its_promise() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut broken = Vec::new();
    for (name, target) in TARGETS {
        let mut dice = Dice(7);
        let mut paths: Vec<_> = std::fs::read_dir(seeds.join(name)).unwrap().map(|file| file.unwrap().path()).collect();
        paths.sort_unstable();
        assert!(paths.len() >= 5, "{name} has {} seeds", paths.len());
        for path in paths {
            let seed = std::fs::read(&path).unwrap();
            assert!(seed.len() <= MAX_SEED, "{} is too long for a seed", path.display());
            for round in 0..=CUTS {
                let bytes = if round == 0 { seed.clone() } else { mutilate(&seed, &mut dice) };
                if std::panic::catch_unwind(|| target(&bytes)).is_err() {
                    broken.push(format!("{name}: {} in round {round}: {}", path.display(), bytes.escape_ascii()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_target_can_be_fuzzed_and_has_a_name() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/targets");
    let mut files: Vec<String> = std::fs::read_dir(targets)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort_unstable();
    assert_eq!(files, TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}
