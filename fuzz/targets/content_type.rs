//! Bytes for the promise of [`feedmux_fuzz::content_type`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::content_type(data));
