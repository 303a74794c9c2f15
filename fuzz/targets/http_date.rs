//! Bytes for the promise of [`feedmux_fuzz::http_date`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::http_date(data));
