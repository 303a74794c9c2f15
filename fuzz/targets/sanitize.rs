//! Bytes for the promise of [`feedmux_fuzz::sanitize`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::sanitize(data));
