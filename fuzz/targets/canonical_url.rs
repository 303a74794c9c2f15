//! Bytes for the promise of [`feedmux_fuzz::canonical_url`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::canonical_url(data));
