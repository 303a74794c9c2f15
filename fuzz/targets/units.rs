//! Bytes for the promise of [`feedmux_fuzz::units`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| feedmux_fuzz::units(data));
