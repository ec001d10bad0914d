//! Medians of repeated steps, in microseconds.

use anyhow::{Result, ensure};
use exception_desk::db::Tx;
use std::time::Instant;

/// How often a step is taken, and how often before that is measured.
const TIMES: usize = 300;
const BEFORE: usize = 20;

/// The medians of `select 1` and of `step`, taken in turns over the same connection.
pub async fn median_beside(tx: &mut Tx, step: impl AsyncFn(&mut Tx) -> Result<(), sqlx::Error>) -> Result<(f64, f64)> {
    let (mut base, mut ours) = (Vec::new(), Vec::new());
    for turn in 0..TIMES + BEFORE {
        let start = Instant::now();
        sqlx::query("SELECT 1").fetch_one(&mut **tx).await?;
        let between = Instant::now();
        step(tx).await?;
        let end = Instant::now();
        if turn >= BEFORE {
            base.push((between - start).as_secs_f64() * 1e6);
            ours.push((end - between).as_secs_f64() * 1e6);
        }
    }
    Ok((median(&mut base), median(&mut ours)))
}

/// The median of `step`, which has to succeed.
pub async fn median_of(mut step: impl AsyncFnMut() -> bool) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..TIMES / 3 {
        let start = Instant::now();
        ensure!(step().await, "a step failed while it was measured");
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(&mut times))
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
