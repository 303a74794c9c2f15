//! Bytes for the promise of [`feedmux_fuzz::extract_page`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::extract_page(data));
