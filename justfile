# What one does here, runnable. `just` alone lists it; https://just.systems

_default:
    @just --list --unsorted

# Everything that has to hold before a change lands (what CI runs)
check:
    .ci/run

# Tests, or those whose name contains the argument
test *ARGS:
    cargo test {{ ARGS }}

# Format and lints; warnings are errors
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# Format in place
fmt:
    cargo fmt

# A small web of feeds on loopback and the real daemon on it; needs no network
demo *ARGS:
    cargo run --release -- demo {{ ARGS }}

# What each part costs beside its raw part (docs/performance.md), or what has the argument in its name
bench *ARGS:
    cargo bench --bench cost -- {{ ARGS }}

# Trains the model that chooses an article's blocks, on a folder of corpora (src/extractor/model/README.md)
retrain CORPORA:
    cargo build --release --example matrix
    python3 src/extractor/model/train.py {{ CORPORA }} --matrix target/release/examples/matrix --cv --write

# Looks for bytes that break a promise of fuzz/src/lib.rs; needs nightly and cargo-fuzz. Stops with Ctrl-C
fuzz TARGET *ARGS:
    mkdir -p fuzz/corpus/{{ TARGET }}
    cargo +nightly fuzz run {{ TARGET }} fuzz/corpus/{{ TARGET }} fuzz/seeds/{{ TARGET }} -- -max_len=65536 -timeout=10 {{ ARGS }}

# The daemon in the foreground, e.g. `just run --config my.toml`
run *ARGS:
    cargo run --release -- run {{ ARGS }}

# Debian package, in target/debian/; needs cargo-deb
deb:
    cargo build --release --locked
    mkdir -p target/man target/completions
    target/release/feedmux man --dir target/man
    target/release/feedmux completions bash > target/completions/feedmux.bash
    target/release/feedmux completions zsh > target/completions/_feedmux
    target/release/feedmux completions fish > target/completions/feedmux.fish
    cargo deb --no-build

# A binary that needs no library of the system, for containers (examples/Containerfile)
static:
    env -u RUSTFLAGS cargo build --release --locked --target x86_64-unknown-linux-gnu --config 'build.rustflags=["-C", "target-feature=+crt-static"]'
    @echo target/x86_64-unknown-linux-gnu/release/feedmux

# Archive of the binary, what the service needs and the licences, in target/
dist:
    cargo build --release --locked
    tar -czf target/feedmux.tar.gz README.md LICENSE-MIT LICENSE-APACHE systemd/feedmux.service systemd/feedmux-user.service systemd/sysusers.d/feedmux.conf config/feedmux.toml -C target/release feedmux
    @echo target/feedmux.tar.gz

# What systemd thinks of the unit: must be valid, exposure at most 1.2
unit:
    sed 's,/usr/bin/feedmux,/bin/true,' systemd/feedmux.service > target/feedmux.service
    systemd-analyze verify --man=no target/feedmux.service
    systemd-analyze security --offline=yes --threshold=12 systemd/feedmux.service
