//! The demonstration's servers from outside, as browsers, applications and proxies meet them.

#[cfg(test)]
mod behind_the_gate;
#[cfg(test)]
mod common;
#[cfg(test)]
mod identity_provider;
#[cfg(test)]
mod portal;
