//! Answers in, a complete backend project out.
//!
//! One straight line, each station a module: [`answers`] → [`spec`] → [`plan`] → [`render`] → [`project`], with
//! [`catalog`] holding the blueprints and [`derive`] what the spec alone decides. Everything before [`project`] is a
//! pure function: no terminal, clock, randomness or environment.

pub mod answers;
pub mod catalog;
pub mod cli;
pub mod plan;
pub mod project;
pub mod render;
pub mod spec;
