//! Bytes for the promise of [`feedmux_fuzz::json_feed`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::json_feed(data));
