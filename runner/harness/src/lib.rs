//! stub
pub mod evidence;
pub mod report;
