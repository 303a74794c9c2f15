//! Running as a service: signals, systemd, the control socket, listeners.

pub mod control;
pub mod listen;
pub mod notify;
pub mod shutdown;
