//! Running as a service: signals, systemd, the control socket, listeners, limits.

pub mod control;
pub mod descriptors;
pub mod listen;
pub mod notify;
pub mod shutdown;
