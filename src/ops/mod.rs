//! Running as a service: signals, systemd, the control socket, listeners, limits.

pub mod allocator;
pub mod control;
pub mod descriptors;
pub mod exec;
pub mod listen;
pub mod notify;
pub mod shutdown;
