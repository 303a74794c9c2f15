//! Promises of the parser as a whole.
