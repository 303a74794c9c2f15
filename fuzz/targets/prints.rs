//! Bytes for the promise of [`feedmux_fuzz::prints`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::prints(data));
