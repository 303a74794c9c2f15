//! Bytes for the promise of [`feedmux_fuzz::lists`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::lists(data));
