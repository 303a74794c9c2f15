//! Bytes for the promise of [`feedmux_fuzz::filter`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::filter(data));
