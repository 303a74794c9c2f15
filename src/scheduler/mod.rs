//! scheduler

pub mod cadence;
