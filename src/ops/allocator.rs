//! How much of what it used a process that runs for years keeps.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc reads before `main`, and only there.
///
/// It starts with blocks of 128 KiB and more in mappings of their own, which go back to the system when they are freed. But
/// with each that is freed it learns to keep the next of that size on the heap: after a few feeds of 16 MiB the heap is full of
/// holes of that size (141 MB held, 45 in use). A threshold that was set is not learned over; this one (the largest that is taken where addresses
/// have 32 bits) leaves pages of the usual size on the heap, and what is free at its end stays for the next one: each page took its memory from
/// the system anew, a twentieth of its time.
///
/// And an arena for each thread keeps holes of its own: four are enough for the network, the writer and two that parse. With two of them
/// the writer and a parser waited for each other, which took a twentieth of a first poll.
///
/// Large blocks ask for large pages, where the system gives some to who asks. What folding remembers is read at random and written once:
/// with pages of 4 KiB each was first mapped to be read and then once more to be written, a tenth of a start with 18,000 entries.
const SETTINGS: [(&str, &str); 5] = [
    ("MALLOC_MMAP_THRESHOLD_", "524288"),
    ("MALLOC_TRIM_THRESHOLD_", "2097152"),
    ("MALLOC_TOP_PAD_", "1048576"),
    ("MALLOC_ARENA_MAX", "4"),
    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
];

/// Starts the process once more with these settings where they matter and are not there. What a user sets, holds. Where it cannot be
/// done the process goes on as it is, and only keeps more.
pub fn settle() {
    if !cfg!(all(target_os = "linux", target_env = "gnu"))
        || SETTINGS.iter().any(|(name, _)| name.starts_with("MALLOC_") && std::env::var_os(name).is_some())
    {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let unset = SETTINGS.into_iter().filter(|(name, _)| std::env::var_os(name).is_none());
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let _refused = Command::new(program).arg0(name).args(arguments).envs(unset).exec();
}
